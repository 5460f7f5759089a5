"""The review of a session: watch, read, judge, decide."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.reporting.pages.forms import SentText, scorecard_levels
from colloquy.contexts.reporting.pages.reviewing import JUDGE_FIRST, TheSecret, again, render
from colloquy.contexts.reporting.service import again as repeating
from colloquy.contexts.reporting.service.review import review_page
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions.public import AnswerNotFound, NothingToRepeat
from colloquy.kit.errors import Malformed
from colloquy.kit.http import cookies
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/sessions/{session_id}")

_YEAR = 365 * 24 * 3600


@router.get("", dependencies=[reads("review")])
async def review(session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret) -> Response:
    """The whole page; asked by htmx, the part about the session as a whole."""
    page = await review_page(db, secret, actor, session_id)
    template = "reporting/summary.html" if "hx-request" in request.headers else "reporting/session.html"
    return await render(request, actor, db, page, template)


@router.get("/answers/{answer_id}", dependencies=[reads("answer")])
async def one_answer(
    session_id: UUID, answer_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret
) -> Response:
    """One answer, fetched again while it is processed. A person who opens the address is led to its place."""
    if "hx-request" not in request.headers:
        return pages.see_other(request, f"/sessions/{session_id}")
    page = await review_page(db, secret, actor, session_id)
    shown = next((one for one in page.answers if one.answer.id == str(answer_id)), None)
    if shown is None:
        raise AnswerNotFound(_("There is no such answer in this session."))
    return await render(request, actor, db, page, "reporting/answer.html", shown=shown)


@router.post("/review")
async def save_review(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, sent: SentText
) -> Response:
    """Keeps the scorecard of who is signed in."""
    levels, comment = scorecard_levels(sent), sent.get("comment", "")
    try:
        async with db.begin_nested():
            await scoring.save_review(db, actor, session_id, levels, comment)
    except Malformed as refusal:
        return await again(
            request, actor, db, secret, session_id, scorecard=(levels, comment), scorecard_errors=refusal.fields
        )
    return pages.see_other(request, f"/sessions/{session_id}#scorecard", _("Your scorecard is saved."))


@router.post("/decision")
async def decide(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, sent: SentText
) -> Response:
    """Records what a person decided, and why."""
    given, reason = sent.get("outcome", ""), sent.get("reason", "")
    errors = {} if given in set(scoring.Outcome) else {"outcome": _("Choose what is decided.")}
    if not errors:
        try:
            async with db.begin_nested():
                await scoring.decide(db, actor, session_id, scoring.Outcome(given), reason)
        except Malformed as refusal:
            errors = refusal.fields
        except scoring.ScorecardFirst as refusal:
            errors = {"outcome": refusal.message}
    if errors:
        return await again(request, actor, db, secret, session_id, decision=(given, reason), decision_errors=errors)
    return pages.see_other(request, f"/sessions/{session_id}#decision", _("Your decision is recorded."))


@router.post("/judge-first")
async def judge_first(session_id: UUID, request: Request, _actor: CurrentActor, sent: SentText) -> Response:
    """Hides levels, reasons and other people's cards until one's own card is in; remembered by this browser."""
    on = sent.get("on") == "yes"
    text = _("Levels stay hidden until your own scorecard is in.") if on else _("Levels are shown.")
    response = pages.see_other(request, f"/sessions/{session_id}", text)
    cookies.put(request, response, JUDGE_FIRST, "yes" if on else "no", seconds=_YEAR)
    return response


@router.post("/answers/{answer_id}/run-again")
async def run_again(
    session_id: UUID, answer_id: UUID, request: Request, actor: CurrentActor, db: DbSession
) -> Response:
    """Processes a failed answer once more."""
    try:
        answer = await repeating.run_again(db, actor, session_id, answer_id)
    except NothingToRepeat as refusal:
        return pages.see_other(request, f"/sessions/{session_id}", refusal.message, kind="warn")
    return pages.see_other(
        request, f"/sessions/{session_id}#answer-{answer.number}", _("The answer is on its way once more.")
    )
