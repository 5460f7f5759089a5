"""SQL of the consent ledger (adding, reading, forgetting where a decision came from), and of what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy.models import ConsentRow, InterviewRow, NoticeRow, SessionRow, SettingsRow
from colloquy.contexts.privacy.notices import Notice
from colloquy.kit.db import Scope

_MOST_NOTICES: Final = 500
"""A notice differs by interview and by the dates in it; a page shows the newest."""


async def keep_notice(db: AsyncSession, scope: Scope, notice: Notice) -> None:
    """Stores the notice's text unless this organisation has shown exactly this one before."""
    await db.execute(
        insert(NoticeRow)
        .values(
            org_id=scope.org_id,
            hash=notice.hash,
            version=notice.version,
            language=notice.language,
            title=notice.title,
            text=notice.text,
        )
        .on_conflict_do_nothing()
    )


async def ledger(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[tuple[ConsentRow, str]]:
    """Every decision of the session, oldest first, each with the version of the notice it was made on."""
    rows = await db.execute(
        select(ConsentRow, NoticeRow.version)
        .join(NoticeRow, (NoticeRow.org_id == ConsentRow.org_id) & (NoticeRow.hash == ConsentRow.notice_hash))
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id)
        .order_by(ConsentRow.position)
    )
    return [(row, version) for row, version in rows]


async def latest(db: AsyncSession, scope: Scope, session_id: UUID, purpose: str) -> ConsentRow | None:
    """The decision in force about one purpose."""
    found = await db.execute(
        select(ConsentRow)
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id, ConsentRow.purpose == purpose)
        .order_by(ConsentRow.position.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def forget_origin(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Empties the network address of every decision of the session."""
    await db.execute(
        update(ConsentRow)
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id)
        .values(given_from=None)
    )


async def notice_shown(db: AsyncSession, scope: Scope, notice_hash: str) -> NoticeRow | None:
    """The stored notice with this hash."""
    return await db.get(NoticeRow, (scope.org_id, notice_hash))


async def notices_shown(db: AsyncSession, scope: Scope) -> Sequence[tuple[NoticeRow, int]]:
    """Every notice that this organisation has shown, the newest first, and how many sessions decided on it."""
    decided = (
        select(func.count(func.distinct(ConsentRow.session_id)))
        .where(ConsentRow.org_id == NoticeRow.org_id, ConsentRow.notice_hash == NoticeRow.hash)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(NoticeRow, decided)
        .where(NoticeRow.org_id == scope.org_id)
        .order_by(NoticeRow.first_shown_at.desc(), NoticeRow.hash)
        .limit(_MOST_NOTICES)
    )
    return [(row, count) for row, count in rows]


async def settings(db: AsyncSession, scope: Scope) -> SettingsRow | None:
    """What the organisation has chosen."""
    return await db.get(SettingsRow, scope.org_id, populate_existing=True)


async def keep_settings(db: AsyncSession, scope: Scope, values: Mapping[str, Any]) -> None:
    """Writes what the organisation has chosen."""
    await db.execute(
        insert(SettingsRow)
        .values(org_id=scope.org_id, **values)
        .on_conflict_do_update(index_elements=[SettingsRow.org_id], set_=dict(values))
    )


async def interview(db: AsyncSession, scope: Scope, interview_id: UUID) -> InterviewRow | None:
    """What was chosen for the interview."""
    return await db.scalar(
        select(InterviewRow)
        .where(InterviewRow.org_id == scope.org_id, InterviewRow.interview_id == interview_id)
        .execution_options(populate_existing=True)
    )


async def keep_interview(db: AsyncSession, scope: Scope, interview_id: UUID, values: Mapping[str, Any]) -> None:
    """Writes what was chosen for the interview."""
    await db.execute(
        insert(InterviewRow)
        .values(org_id=scope.org_id, interview_id=interview_id, **values)
        .on_conflict_do_update(
            index_elements=[InterviewRow.interview_id],
            set_=dict(values),
            where=InterviewRow.org_id == scope.org_id,
        )
    )


async def session(db: AsyncSession, scope: Scope, session_id: UUID) -> SessionRow | None:
    """What held when this candidate agreed."""
    return await db.scalar(
        select(SessionRow)
        .where(SessionRow.org_id == scope.org_id, SessionRow.session_id == session_id)
        .execution_options(populate_existing=True)
    )


async def keep_session(db: AsyncSession, scope: Scope, session_id: UUID, values: Mapping[str, Any]) -> None:
    """Writes what holds for this candidate."""
    await db.execute(
        insert(SessionRow)
        .values(org_id=scope.org_id, session_id=session_id, **values)
        .on_conflict_do_update(
            index_elements=[SessionRow.session_id], set_=dict(values), where=SessionRow.org_id == scope.org_id
        )
    )


async def early(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    """For which of these sessions a program may not evaluate yet, and from when it may."""
    rows = await db.execute(
        select(SessionRow.session_id, SessionRow.program_from).where(
            SessionRow.org_id == scope.org_id,
            SessionRow.session_id.in_(list(session_ids)),
            SessionRow.program_from > now,
        )
    )
    return {session_id: begins for session_id, begins in rows if begins is not None}
