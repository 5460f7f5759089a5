"""What candidates do with their own data: have them erased, decide anew who evaluates, and read what they agreed to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


async def ask_for_erasure(db: AsyncSession, secret: Secret, key: sessions.Key) -> retention.Request:
    """The holder of the key wants everything erased: a letter asks them to confirm it. Again sends another one.

    NotYourSession for anybody else, and when it was erased before.
    """
    return await sessions.ask_for_erasure(db, secret, await sessions.lock_own(db, key))


async def people_only(db: AsyncSession, key: sessions.Key) -> None:
    """From now on no program evaluates, and what one made before is shown to nobody. Again is fine."""
    await sessions.refuse_evaluation(db, await sessions.lock_own(db, key))


async def allow_program(db: AsyncSession, key: sessions.Key, *, given_from: str | None) -> None:
    """A program may evaluate after all, from now on. SessionOver, TooLateToAgree. Again is fine."""
    row = await sessions.lock_own(db, key)
    interview = await _interview(db, key, row.interview_id)
    await sessions.allow_evaluation(db, row, interview, given_from=given_from)


async def keep_longer(db: AsyncSession, key: sessions.Key, *, agrees: bool, given_from: str | None) -> None:
    """Whether the interview may be kept for longer. SessionOver where that is not offered. Again is fine."""
    row = await sessions.lock_own(db, key)
    interview = await _interview(db, key, row.interview_id)
    await sessions.keep_longer(db, row, interview, agrees=agrees, given_from=given_from)


async def read_notice(db: AsyncSession, key: sessions.Key, notice_hash: str) -> str | None:
    """The text that the holder of the key decided on, with its title; None for any other text."""
    row = await sessions.lock_own(db, key)
    scope = Scope(key.org_id)
    if all(entry.notice_hash != notice_hash for entry in await privacy.ledger(db, scope, row.id)):
        return None
    return await privacy.notice_text(db, scope, notice_hash)


async def _interview(db: AsyncSession, key: sessions.Key, interview_id: UUID) -> interviews.Interview:
    found = await interviews.interview(db, Scope(key.org_id), interview_id)
    if found is None:
        raise interviews.InterviewNotFound(_("There is no such interview. It may have been deleted."))
    return found
