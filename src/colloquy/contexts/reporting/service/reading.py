"""Reports as they are read: the snapshot of the score, with what people said since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.errors import ReportNotReady
from colloquy.contexts.reporting.policy import document as report
from colloquy.contexts.reporting.policy.document import ReportDocument, moment
from colloquy.contexts.reporting.policy.json import from_json
from colloquy.contexts.reporting.policy.people_only import without_evaluation
from colloquy.contexts.reporting.service.assemble import FORMER_COLLEAGUE
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Printable:
    """A report with the storage keys of its pictures, by `thumbnail_path`."""

    document: ReportDocument
    pictures: dict[str, str]


async def visible_session(db: AsyncSession, actor: Actor, session_id: UUID) -> sessions.Session:
    """The session, for somebody who may see it. Forbidden, SessionNotFound."""
    actor.require(Permission.SESSIONS_VIEW)
    session = await sessions.session(db, actor.scope, session_id)
    if session is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    return (await sessions.with_people_alone(db, actor.scope, [session]))[0]


async def hidden(db: AsyncSession, actor: Actor, session: sessions.Session) -> bool:
    """Whether the actor's own scorecard comes first."""
    interview = await interviews.interview(db, actor.scope, session.interview_id)
    return interview is not None and await scoring.is_hidden(db, actor, interview, session.id)


async def report_of(db: AsyncSession, actor: Actor, session_id: UUID) -> ReportDocument:
    """The session's report with today's scorecards and decision. Forbidden, SessionNotFound, ReportNotReady.

    ScorecardFirst where it is hidden from whoever asks: a report with holes would be taken for the report.
    """
    session = await visible_session(db, actor, session_id)
    if await hidden(db, actor, session):
        raise scoring.comes_first(session_id)
    found = await stored_report(db, actor.scope, session)
    if found is None:
        raise ReportNotReady(
            _(
                "This interview has no report yet: it is written once the candidate has handed in and every answer "
                "was processed."
            ),
            state=session.state.value,
            progress=round(session.progress, 3),
        )
    return found


async def stored_report(db: AsyncSession, scope: Scope, session: sessions.Session) -> ReportDocument | None:
    """The report, or None before it is written."""
    row = await queries.newest(db, scope, session.id)
    if row is None:
        return None
    document = from_json(row.document.encode())
    if session.human_only:
        document = without_evaluation(document)
    document = with_pictures(document, session, await _recordings(db, scope, session))
    return await with_people(db, scope, document, session.id)


async def printable(db: AsyncSession, actor: Actor, session_id: UUID) -> Printable:
    """The report and where its pictures are, for whom may see them. Raises as `report_of`."""
    document = await report_of(db, actor, session_id)
    if not actor.may(Permission.MEDIA_REVIEW):
        without = tuple(replace(answer, thumbnail_path=None) for answer in document.answers)
        return Printable(replace(document, answers=without), {})
    session = await visible_session(db, actor, session_id)
    keys: dict[str, str] = {}
    recorded = {str(answer.id): answer.recording_id for answer in session.answers}
    for answer in document.answers:
        recording_id = recorded.get(answer.id)
        if answer.thumbnail_path is None or recording_id is None:
            continue
        key = await media.thumbnail_key(db, actor.scope, recording_id)
        if key is not None:
            keys[answer.thumbnail_path] = key
    return Printable(document, keys)


async def _recordings(db: AsyncSession, scope: Scope, session: sessions.Session) -> dict[UUID, media.Recording]:
    ids = [answer.recording_id for answer in session.answers if answer.recording_id is not None]
    return await media.recordings(db, scope, ids)


def with_pictures(
    document: ReportDocument, session: sessions.Session, recordings: dict[UUID, media.Recording]
) -> ReportDocument:
    """The report with the names of the still pictures that are there by now: they are made beside the scoring."""
    recorded = {str(answer.id): answer.recording_id for answer in session.answers}

    def named(answer: report.Answer) -> report.Answer:
        recording_id = recorded.get(answer.id)
        recording = recordings.get(recording_id) if recording_id else None
        shown = recording is not None and recording.has_thumbnail
        return replace(answer, thumbnail_path=f"answer-{answer.number}.jpg" if shown else None)

    return replace(document, answers=tuple(map(named, document.answers)))


async def with_people(db: AsyncSession, scope: Scope, document: ReportDocument, session_id: UUID) -> ReportDocument:
    """The report with every scorecard and the decision as they are now."""
    decided = await scoring.decision(db, scope, session_id)
    return replace(
        document,
        reviews=tuple(
            report.Review(
                reviewer=review.name or FORMER_COLLEAGUE,
                at=moment(review.at),
                decision=None,
                reason="",
                comment=review.comment,
                levels=review.levels,
                independent=review.independent,
                changed_after_reveal=review.changed_after_reveal,
            )
            for review in await scoring.reviews(db, scope, session_id)
        ),
        decision=None
        if decided is None
        else report.Decision(
            by=decided.name or FORMER_COLLEAGUE,
            at=moment(decided.at),
            outcome=decided.outcome.value,
            reason=decided.reason,
        ),
    )
