"""What people write beside the answers: comments, and levels in the place of the machine's."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.pages.reviewing import TheSecret, again
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/sessions/{session_id}")


@router.post("/answers/{answer_id}/comments")
async def add_comment(
    session_id: UUID,
    answer_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: TheSecret,
    sent: SentText,
) -> Response:
    """Notes something about an answer."""
    text, at, quote = (sent.get(name, "") for name in ("text", "at", "quote"))
    seconds = scoring.seconds_of(at) if at.strip() else None
    errors = {} if seconds is not None or not at.strip() else {"at": _("Write the time as 1:02, or as seconds.")}
    if not errors:
        try:
            async with db.begin_nested():
                made = await scoring.add_comment(
                    db, actor, session_id, answer_id, text, at_seconds=seconds, quote=quote
                )
        except Malformed as refusal:
            errors = refusal.fields
        else:
            return pages.see_other(request, f"/sessions/{session_id}#comment-{made.id}", _("Your comment is saved."))
    noted = {"answer": str(answer_id), "text": text, "at": at, "quote": quote, "errors": errors}
    return await again(request, actor, db, secret, session_id, noted=noted)


@router.post("/comments/{comment_id}")
async def change_comment(
    session_id: UUID,
    comment_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: TheSecret,
    sent: SentText,
) -> Response:
    """Writes an own comment anew."""
    text = sent.get("text", "")
    try:
        async with db.begin_nested():
            await scoring.change_comment(db, actor, session_id, comment_id, text)
    except Malformed as refusal:
        noted = {"comment": str(comment_id), "text": text, "errors": refusal.fields}
        return await again(request, actor, db, secret, session_id, noted=noted)
    return pages.see_other(request, f"/sessions/{session_id}#comment-{comment_id}", _("Your comment is saved."))


@router.post("/comments/{comment_id}/delete")
async def delete_comment(
    session_id: UUID, comment_id: UUID, request: Request, actor: CurrentActor, db: DbSession
) -> Response:
    """Takes an own comment away."""
    await scoring.delete_comment(db, actor, session_id, comment_id)
    return pages.see_other(request, f"/sessions/{session_id}", _("Your comment is deleted."))


@router.post("/overrides")
async def correct_level(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, sent: SentText
) -> Response:
    """Puts a level in the place of the machine's; without a level it takes one back."""
    competency, level, reason, place = (sent.get(name, "") for name in ("competency", "level", "reason", "answer"))
    back = sent.get("withdraw") == "yes"
    errors = {} if back or level else {"level": _("Choose a level.")}
    if not errors:
        try:
            async with db.begin_nested():
                chosen = None if back else int(level) if level.isdecimal() and len(level) == 1 else 0
                answer_id = _id(place)
                await scoring.correct(db, actor, session_id, competency, chosen, reason, answer_id=answer_id)
        except Malformed as refusal:
            errors = refusal.fields
        except (scoring.NothingToCorrect, scoring.ScorecardFirst) as refusal:
            return pages.see_other(request, f"/sessions/{session_id}", refusal.message, kind="warn")
        else:
            text = _("The program's level holds again.") if back else _("Your level holds; the program's stays beside.")
            return pages.see_other(request, f"/sessions/{session_id}{_anchor(place)}", text)
    correcting = {"competency": competency, "level": level, "reason": reason, "answer": place, "errors": errors}
    return await again(request, actor, db, secret, session_id, correcting=correcting)


def _id(text: str) -> UUID | None:
    """An answer's id, or None for the whole session. Malformed for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Malformed(_("The level was not corrected."), fields={"competency": _("Reload the page.")}) from error


def _anchor(place: str) -> str:
    return "" if place else "#scores"
