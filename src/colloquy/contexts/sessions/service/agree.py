"""The candidate's choices about recording and automatic evaluation."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions.errors import ConsentMissing, SessionOver
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


async def notice_for(db: AsyncSession, scope: Scope, interview: interviews.Interview) -> privacy.Notice:
    """The notice that candidates of this interview read before anything is recorded."""
    organisation = await identity.organisation(db, scope)
    return privacy.notice(
        interview.language,
        organisation.name,
        interview.title,
        kinds=interview.answer_kinds,
        retention_days=interview.retention_days,
        contact=organisation.contact_email,
    )


async def agree(
    db: AsyncSession,
    row: SessionRow,
    interview: interviews.Interview,
    *,
    record: bool,
    ai_evaluation: bool,
    given_from: str | None,
) -> None:
    """Writes the decisions to the ledger. Without `record` nothing can be answered: ConsentMissing.

    Declining the evaluation by a program changes nothing else: people alone evaluate, and the session says so.
    """
    if SessionState(row.state).handed_in or row.state == SessionState.IN_PROGRESS:
        raise SessionOver(_("You have agreed already and begun. Write to the company to change your choice."))
    if not record:
        raise ConsentMissing(
            _(
                "Without your agreement nothing is stored, so you cannot answer here. "
                "Write to the company for another way."
            )
        )
    scope = Scope(row.org_id)
    await privacy.record_consent(
        db,
        scope,
        session_id=row.id,
        purposes={privacy.Purpose.RECORD: record, privacy.Purpose.AI_EVALUATION: ai_evaluation},
        notice=await notice_for(db, scope, interview),
        given_from=given_from,
    )
    row.human_only = not ai_evaluation
    row.state = SessionState.CONSENTED
    row.updated_at = clock.now()
