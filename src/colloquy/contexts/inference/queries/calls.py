"""Calls, what they add up to, and answers that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.models import CacheRow, CallRow
from colloquy.kit.db import Scope

By = Literal["day", "model", "task", "interview", "session", "key", "outcome"]
_COLUMNS: dict[By, str] = {
    "day": "to_char(at at time zone 'UTC', 'YYYY-MM-DD')",
    "model": "model",
    "task": "task",
    "interview": "interview_id::text",
    "session": "session_id::text",
    "key": "key_id::text",
    "outcome": "outcome",
}
_SUMS = (
    " count(*) as calls, count(*) filter (where outcome in ('answered', 'repaired')) as answered,"
    " count(*) filter (where outcome = 'repaired') as repaired, count(*) filter (where outcome = 'cached') as cached,"
    " count(*) filter (where outcome not in ('answered', 'repaired', 'cached')) as failed,"
    " coalesce(sum(input_tokens), 0)::bigint as input_tokens,"
    " coalesce(sum(output_tokens), 0)::bigint as output_tokens,"
    " coalesce(sum(cost_microdollars), 0)::bigint as cost_microdollars,"
    " count(*) filter (where cost_microdollars is null) as unknown_cost,"
    " (percentile_cont(0.5) within group (order by latency_ms)"
    " filter (where outcome in ('answered', 'repaired')))::integer as median_ms"
)


async def add_call(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Stores a call."""
    await db.execute(insert(CallRow).values(org_id=scope.org_id, **values))


async def usage(
    db: AsyncSession, scope: Scope, by: Sequence[By], *, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Sums over the calls in `[since, until)`, a row for each combination; columns are named as in `by`."""
    groups = ", ".join(f"{_COLUMNS[name]} as {name}" for name in by)
    numbers = ", ".join(str(number) for number in range(1, len(by) + 1))
    result = await db.execute(
        text(
            f"select {groups},{_SUMS} from model_calls"  # noqa: S608 - constants
            f" where org_id = :org_id and at >= :since and at < :until group by {numbers} order by {numbers}"
        ),
        {"org_id": scope.org_id, "since": since, "until": until},
    )
    return result.all()


async def calls(db: AsyncSession, scope: Scope, *, since: datetime, until: datetime, limit: int) -> Sequence[CallRow]:
    """Single calls in `[since, until)`, the newest first."""
    rows = await db.scalars(
        select(CallRow)
        .where(CallRow.org_id == scope.org_id, CallRow.at >= since, CallRow.at < until)
        .order_by(CallRow.at.desc(), CallRow.id)
        .limit(limit)
    )
    return rows.all()


async def kept(db: AsyncSession, scope: Scope, key: bytes, now: datetime) -> CacheRow | None:
    """The answer kept under this key, unless its time is over."""
    return await db.scalar(
        select(CacheRow).where(CacheRow.org_id == scope.org_id, CacheRow.key == key, CacheRow.expires_at > now)
    )


async def keep(
    db: AsyncSession,
    scope: Scope,
    key: bytes,
    *,
    session_id: UUID | None,
    model: str,
    sealed: bytes,
    expires_at: datetime,
) -> bool:
    """Keeps an answer; False, and nothing is kept, when its session was erased meanwhile."""
    # The session is locked against erasure, so that the foreign key cannot fail after we looked.
    added = await db.execute(
        text(
            "with there as (select id from sessions where id = :session_id and org_id = :org_id for key share)"
            " insert into model_cache (org_id, key, session_id, model, sealed, expires_at)"
            " select :org_id, :key, :session_id, :model, :sealed, :expires_at"
            " where cast(:session_id as uuid) is null or exists (select from there)"
            " on conflict (org_id, key) do update set session_id = excluded.session_id, model = excluded.model,"
            " sealed = excluded.sealed, expires_at = excluded.expires_at returning key"
        ),
        {
            "org_id": scope.org_id,
            "key": key,
            "session_id": session_id,
            "model": model,
            "sealed": sealed,
            "expires_at": expires_at,
        },
    )
    return added.first() is not None


async def forget_expired(db: AsyncSession, scope: Scope, now: datetime) -> datetime | None:
    """Removes answers whose time is over. When the next one's will be; None when none is left."""
    await db.execute(delete(CacheRow).where(CacheRow.org_id == scope.org_id, CacheRow.expires_at <= now))
    return await db.scalar(
        select(CacheRow.expires_at).where(CacheRow.org_id == scope.org_id).order_by(CacheRow.expires_at).limit(1)
    )


async def forget_alone(db: AsyncSession, scope: Scope) -> bool:
    """Whether this transaction is the only one that is queueing the job that forgets; another one will do it."""
    free = await db.scalar(
        text("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"inference.forget.{scope.org_id}"},
    )
    return bool(free)


async def forget_session(db: AsyncSession, scope: Scope, session_id: UUID) -> int:
    """Takes the session out of the notes of its calls; of how many. What they cost stays."""
    changed = await db.execute(
        update(CallRow)
        .where(CallRow.org_id == scope.org_id, CallRow.session_id == session_id)
        .values(session_id=None)
        .returning(CallRow.id)
    )
    return len(changed.all())


async def forget_answers(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Removes the answers that are kept about the session."""
    await db.execute(delete(CacheRow).where(CacheRow.org_id == scope.org_id, CacheRow.session_id == session_id))


LONGEST_SPAN = timedelta(days=400)
"""Sums over more than a year and a month are asked for in parts."""
