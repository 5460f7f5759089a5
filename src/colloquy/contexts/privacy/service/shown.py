"""Notices as they were shown: kept word by word, and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.privacy import queries
from colloquy.contexts.privacy.errors import NoticeNotFound
from colloquy.contexts.privacy.models import NoticeRow
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice with its text. `sessions`: how many candidates decided on it; None where that was not counted."""

    hash: str
    version: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    first_shown_at: datetime
    sessions: int | None


async def notices(db: AsyncSession, actor: Actor) -> list[ShownNotice]:
    """Those that this organisation's candidates decided on, the newest first. Forbidden."""
    actor.require(Permission.PRIVACY_MANAGE)
    return [_shown(row, count) for row, count in await queries.notices_shown(db, actor.scope)]


async def notice(db: AsyncSession, actor: Actor, notice_hash: str) -> ShownNotice:
    """One of them. Forbidden, NoticeNotFound."""
    actor.require(Permission.PRIVACY_MANAGE)
    row = await queries.notice_shown(db, actor.scope, notice_hash)
    if row is None:
        raise NoticeNotFound(_("There is no such notice."))
    return _shown(row, None)


def _shown(row: NoticeRow, count: int | None) -> ShownNotice:
    paragraphs = tuple(row.text.split("\n\n"))
    return ShownNotice(row.hash, row.version, row.language, row.title, paragraphs, row.first_shown_at, count)
