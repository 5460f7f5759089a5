"""What an interview says of itself, how long it runs and is kept; and the end of a draft."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.interviews.errors import InterviewHasCandidates, InvalidInput
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Sent, SentForm, Viewer, end_of, last_day, whole
from colloquy.contexts.interviews.policy.drafts import DEFAULT_RETENTION_DAYS
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import describing, publishing
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}")
_FIELDS = ("title", "role_title", "description", "language", "retention_days", "last_day")
CONFIRMATION = "delete"


@router.get("/details")
async def details(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The form with what is there now."""
    interview = await whole(db, actor, interview_id)
    return framing.render(
        request, "interviews/details.html", interview, actor, tab="details", values=_values(interview), errors={}
    )


@router.post("/details")
async def change_details(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Saves the form."""
    interview = await whole(db, actor, interview_id)
    problems: Problems = {}
    changes = _changes(interview, sent, problems)
    try:
        accept(problems)
        async with db.begin_nested():
            await describing.describe(db, actor, interview_id, changes)
    except (InvalidInput, InterviewHasCandidates) as refusal:
        values = {name: sent.text(name) for name in _FIELDS}
        errors = (
            dict(refusal.fields)
            if isinstance(refusal, InvalidInput)
            else {_frozen_field(interview, sent): refusal.message}
        )
        if "closes_at" in errors:
            errors["last_day"] = errors.pop("closes_at")
        return framing.render(
            request,
            "interviews/details.html",
            interview,
            actor,
            tab="details",
            status=refusal.status,
            values=values,
            errors=errors,
        )
    return pages.see_other(request, f"/interviews/{interview_id}/details", "Details saved.")


@router.post("/delete")
async def delete_draft(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Deletes the draft when the word was typed; there is no way back."""
    if sent.text("confirmation").strip().lower() != CONFIRMATION:
        text = f"Nothing was deleted. Type “{CONFIRMATION}” to delete the draft."
        return pages.see_other(request, f"/interviews/{interview_id}/details", text, kind="bad")
    await publishing.delete_draft(db, actor, interview_id)
    return pages.see_other(request, "/interviews", "Draft deleted.")


def _values(interview: Interview) -> dict[str, str | int]:
    return {
        "title": interview.title,
        "role_title": interview.role_title,
        "description": interview.description,
        "language": interview.language,
        "retention_days": interview.retention_days,
        "last_day": last_day(interview.closes_at),
    }


def _changes(interview: Interview, sent: Sent, problems: Problems) -> dict[str, object]:
    closes_at = interview.closes_at
    if sent.text("last_day") != last_day(closes_at):
        # An hour set through the API survives as long as the day is not changed here.
        closes_at = end_of(sent.text("last_day"), problems)
    return {
        "title": sent.text("title"),
        "role_title": sent.text("role_title"),
        "description": sent.text("description"),
        "language": sent.text("language"),
        "retention_days": sent.number("retention_days", problems, default=DEFAULT_RETENTION_DAYS),
        "closes_at": closes_at,
    }


def _frozen_field(interview: Interview, sent: Sent) -> str:
    return "language" if sent.text("language") != interview.language else "retention_days"
