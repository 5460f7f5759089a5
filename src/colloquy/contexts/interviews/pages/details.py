"""What an interview says of itself, how long it runs and is kept; and the end of a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.interviews.errors import InterviewHasCandidates, InvalidInput
from colloquy.contexts.interviews.pages import framing, places
from colloquy.contexts.interviews.pages.given import Sent, SentForm, Viewer, end_of, last_day, whole
from colloquy.contexts.interviews.policy.drafts import DEFAULT_RETENTION_DAYS
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.policy.kinds import QuestionOrder
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.policy.vacancy import EmploymentType, Vacancy
from colloquy.contexts.interviews.service import describing, publishing
from colloquy.contexts.interviews.service.describing import SAME_FOR_ALL
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit import numbers
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}")
_FIELDS = (
    "title",
    "role_title",
    "description",
    "language",
    "retention_days",
    "last_day",
    "order",
    "time_limit_minutes",
    "employment_type",
    "vacancy_location",
    "vacancy_country",
)
REMINDERS = (168, 72, 48, 24, 12, 4, 1)
"""Hours before the end that the form offers: a week, three days, … an hour."""
CONFIRMATION = "delete"


@router.get("/details")
async def details(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The form with what is there now."""
    interview = await whole(db, actor, interview_id)
    return framing.render(
        request,
        "interviews/details.html",
        interview,
        actor,
        tab="details",
        values=_values(interview),
        errors={},
        reminders=sorted({*REMINDERS, *interview.reminder_hours}, reverse=True),
        **await places.shown(db, actor, interview),
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
        values: dict[str, Any] = {name: sent.text(name) for name in _FIELDS}
        values |= {name: bool(sent.text(name)) for name in ("practice", "blind_review", "vacancy_remote")}
        values["reminder_hours"] = sent.texts("reminder_hours")
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
            reminders=sorted({*REMINDERS, *interview.reminder_hours}, reverse=True),
            **await places.shown(db, actor, interview),
        )
    return pages.see_other(request, f"/interviews/{interview_id}/details", _("Details saved."))


@router.post("/delete")
async def delete_draft(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Deletes the draft when the word was typed; there is no way back."""
    if sent.text("confirmation").strip().lower() != CONFIRMATION:
        text = _("Nothing was deleted. Type “%(word)s” to delete the draft.", word=CONFIRMATION)
        return pages.see_other(request, f"/interviews/{interview_id}/details", text, kind="bad")
    await publishing.delete_draft(db, actor, interview_id)
    return pages.see_other(request, "/interviews", _("Draft deleted."))


def _values(interview: Interview) -> dict[str, Any]:
    vacancy = interview.vacancy
    return {
        "title": interview.title,
        "role_title": interview.role_title,
        "description": interview.description,
        "language": interview.language,
        "retention_days": interview.retention_days,
        "last_day": last_day(interview.closes_at),
        "order": interview.order.value,
        "time_limit_minutes": interview.time_limit_minutes or "",
        "practice": interview.practice,
        "blind_review": interview.blind_review,
        "reminder_hours": interview.reminder_hours,
        "employment_type": vacancy.employment_type.value if vacancy else "",
        "vacancy_location": vacancy.location if vacancy else "",
        "vacancy_country": vacancy.country if vacancy else "",
        "vacancy_remote": vacancy is not None and vacancy.remote,
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
        "order": QuestionOrder.FREE if sent.text("order") == QuestionOrder.FREE else QuestionOrder.FIXED,
        "time_limit_minutes": sent.number("time_limit_minutes", problems) if sent.text("time_limit_minutes") else None,
        "practice": bool(sent.text("practice")),
        "blind_review": bool(sent.text("blind_review")),
        "reminder_hours": tuple(
            hours for text in sent.texts("reminder_hours") if (hours := numbers.whole(text)) is not None
        ),
        "vacancy": _vacancy(sent, problems),
    }


def _vacancy(sent: Sent, problems: Problems) -> Vacancy | None:
    if not sent.text("employment_type"):
        return None
    try:
        employment = EmploymentType(sent.text("employment_type"))
    except ValueError:
        problems["employment_type"] = _("Choose from the list.")
        return None
    return Vacancy(
        employment, sent.text("vacancy_location"), sent.text("vacancy_country"), bool(sent.text("vacancy_remote"))
    )


def _frozen_field(interview: Interview, sent: Sent) -> str:
    """The field that may not change any more, which is the reason for the refusal."""
    before = _values(interview)
    changed = (name for name in SAME_FOR_ALL if sent.text(name).strip() != str(before[name]))
    return next(changed, "retention_days")
