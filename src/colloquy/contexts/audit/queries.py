"""The only SQL that reads the audit log. Entries are written by `kit.audit` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.audit.policy.log import Check, Checkpoint, Filter, Standing
from colloquy.kit.audit import Entry
from colloquy.kit.db import Scope

_ENTRY = (
    "number, at, actor_kind, actor_id, action, subject_kind, subject_id, details, request_id, network_digest,"
    " previous, hash, network, network_salt"
)
_CHECK = "id, asked_by, asked_at, ended_at, total, done, findings"


async def entries(
    db: AsyncSession,
    scope: Scope,
    wanted: Filter,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int,
    newest_first: bool = False,
) -> list[Entry]:
    """Entries with `after < number < before` that the filter lets through."""
    conditions, values = _conditions(wanted)
    if before is not None:
        conditions.append("number < :before")
        values["before"] = before
    rows = await db.execute(
        text(
            f"select {_ENTRY} from audit_entries where org_id = :org_id and number > :after"  # noqa: S608 - constants
            f"{''.join(f' and {one}' for one in conditions)}"
            f" order by number {'desc' if newest_first else 'asc'} limit :limit"
        ),
        {"org_id": scope.org_id, "after": after, "limit": limit, **values},
    )
    return [Entry(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy documents it as public


def _conditions(wanted: Filter) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    if wanted.kind:
        conditions.append("actor_kind = :kind")
        values["kind"] = wanted.kind
    if wanted.actor_id is not None:
        conditions.append("actor_id = :actor_id")
        values["actor_id"] = wanted.actor_id
    if wanted.subject_id is not None:
        # Named so in the details of what happened to parts of it.
        conditions.append(
            "(subject_id = :subject_id or actor_id = :subject_id"
            " or (details ? 'session_id' and details ->> 'session_id' = :subject)"
            " or (details ? 'interview_id' and details ->> 'interview_id' = :subject))"
        )
        values |= {"subject_id": wanted.subject_id, "subject": str(wanted.subject_id)}
    if wanted.since is not None:
        conditions.append("at >= :since")
        values["since"] = datetime.combine(wanted.since, time(), UTC)
    if wanted.until is not None:
        conditions.append("at < :until")
        values["until"] = datetime.combine(wanted.until, time(), UTC) + timedelta(days=1)
    if wanted.text:
        conditions.append("(action = any(:actions) or strpos(action, lower(:text)) > 0)")
        values |= {"actions": list(wanted.actions), "text": wanted.text}
    return conditions, values


async def standing(db: AsyncSession, scope: Scope) -> Standing:
    """How long the chain is, by one look."""
    row = (
        await db.execute(
            text(
                "select h.number, h.hash, (select coalesce(max(number), 0) from audit_entries"
                " where org_id = :org_id) as last"
                " from (select 1) always left join audit_heads h on h.org_id = :org_id"
            ),
            {"org_id": scope.org_id},
        )
    ).one()
    return Standing(row.number or 0, row.hash or b"", row.last)


async def count(db: AsyncSession, scope: Scope, up_to: int) -> int:
    """How many rows have a number up to this one. Reads them all."""
    found = await db.scalar(
        text("select count(*) from audit_entries where org_id = :org_id and number <= :up_to"),
        {"org_id": scope.org_id, "up_to": up_to},
    )
    return int(found or 0)


async def chains(db: AsyncSession) -> list[UUID]:
    """Every organisation that has a log. Needs no tenant."""
    return list(await db.scalars(text("select org_id from audit_heads order by org_id")))


async def checkpoints(db: AsyncSession, scope: Scope) -> list[Checkpoint]:
    """Every signed head, the oldest first."""
    rows = await db.execute(
        text("select at, number, hash, reason, signature from audit_checkpoints where org_id = :org_id order by at"),
        {"org_id": scope.org_id},
    )
    return [Checkpoint(**row._mapping) for row in rows]  # noqa: SLF001 - as above


async def signed_since(db: AsyncSession, scope: Scope, moment: datetime) -> bool:
    """Whether a daily checkpoint was made after this moment."""
    found = await db.scalar(
        text(
            "select exists (select from audit_checkpoints where org_id = :org_id and reason = 'daily' and at > :moment)"
        ),
        {"org_id": scope.org_id, "moment": moment},
    )
    return bool(found)


async def add_checkpoint(db: AsyncSession, scope: Scope, checkpoint: Checkpoint) -> None:
    """Stores a signed head."""
    await db.execute(
        text(
            "insert into audit_checkpoints (org_id, at, number, hash, reason, signature)"
            " values (:org_id, :at, :number, :hash, :reason, :signature)"
        ),
        {
            "org_id": scope.org_id,
            "at": checkpoint.at,
            "number": checkpoint.number,
            "hash": checkpoint.hash,
            "reason": checkpoint.reason,
            "signature": checkpoint.signature,
        },
    )


async def forget_networks(db: AsyncSession, scope: Scope, before: datetime) -> int:
    """Takes network addresses out of entries that are older. How many there were."""
    result = await db.execute(
        text(
            "update audit_entries set network = null, network_salt = null"
            " where org_id = :org_id and at < :before and network is not null returning 1"
        ),
        {"org_id": scope.org_id, "before": before},
    )
    return len(result.all())


async def add_check(db: AsyncSession, scope: Scope, check: Check) -> None:
    """Stores a check that begins."""
    await db.execute(
        text(
            "insert into audit_checks (id, org_id, asked_by, asked_at, total)"
            " values (:id, :org_id, :asked_by, :asked_at, :total)"
        ),
        {
            "id": check.id,
            "org_id": scope.org_id,
            "asked_by": check.asked_by,
            "asked_at": check.asked_at,
            "total": check.total,
        },
    )


async def latest_check(db: AsyncSession, scope: Scope, check_id: UUID | None = None) -> Check | None:
    """The check with this id, or the newest one."""
    row = (
        await db.execute(
            text(
                f"select {_CHECK} from audit_checks where org_id = :org_id"  # noqa: S608 - constants
                " and (cast(:id as uuid) is null or id = :id) order by asked_at desc limit 1"
            ),
            {"org_id": scope.org_id, "id": check_id},
        )
    ).one_or_none()
    return None if row is None else Check(**row._mapping)  # noqa: SLF001 - as above


async def check_went_on(db: AsyncSession, scope: Scope, check_id: UUID, done: int) -> None:
    """Stores how far a check has come."""
    await db.execute(
        text("update audit_checks set done = :done where id = :id and org_id = :org_id"),
        {"id": check_id, "org_id": scope.org_id, "done": done},
    )


async def end_check(
    db: AsyncSession, scope: Scope, check_id: UUID, *, done: int, findings: Sequence[dict[str, Any]], now: datetime
) -> None:
    """Stores what a check found; one that has ended stays as it is."""
    await db.execute(
        text(
            "update audit_checks set done = :done, findings = :findings, ended_at = :now"
            " where id = :id and org_id = :org_id and ended_at is null"
        ).bindparams(bindparam("findings", type_=JSONB)),
        {"id": check_id, "org_id": scope.org_id, "done": done, "findings": list(findings), "now": now},
    )
