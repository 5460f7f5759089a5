"""Whom an event makes us write to. One row a person, so that everyone gets each letter once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.notifications import queries
from colloquy.contexts.notifications.policy.sending import TO_CANDIDATES, LetterKind, SendingState, effect_id
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue
from colloquy.providers.mail.port import message_id_for

HIRING = Permission.SESSIONS_DECIDE
"""Who hears of candidates: those who decide about them. Others are asked by people, not by every session."""


async def address(
    db: AsyncSession, secret: Secret, scope: Scope, kind: LetterKind, about_id: UUID, occasion: int | str
) -> None:
    """Queues the letter for everyone it is for. Calling it twice for the same cause queues nothing more."""
    effect = effect_id(about_id, kind, await _moment(db, secret, scope, kind, about_id) or occasion)
    for recipient in await _recipients(db, secret, scope, kind, about_id, occasion):
        sending_id = new_id()
        added = await queries.add_sending(
            db,
            scope,
            {
                "id": sending_id,
                "effect_id": effect,
                "kind": kind,
                "about_id": about_id,
                "recipient": recipient,
                "message_id": message_id_for(effect, kind, recipient.lower()),
                "state": SendingState.QUEUED,
                "created_at": clock.now(),
            },
        )
        if added:
            await enqueue(db, "notifications.send", org_id=scope.org_id, sending_id=sending_id)


async def _moment(db: AsyncSession, secret: Secret, scope: Scope, kind: LetterKind, about_id: UUID) -> str | None:
    """The end that a letter is about, where that tells its occasions apart better than counting does.

    Codes are counted by the hour, and a session that was given more time may expire again.
    """
    if kind is LetterKind.CONTINUE_CODE:
        sent = await sessions.continue_letter_facts(db, secret, scope, about_id)
        return sent.expires_at.isoformat() if sent else None
    if kind is LetterKind.EXPIRED:
        session = await sessions.session(db, scope, about_id)
        return session.expires_at.isoformat() if session and session.expires_at else None
    return None


async def _recipients(
    db: AsyncSession, secret: Secret, scope: Scope, kind: LetterKind, about_id: UUID, occasion: int | str
) -> list[str]:
    match kind:
        case LetterKind.INVITATION | LetterKind.INVITATION_REMINDER:
            invited = await interviews.invitation_letter_facts(db, scope, about_id, secret)
            return [invited.email] if invited else []
        case LetterKind.COLLEAGUE_INVITATION:
            asked = await identity.colleague_letter_facts(db, secret, scope, about_id)
            return [asked.email] if asked else []
        case LetterKind.WEBHOOK_STOPPED:
            return await _who_keeps_webhooks(db, scope, str(occasion).partition(" ")[0])
        case LetterKind.KEY_ENDING:
            # All who could make another one, whoever made this: it ends for everybody's program.
            return [one.email for one in await identity.team(db, scope) if one.may(Permission.KEYS_MANAGE)]
    session = await sessions.session(db, scope, about_id)
    if session is None:  # erased meanwhile
        return []
    if kind in TO_CANDIDATES:
        return [session.candidate.email]
    return [one.email for one in await interviews.colleagues(db, scope, session.interview_id, HIRING)]


async def _who_keeps_webhooks(db: AsyncSession, scope: Scope, maker: str) -> list[str]:
    """Whoever made the webhook; when they left or may not any more, everybody who may."""
    able = [one for one in await identity.team(db, scope) if one.may(Permission.WEBHOOKS_MANAGE)]
    makers = [one for one in able if str(one.person_id) == maker]
    return [one.email for one in makers or able]
