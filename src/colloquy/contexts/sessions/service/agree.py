"""The candidate's choices: recording, evaluation by a program, and being kept for longer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions.errors import ConsentMissing, NoticeChanged, SessionOver, TooLateToAgree
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import retention, told
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Offered:
    """What a candidate may still agree to. `longer_days`: for how long the interview may be kept; None: not offered.

    `keeps_longer`: they agree to that now.
    """

    program: bool
    longer_days: int | None
    keeps_longer: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a candidate is asked to decide, on which notice. `program`, `longer`: whether that is asked at all."""

    notice: privacy.Notice
    told: told.Told

    @property
    def program(self) -> bool:
        """Whether a program evaluates where the candidate agrees to it."""
        return not self.told.holding.people_only

    @property
    def longer_days(self) -> int | None:
        """For how long the organisation offers to keep the interview; None: it does not."""
        return self.told.holding.longer_retention_days


async def asked(db: AsyncSession, row: SessionRow, interview: interviews.Interview) -> Asked:
    """The notice that this candidate reads now, and what there is to decide."""
    scope = Scope(row.org_id)
    organisation = await identity.organisation(db, scope)
    found = await told.told(db, row)
    notice = privacy.notice(
        interview.language,
        organisation.name,
        interview.title,
        kinds=interview.answer_kinds,
        # What is told binds: the law of a place may ask for more than the interview says, see `retention.begin`.
        retention_days=(await retention.days_of(db, row, interview)).record,
        contact=organisation.contact_email,
        terms=privacy.terms(found.holding, found.at),
    )
    return Asked(notice, found)


async def agree(
    db: AsyncSession,
    row: SessionRow,
    interview: interviews.Interview,
    *,
    record: bool,
    ai_evaluation: bool,
    given_from: str | None,
    longer_retention: bool = False,
    notice_hash: str | None = None,
) -> None:
    """Writes the decisions to the ledger. Without `record` nothing can be answered: ConsentMissing.

    Declining the evaluation by a program changes nothing else: people alone evaluate, and the session says so. What is
    not asked is not decided: there is no row for it. `notice_hash` is what the candidate was shown; NoticeChanged when
    that is not the notice any more.
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
    question = await asked(db, row, interview)
    if notice_hash is not None and notice_hash != question.notice.hash:
        raise NoticeChanged(_("This text was changed since you opened it. Read it once more, then choose."))
    purposes: dict[privacy.Purpose, bool] = {privacy.Purpose.RECORD: record}
    if question.program:
        purposes[privacy.Purpose.AI_EVALUATION] = ai_evaluation
    if question.longer_days is not None:
        purposes[privacy.Purpose.LONGER_RETENTION] = longer_retention
    await _write(db, row, question, purposes, given_from)
    row.human_only = not (question.program and ai_evaluation)
    row.state = SessionState.CONSENTED
    row.updated_at = clock.now()


async def offered(db: AsyncSession, row: SessionRow, interview: interviews.Interview) -> Offered:
    """What there is to agree to once more, or anew: a purpose that was not asked before is asked then."""
    question = await asked(db, row, interview)
    state = SessionState(row.state)
    open_to_program = state is SessionState.CONSENTED or (
        state is SessionState.IN_PROGRESS and not question.told.holding.consent_first
    )
    agreed = state is not SessionState.OPENED and state is not SessionState.WITHDRAWN
    return Offered(
        program=row.human_only and question.program and open_to_program,
        longer_days=question.longer_days if agreed else None,
        keeps_longer=await privacy.longer_retention(db, Scope(row.org_id), row.id),
    )


async def allow_evaluation(
    db: AsyncSession, row: SessionRow, interview: interviews.Interview, *, given_from: str | None
) -> None:
    """Agrees to evaluation by a program after all, on the notice as it is now. Again is fine.

    Answers that are with people already stay with them. SessionOver once handed in; TooLateToAgree where it had to come
    before the first answer.
    """
    state = SessionState(row.state)
    if state not in {SessionState.CONSENTED, SessionState.IN_PROGRESS}:
        raise SessionOver(_("The interview is handed in, or over: people evaluate it."))
    question = await asked(db, row, interview)
    if not question.program:
        raise SessionOver(_("In this interview people alone evaluate answers."))
    if question.told.holding.consent_first and state is SessionState.IN_PROGRESS:
        raise TooLateToAgree(_("You have begun to answer. Where you are, people evaluate then."))
    if not row.human_only:
        return
    await _write(db, row, question, {privacy.Purpose.AI_EVALUATION: True}, given_from)
    row.human_only, row.updated_at = False, clock.now()


async def keep_longer(
    db: AsyncSession, row: SessionRow, interview: interviews.Interview, *, agrees: bool, given_from: str | None
) -> None:
    """Agrees to be kept for longer, where that is offered, or takes it back, which always goes. Again is fine."""
    scope = Scope(row.org_id)
    if not agrees:
        await privacy.withdraw(db, scope, row.id, privacy.Purpose.LONGER_RETENTION)
        return
    question = await asked(db, row, interview)
    if question.longer_days is None:
        raise SessionOver(_("The company does not offer to keep interviews for longer."))
    if not await privacy.longer_retention(db, scope, row.id):
        await _record(db, row, question, {privacy.Purpose.LONGER_RETENTION: True}, given_from)


async def _write(
    db: AsyncSession,
    row: SessionRow,
    question: Asked,
    purposes: dict[privacy.Purpose, bool],
    given_from: str | None,
) -> None:
    await _record(db, row, question, purposes, given_from)
    await privacy.announce(
        db,
        Scope(row.org_id),
        session_id=row.id,
        interview_id=row.interview_id,
        holding=question.told.holding,
        told_at=question.told.at,
    )


async def _record(
    db: AsyncSession,
    row: SessionRow,
    question: Asked,
    purposes: dict[privacy.Purpose, bool],
    given_from: str | None,
) -> None:
    await privacy.record_consent(
        db,
        Scope(row.org_id),
        session_id=row.id,
        purposes=purposes,
        notice=question.notice,
        given_from=given_from,
    )
