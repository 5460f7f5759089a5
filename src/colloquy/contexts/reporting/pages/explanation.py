"""`/{token}/my-data/explanation`: how a candidate was evaluated, and where to say what is wrong with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.service import explanation as explaining
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Malformed
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter()
_WHOLE = "whole"


@router.get("/{token}/my-data/explanation", dependencies=[reads("own_explanation")])
async def explanation(token: str, request: Request, db: DbSession) -> Response:
    """All of it on one page. A browser without a key is led to where it gets one."""
    held = sessions.held_for(request, token)
    if held is None:
        return RedirectResponse(f"/{token}/continue", 303)
    response = await _page(request, db, token, held)
    sessions.keep(request, response, held)
    return response


@router.post("/{token}/my-data/explanation")
async def contest(token: str, request: Request, db: DbSession, sent: SentText) -> Response:
    """Keeps what the candidate says is wrong; a person answers."""
    held = sessions.held_for(request, token)
    if held is None:
        raise sessions.NotYourSession(_("This browser has not begun this interview. Open the link that you were sent."))
    about, which = sent.get("about", ""), sent.get("answer", _WHOLE)
    errors = {} if about in set(scoring.ContestAbout) else {"about": _("Choose what is wrong.")}
    if not errors:
        try:
            async with db.begin_nested():
                answer_id = None if which == _WHOLE else UUID(which)
                await explaining.contest(db, held.key, scoring.ContestAbout(about), sent.get("text", ""), answer_id)
        except ValueError:
            errors = {"answer": _("Choose an answer from the list.")}
        except Malformed as refusal:
            errors = refusal.fields
        except (scoring.TooManyContests, scoring.NotHandedIn, sessions.AnswerNotFound) as refusal:
            errors = {"text": refusal.message}
    if errors:
        return await _page(request, db, token, held, given=sent, errors=errors, status=422)
    text = _("Sent. A person reads it and answers; you get an e-mail.")
    return pages.see_other(request, f"/{token}/my-data/explanation#contests", text)


@router.post("/sessions/{session_id}/contests/{contest_id}")
async def answer(
    session_id: UUID, contest_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText
) -> Response:
    """A person's answer to what a candidate contests."""
    actor.require(Permission.SESSIONS_DECIDE)
    home = f"/sessions/{session_id}#contest-{contest_id}"
    outcome = sent.get("outcome", "")
    if outcome not in set(scoring.ContestOutcome):
        return pages.see_other(request, home, _("Choose what you did."), kind="bad")
    try:
        async with db.begin_nested():
            await scoring.answer_contest(
                db, actor, session_id, contest_id, scoring.ContestOutcome(outcome), sent.get("reply", "")
            )
    except Malformed as refusal:
        return pages.see_other(request, home, next(iter(refusal.fields.values())), kind="bad")
    except scoring.ContestOver as refusal:
        return pages.see_other(request, home, refusal.message, kind="bad")
    return pages.see_other(request, home, _("The candidate gets your answer."))


async def _page(
    request: Request,
    db: AsyncSession,
    token: str,
    held: sessions.HeldKey,
    *,
    given: Any = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    explained = await explaining.explanation(db, held.key)
    return pages.render(
        request,
        "reporting/explanation.html",
        status=status,
        token=token,
        company=explained.company,
        contact=explained.contact,
        interview=explained.interview,
        language=explained.interview.language,
        accent_css=identity.accent_css(explained.organisation),
        explained=explained,
        given={name: (given or {}).get(name, "") for name in ("about", "answer", "text")},
        errors=errors or {},
    )
