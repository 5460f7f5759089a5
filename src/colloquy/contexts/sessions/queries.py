"""The only SQL of the sessions context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions.models import AnswerRow, CodeRow, KeyRow, SessionRow, TakeRow
from colloquy.kit.db import Scope


async def session(db: AsyncSession, scope: Scope, session_id: UUID) -> SessionRow | None:
    """The row, or None when it is not this tenant's."""
    return await db.scalar(select(SessionRow).where(SessionRow.org_id == scope.org_id, SessionRow.id == session_id))


async def lock_session(db: AsyncSession, scope: Scope, session_id: UUID) -> SessionRow | None:
    """The row, locked until the transaction ends. Everything a candidate does takes this lock first."""
    return await db.scalar(
        select(SessionRow)
        .where(SessionRow.org_id == scope.org_id, SessionRow.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def same_candidate(
    db: AsyncSession, scope: Scope, interview_id: UUID, email_key: str, profile_key: str | None
) -> SessionRow | None:
    """A session of this interview with the same e-mail or the same profile."""
    same = SessionRow.email_key == email_key
    if profile_key:
        same = or_(same, SessionRow.profile_key == profile_key)
    return await db.scalar(
        select(SessionRow)
        .where(SessionRow.org_id == scope.org_id, SessionRow.interview_id == interview_id, same)
        .limit(1)
    )


async def answers(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[AnswerRow]:
    """The answers of these sessions, in the order of their questions."""
    found = await db.scalars(
        select(AnswerRow)
        .where(AnswerRow.org_id == scope.org_id, AnswerRow.session_id.in_(list(session_ids)))
        .order_by(AnswerRow.session_id, AnswerRow.number)
    )
    return found.all()


async def answer(db: AsyncSession, scope: Scope, answer_id: UUID) -> AnswerRow | None:
    """One answer."""
    return await db.scalar(select(AnswerRow).where(AnswerRow.org_id == scope.org_id, AnswerRow.id == answer_id))


async def lock_answer(db: AsyncSession, scope: Scope, answer_id: UUID) -> AnswerRow | None:
    """One answer, locked until the transaction ends and read afresh; its session cannot be erased meanwhile."""
    # Whoever goes on to write rows that refer to the session would lock it after the answer, and whoever erases
    # locks it before: they would wait for each other.
    owner = select(AnswerRow.session_id).where(AnswerRow.org_id == scope.org_id, AnswerRow.id == answer_id)
    await db.execute(
        select(SessionRow.id)
        .where(SessionRow.org_id == scope.org_id, SessionRow.id == owner.scalar_subquery())
        .with_for_update(read=True, key_share=True)
    )
    return await db.scalar(
        select(AnswerRow)
        .where(AnswerRow.org_id == scope.org_id, AnswerRow.id == answer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def answer_of_recording(db: AsyncSession, scope: Scope, recording_id: UUID) -> AnswerRow | None:
    """The answer whose chosen take is this recording, locked; None for takes that were not chosen."""
    return await db.scalar(
        select(AnswerRow)
        .where(AnswerRow.org_id == scope.org_id, AnswerRow.recording_id == recording_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def takes(db: AsyncSession, scope: Scope, answer_id: UUID) -> Sequence[TakeRow]:
    """The takes of an answer, the first one first."""
    found = await db.scalars(
        select(TakeRow).where(TakeRow.org_id == scope.org_id, TakeRow.answer_id == answer_id).order_by(TakeRow.number)
    )
    return found.all()


async def take(db: AsyncSession, scope: Scope, take_id: UUID) -> TakeRow | None:
    """One take."""
    return await db.scalar(select(TakeRow).where(TakeRow.org_id == scope.org_id, TakeRow.id == take_id))


async def takes_of(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[TakeRow]:
    """Every take of the session, in the order of its questions and takes."""
    found = await db.scalars(
        select(TakeRow)
        .join(AnswerRow, AnswerRow.id == TakeRow.answer_id)
        .where(TakeRow.org_id == scope.org_id, AnswerRow.session_id == session_id)
        .order_by(AnswerRow.number, TakeRow.number)
    )
    return found.all()


async def takes_by_answer(db: AsyncSession, scope: Scope, answer_ids: Iterable[UUID]) -> Sequence[TakeRow]:
    """The takes of these answers, by answer and number."""
    found = await db.scalars(
        select(TakeRow)
        .where(TakeRow.org_id == scope.org_id, TakeRow.answer_id.in_(list(answer_ids)))
        .order_by(TakeRow.answer_id, TakeRow.number)
    )
    return found.all()


async def take_by_request(db: AsyncSession, scope: Scope, answer_id: UUID, request_id: UUID) -> TakeRow | None:
    """The take that this request began, when it was sent before."""
    return await db.scalar(
        select(TakeRow).where(
            TakeRow.org_id == scope.org_id, TakeRow.answer_id == answer_id, TakeRow.request_id == request_id
        )
    )


async def take_of_recording(db: AsyncSession, scope: Scope, recording_id: UUID) -> TakeRow | None:
    """The take whose bytes a recording has."""
    return await db.scalar(select(TakeRow).where(TakeRow.org_id == scope.org_id, TakeRow.recording_id == recording_id))


async def key(db: AsyncSession, scope: Scope, session_id: UUID, secret_hash: bytes) -> KeyRow | None:
    """The key of this session with this hash."""
    return await db.scalar(
        select(KeyRow).where(
            KeyRow.org_id == scope.org_id, KeyRow.session_id == session_id, KeyRow.secret_hash == secret_hash
        )
    )


async def keys(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[KeyRow]:
    """The keys of this session, the first one first."""
    found = await db.scalars(
        select(KeyRow)
        .where(KeyRow.org_id == scope.org_id, KeyRow.session_id == session_id)
        .order_by(KeyRow.created_at, KeyRow.id)
    )
    return found.all()


async def code(db: AsyncSession, scope: Scope, session_id: UUID, *, lock: bool = False) -> CodeRow | None:
    """The session's one-time code, if one was asked for; locked on demand."""
    query = select(CodeRow).where(CodeRow.org_id == scope.org_id, CodeRow.session_id == session_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await db.scalar(query)


async def recording_ids(db: AsyncSession, scope: Scope, session_id: UUID) -> set[UUID]:
    """The recordings of every take of the session, chosen or not."""
    found = await db.scalars(
        select(TakeRow.recording_id)
        .join(AnswerRow, AnswerRow.id == TakeRow.answer_id)
        .where(TakeRow.org_id == scope.org_id, AnswerRow.session_id == session_id)
    )
    return set(found)


async def ids_after(db: AsyncSession, scope: Scope, after: UUID | None, limit: int) -> Sequence[UUID]:
    """The ids of sessions, in their order, after one."""
    query = select(SessionRow.id).where(SessionRow.org_id == scope.org_id)
    if after is not None:
        query = query.where(SessionRow.id > after)
    return (await db.scalars(query.order_by(SessionRow.id).limit(limit))).all()


async def ids_of_interview(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sequence[UUID]:
    """The ids of the interview's sessions."""
    found = await db.scalars(
        select(SessionRow.id).where(SessionRow.org_id == scope.org_id, SessionRow.interview_id == interview_id)
    )
    return found.all()


async def ids_of_candidate(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[UUID]:
    """The ids of every session that was begun with the address of this one, itself among them."""
    address = select(SessionRow.email_key).where(SessionRow.org_id == scope.org_id, SessionRow.id == session_id)
    found = await db.scalars(
        select(SessionRow.id).where(
            SessionRow.org_id == scope.org_id,
            or_(
                SessionRow.id == session_id,
                (SessionRow.email_key == address.scalar_subquery()) & (SessionRow.email_key != ""),
            ),
        )
    )
    return found.all()


async def forget_devices(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Takes the names of devices out of the session's keys, and a one-time code; the keys go on opening it."""
    await db.execute(
        update(KeyRow).where(KeyRow.org_id == scope.org_id, KeyRow.session_id == session_id).values(label="")
    )
    await db.execute(delete(CodeRow).where(CodeRow.org_id == scope.org_id, CodeRow.session_id == session_id))


async def delete_session(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Removes the session. Answers, takes and what refers to them, in other contexts as well, go with it."""
    await db.execute(delete(SessionRow).where(SessionRow.org_id == scope.org_id, SessionRow.id == session_id))


async def board(
    db: AsyncSession,
    scope: Scope,
    interview_id: UUID,
    *,
    states: frozenset[str] | None,
    search: str,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[SessionRow]:
    """Sessions of an interview, the newest first."""
    query: Select[SessionRow] = select(SessionRow).where(
        SessionRow.org_id == scope.org_id, SessionRow.interview_id == interview_id
    )
    if states:
        query = query.where(SessionRow.state.in_(states))
    if search:
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(or_(SessionRow.name.ilike(pattern), SessionRow.email.ilike(pattern)))
    if after is not None:
        query = query.where(tuple_(SessionRow.opened_at, SessionRow.id) < after)
    found = await db.scalars(query.order_by(SessionRow.opened_at.desc(), SessionRow.id.desc()).limit(limit))
    return found.all()


async def counts(db: AsyncSession, scope: Scope, interview_ids: Iterable[UUID]) -> dict[tuple[UUID, str], int]:
    """How many sessions each interview has, by state."""
    rows = await db.execute(
        select(SessionRow.interview_id, SessionRow.state, func.count())
        .where(SessionRow.org_id == scope.org_id, SessionRow.interview_id.in_(list(interview_ids)))
        .group_by(SessionRow.interview_id, SessionRow.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def interview_of(db: AsyncSession, scope: Scope, session_id: UUID) -> UUID | None:
    """The session's interview."""
    return await db.scalar(
        select(SessionRow.interview_id).where(SessionRow.org_id == scope.org_id, SessionRow.id == session_id)
    )
