"""Scoring again: beginning a run, watching it, reading its drift, using its scores or leaving them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.pages.framing import frame
from colloquy.contexts.reporting.service.picking import picked
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions.public import with_people_alone
from colloquy.kit.errors import Malformed
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/again")
Picked = Annotated[list[str] | None, Query(alias="sessions")]


@router.get("")
async def runs(
    interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession, chosen: Picked = None
) -> Response:
    """The runs so far, and the form that begins one: for `sessions`, or for everybody."""
    return await _list(request, actor, db, interview_id, picked(chosen or ()))


@router.post("")
async def start(interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText) -> Response:
    """Begins a run and leads to it."""
    chosen = picked([sent.get("sessions", "")])
    try:
        async with db.begin_nested():
            run_id = await scoring.start_run(db, actor, interview_id, chosen or None, note=sent.get("note", ""))
    except Malformed as refusal:
        return await _list(
            request, actor, db, interview_id, chosen, note=sent.get("note", ""), errors=refusal.fields, status=422
        )
    except (scoring.RunGoing, scoring.NothingToScoreAgain) as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}/again", refusal.message, kind="warn")
    return pages.see_other(request, f"/interviews/{interview_id}/again/{run_id}", _("Scoring has begun."))


@router.get("/{run_id}", dependencies=[reads("drift")])
async def one_run(interview_id: UUID, run_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """A run: how far it is, what it changed. Asked by htmx, the part that moves."""
    fragment = "hx-request" in request.headers
    actor.require(Permission.SESSIONS_DECIDE)
    interview = await _interview(db, actor, interview_id)
    run, _items = await scoring.run_of(db, actor, interview_id, run_id)
    going = run.state is scoring.RunState.GOING
    drift = None if going else await scoring.cohort_drift(db, actor, interview_id, run_id)
    return pages.render(
        request,
        "reporting/run_progress.html" if fragment and going else "reporting/run.html",
        **frame(interview, actor, "again"),
        run=run,
        going=going,
        drift=drift,
        most_changes=scoring.MOST_CHANGES,
        here=f"/interviews/{interview_id}/again/{run_id}",
    )


@router.post("/{run_id}/cancel")
async def cancel(interview_id: UUID, run_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Stops what has not been read yet."""
    await scoring.cancel_run(db, actor, interview_id, run_id)
    return _back(request, interview_id, run_id, _("The run is cancelled. What was being read is finished."))


@router.post("/{run_id}/go-on")
async def go_on(interview_id: UUID, run_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Takes up what was cancelled, failed or got lost."""
    try:
        await scoring.go_on(db, actor, interview_id, run_id)
    except scoring.RunGoing as refusal:
        return _back(request, interview_id, run_id, refusal.message, kind="warn")
    return _back(request, interview_id, run_id, _("The run goes on."))


@router.post("/{run_id}/adopt")
async def adopt(interview_id: UUID, run_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """These scores count from now on; the message has the way back."""
    try:
        await scoring.adopt_run(db, actor, interview_id, run_id, adopted=True)
    except (scoring.RunGoing, scoring.NothingToScoreAgain) as refusal:
        return _back(request, interview_id, run_id, refusal.message, kind="warn")
    run, _items = await scoring.run_of(db, actor, interview_id, run_id)
    text = ngettext(
        "The new scores of %(num)s candidate count from now on.",
        "The new scores of %(num)s candidates count from now on.",
        run.complete,
    )
    return _back(request, interview_id, run_id, text, undo=f"/interviews/{interview_id}/again/{run_id}/leave")


@router.post("/{run_id}/leave")
async def leave(interview_id: UUID, run_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """What counted before counts again."""
    await scoring.adopt_run(db, actor, interview_id, run_id, adopted=False)
    return _back(request, interview_id, run_id, _("The scores that counted before count again."))


async def _list(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    interview_id: UUID,
    chosen: list[UUID],
    *,
    note: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor.require(Permission.SESSIONS_DECIDE)
    interview = await _interview(db, actor, interview_id)
    everybody = await with_people_alone(db, actor.scope, await scoring.handed_in(db, actor.scope, interview_id))
    named = [one for one in everybody if not chosen or one.id in set(chosen)]
    return pages.render(
        request,
        "reporting/again.html",
        status=status,
        **frame(interview, actor, "again"),
        runs=await scoring.runs_of(db, actor, interview_id),
        chosen=[one for one in everybody if one.id in set(chosen)],
        candidates=sum(not one.human_only for one in named),
        people_only=sum(one.human_only for one in named),
        note=note,
        errors=errors or {},
        longest_note=scoring.LONGEST_NOTE,
    )


async def _interview(db: AsyncSession, actor: Actor, interview_id: UUID) -> interviews.Interview:
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    return interview


def _back(
    request: Request, interview_id: UUID, run_id: UUID, text: str, *, kind: str = "good", undo: str = ""
) -> Response:
    return pages.see_other(request, f"/interviews/{interview_id}/again/{run_id}", text, kind=kind, undo_action=undo)
