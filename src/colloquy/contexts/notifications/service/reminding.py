"""Reminders: one chain of jobs a candidate, which looks, reminds if it is time, and puts itself off.

Nothing is planned ahead beyond the next look: whatever changes (the end, the rules, the state) is seen at that look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.notifications import queries
from colloquy.contexts.notifications.policy import reminders
from colloquy.contexts.notifications.policy.sending import LetterKind
from colloquy.contexts.notifications.service import recipients
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.jobs import enqueue

JOB = "notifications.remind"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose time runs: until when, since when they know, and how many hours before they are reminded."""

    end: datetime
    since: datetime
    hours: Sequence[int]


async def plan(db: AsyncSession, scope: Scope, kind: LetterKind, about_id: UUID) -> None:
    """Has a candidate looked at now: the beginning of the chain, or one more look, which does no harm."""
    await enqueue(db, JOB, org_id=scope.org_id, kind=kind, about_id=about_id)


async def look(db: AsyncSession, secret: Secret, scope: Scope, kind: LetterKind, about_id: UUID) -> None:
    """Writes the reminder that is due, once, and comes back; nothing when there is nothing to wait for any more."""
    waiting = await _waiting(db, secret, scope, kind, about_id)
    if waiting is None:
        return
    now = clock.now()
    due = reminders.due(waiting.hours, waiting.end, since=waiting.since, now=now)
    if due is not None:
        occasion = f"{waiting.end.isoformat()} {due.hours}"
        await recipients.address(db, secret, scope, kind, about_id, occasion)
    at = reminders.next_look(waiting.hours, waiting.end, since=waiting.since, now=now)
    if at is not None:
        await enqueue(db, JOB, at=at, once=f"remind:{about_id}", org_id=scope.org_id, kind=kind, about_id=about_id)


async def _waiting(db: AsyncSession, secret: Secret, scope: Scope, kind: LetterKind, about_id: UUID) -> Waiting | None:
    if kind is LetterKind.REMINDER:
        return await _session(db, scope, about_id)
    return await _invitation(db, secret, scope, about_id)


async def _session(db: AsyncSession, scope: Scope, session_id: UUID) -> Waiting | None:
    session = await sessions.session(db, scope, session_id)
    interview = None if session is None else await interviews.interview(db, scope, session.interview_id)
    if session is None or interview is None or session.state.over:
        return None
    end = reminders.ends_at(session.expires_at, session.must_end_at)
    return None if end is None else Waiting(end, session.opened_at, interview.reminder_hours)


async def _invitation(db: AsyncSession, secret: Secret, scope: Scope, link_id: UUID) -> Waiting | None:
    # None when the invitation was used, too: then the session has a chain of its own.
    invited = await interviews.invitation_letter_facts(db, scope, link_id, secret)
    interview = None if invited is None else await interviews.interview(db, scope, invited.interview_id)
    if invited is None or interview is None:
        return None
    end = reminders.ends_at(invited.expires_at, interview.closes_at)
    written = await queries.last_written(db, scope, link_id, LetterKind.INVITATION)
    return None if end is None else Waiting(end, written or clock.now(), interview.reminder_hours)
