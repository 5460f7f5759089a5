"""From a row to a letter: the facts as they are now, in the reader's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy import letters, session_letters
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.notifications.policy.sending import ABOUT_SESSIONS, LetterKind
from colloquy.contexts.notifications.service import to_candidates
from colloquy.contexts.notifications.service.desk import Desk, about_session, address_of, contact, kept_until, member
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.providers.mail.port import Letter


async def write(
    db: AsyncSession, secret: Secret, address: PublicAddress, scope: Scope, row: SendingRow
) -> Letter | None:
    """The letter; None when there is nothing to write any more (revoked, expired, erased, left the team)."""
    return await _WRITERS[LetterKind(row.kind)](Desk(db, secret, address, scope, row))


async def about_nobody(db: AsyncSession, scope: Scope, row: SendingRow) -> bool:
    """Whether the letter is about a session that was erased."""
    return LetterKind(row.kind) in ABOUT_SESSIONS and await sessions.session(db, scope, row.about_id) is None


async def _colleague_invitation(desk: Desk) -> Letter | None:
    facts = await identity.colleague_letter_facts(desk.db, desk.secret, desk.scope, desk.row.about_id)
    if facts is None:
        return None
    return letters.colleague_invitation(
        desk.row.effect_id,
        Reader(desk.row.recipient, None, facts.language),
        organisation=facts.organisation,
        inviter_name=facts.invited_by,
        role=facts.role.name if isinstance(facts.role, identity.CustomRole) else facts.role.value,
        expires_at=facts.expires_at,
        link=desk.address.of(f"/join/{facts.token}"),
    )


async def _interview_completed(desk: Desk) -> Letter | None:
    reader, about = await member(desk), await about_session(desk)
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


async def _candidate_thanks(desk: Desk) -> Letter | None:
    about = await about_session(desk)
    if about is None or about[0].completed_at is None:
        return None
    session, interview = about
    return letters.candidate_thanks(
        desk.row.effect_id,
        Reader(desk.row.recipient, session.candidate.name, session.language),
        company=interview.company,
        interview_title=interview.title,
        evaluated_by_ai=not session.human_only,
        contact=await contact(desk),
        kept_until=await kept_until(desk),
        data_link=await address_of(desk, session, "/my-data"),
    )


async def _withdrawn(desk: Desk) -> Letter | None:
    reader, about = await member(desk), await about_session(desk)
    if reader is None or about is None or about[0].withdrawn_at is None:
        return None
    session, interview = about
    return session_letters.withdrawn(
        desk.row.effect_id,
        reader,
        company=interview.company,
        interview_title=interview.title,
        candidate_name=session.candidate.name,
        answered=session.answered,
        questions=len(session.answers),
        withdrawn_at=about[0].withdrawn_at,
        kept_until=await kept_until(desk),
        link=desk.address.of(f"/sessions/{session.id}"),
    )


async def _report_ready(desk: Desk) -> Letter | None:
    reader, about = await member(desk), await about_session(desk)
    score = await scoring.score(desk.db, desk.scope, desk.row.about_id)
    if reader is None or about is None or score is None:
        return None
    session, interview = about
    hidden = interview.blind_review  # a letter stays as it is, whoever's scorecard is in by then
    [shown] = await sessions.with_people_alone(desk.db, desk.scope, [session])
    numberless = hidden or shown.human_only
    return letters.report_ready(
        desk.row.effect_id,
        reader,
        company=interview.company,
        interview_title=interview.title,
        candidate_name=session.candidate.name,
        technical_score=None if numberless else _whole(score.technical_score),
        communication_score=None if numberless else _whole(score.communication_score),
        overall_score=None if numberless else _whole(score.overall_score),
        needs_human=score.needs_human and not hidden,
        reason=None if hidden else score.reason,
        hidden=hidden,
        link=desk.address.of(f"/sessions/{session.id}"),
    )


async def _webhook_stopped(desk: Desk) -> Letter | None:
    reader = await member(desk, identity.Permission.WEBHOOKS_MANAGE)
    if reader is None:
        return None
    return letters.webhook_stopped(
        desk.row.effect_id,
        reader,
        company=(await identity.organisation(desk.db, desk.scope)).name,
        link=desk.address.of(f"/settings/webhooks/{desk.row.about_id}"),
    )


async def _key_ending(desk: Desk) -> Letter | None:
    reader = await member(desk, identity.Permission.KEYS_MANAGE)
    facts = await identity.key_letter_facts(desk.db, desk.scope, desk.row.about_id)
    if reader is None or facts is None:
        return None
    return letters.key_ending(
        desk.row.effect_id,
        reader,
        company=(await identity.organisation(desk.db, desk.scope)).name,
        key_name=facts.name,
        prefix=facts.prefix,
        account=facts.account,
        expires_at=facts.expires_at,
        days=facts.days_left,
        link=desk.address.of("/settings/api-keys"),
    )


async def _contested(desk: Desk) -> Letter | None:
    reader, about = await member(desk), await about_session(desk)
    if reader is None or about is None:
        return None
    session, interview = about
    waiting = await scoring.open_contests(desk.db, desk.scope, [session.id])
    if not waiting:
        return None
    return session_letters.contested(
        desk.row.effect_id,
        reader,
        company=interview.company,
        interview_title=interview.title,
        candidate_name=session.candidate.name,
        link=desk.address.of(f"/sessions/{session.id}#contests"),
    )


_WRITERS: dict[LetterKind, Callable[[Desk], Awaitable[Letter | None]]] = {
    LetterKind.INVITATION: to_candidates.invitation,
    LetterKind.INVITATION_REMINDER: to_candidates.invitation_reminder,
    LetterKind.REMINDER: to_candidates.reminder,
    LetterKind.CONTINUE_CODE: to_candidates.continue_code,
    LetterKind.EXPIRED: to_candidates.expired,
    LetterKind.WITHDRAWAL_CONFIRMED: to_candidates.withdrawal_confirmed,
    LetterKind.WITHDRAWN: _withdrawn,
    LetterKind.CONTESTED: _contested,
    LetterKind.CONTEST_ANSWERED: to_candidates.contest_answered,
    LetterKind.ERASURE_ASKED: to_candidates.erasure_asked,
    LetterKind.COLLEAGUE_INVITATION: _colleague_invitation,
    LetterKind.INTERVIEW_COMPLETED: _interview_completed,
    LetterKind.CANDIDATE_THANKS: _candidate_thanks,
    LetterKind.REPORT_READY: _report_ready,
    LetterKind.WEBHOOK_STOPPED: _webhook_stopped,
    LetterKind.KEY_ENDING: _key_ending,
}


def _whole(score: float | None) -> int | None:
    return None if score is None else round(score)
