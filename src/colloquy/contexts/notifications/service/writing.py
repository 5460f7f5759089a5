"""From a row to a letter: the facts as they are now, in the reader's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy import letters
from colloquy.contexts.notifications.policy.letters import Reader
from colloquy.contexts.notifications.policy.sending import ABOUT_SESSIONS, LetterKind
from colloquy.contexts.notifications.service.recipients import HIRING
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.providers.mail.port import Letter


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a letter is written with."""

    db: AsyncSession
    secret: Secret
    address: PublicAddress
    scope: Scope
    row: SendingRow


async def write(
    db: AsyncSession, secret: Secret, address: PublicAddress, scope: Scope, row: SendingRow
) -> Letter | None:
    """The letter; None when there is nothing to write any more (revoked, expired, erased, left the team)."""
    return await _WRITERS[LetterKind(row.kind)](_Desk(db, secret, address, scope, row))


async def about_nobody(db: AsyncSession, scope: Scope, row: SendingRow) -> bool:
    """Whether the letter is about a session that was erased."""
    return LetterKind(row.kind) in ABOUT_SESSIONS and await sessions.session(db, scope, row.about_id) is None


async def _invitation(desk: _Desk) -> Letter | None:
    facts = await interviews.invitation_letter_facts(desk.db, desk.scope, desk.row.about_id, desk.secret)
    if facts is None:
        return None
    organisation = await identity.organisation(desk.db, desk.scope)
    return letters.invitation(
        desk.row.effect_id,
        Reader(desk.row.recipient, facts.name, facts.language),
        company=facts.company,
        interview_title=facts.title,
        questions=facts.question_count,
        minutes=facts.minutes,
        deadline=facts.expires_at,
        link=desk.address.of(f"/{facts.token}"),
        contact=organisation.contact_email,
    )


async def _colleague_invitation(desk: _Desk) -> Letter | None:
    facts = await identity.colleague_letter_facts(desk.db, desk.secret, desk.scope, desk.row.about_id)
    if facts is None:
        return None
    return letters.colleague_invitation(
        desk.row.effect_id,
        Reader(desk.row.recipient, None, facts.language),
        organisation=facts.organisation,
        inviter_name=facts.invited_by,
        role=facts.role.value,
        expires_at=facts.expires_at,
        link=desk.address.of(f"/join/{facts.token}"),
    )


async def _interview_completed(desk: _Desk) -> Letter | None:
    reader, about = await _member(desk), await _session(desk)
    if reader is None or about is None or about[0].completed_at is None:
        return None
    session, interview = about
    return letters.interview_completed(
        desk.row.effect_id,
        reader,
        company=interview.company,
        interview_title=interview.title,
        candidate_name=session.candidate.name,
        answered=session.answered,
        questions=len(interview.questions),
        completed_at=about[0].completed_at,
        link=desk.address.of(f"/sessions/{session.id}"),
    )


async def _candidate_thanks(desk: _Desk) -> Letter | None:
    about = await _session(desk)
    if about is None or about[0].completed_at is None:
        return None
    session, interview = about
    organisation = await identity.organisation(desk.db, desk.scope)
    return letters.candidate_thanks(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        evaluated_by_ai=not session.human_only,
        contact=organisation.contact_email,
    )


async def _report_ready(desk: _Desk) -> Letter | None:
    reader, about = await _member(desk), await _session(desk)
    score = await scoring.score(desk.db, desk.scope, desk.row.about_id)
    if reader is None or about is None or score is None:
        return None
    session, interview = about
    return letters.report_ready(
        desk.row.effect_id,
        reader,
        company=interview.company,
        interview_title=interview.title,
        candidate_name=session.candidate.name,
        technical_score=_whole(score.technical_score),
        communication_score=_whole(score.communication_score),
        overall_score=_whole(score.overall_score),
        needs_human=score.needs_human,
        reason=score.reason,
        link=desk.address.of(f"/sessions/{session.id}"),
    )


_WRITERS: dict[LetterKind, Callable[[_Desk], Awaitable[Letter | None]]] = {
    LetterKind.INVITATION: _invitation,
    LetterKind.COLLEAGUE_INVITATION: _colleague_invitation,
    LetterKind.INTERVIEW_COMPLETED: _interview_completed,
    LetterKind.CANDIDATE_THANKS: _candidate_thanks,
    LetterKind.REPORT_READY: _report_ready,
}


async def _member(desk: _Desk) -> Reader | None:
    """The recipient as a member of the team; None when they left it, or hire no more, since."""
    for member in await identity.team(desk.db, desk.scope):
        if member.email == desk.row.recipient and member.role in HIRING:
            return Reader(member.email, member.name, member.language)
    return None


async def _session(desk: _Desk) -> tuple[sessions.Session, interviews.Interview] | None:
    session = await sessions.session(desk.db, desk.scope, desk.row.about_id)
    if session is None:
        return None
    interview = await interviews.interview(desk.db, desk.scope, session.interview_id)
    return None if interview is None else (session, interview)


def _whole(score: float | None) -> int | None:
    return None if score is None else round(score)
