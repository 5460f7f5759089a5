"""What the catalogue knows of a session: which rows hang on it, and which still name it.

Read from the catalogue and not from a list, so that a table that is added next year is counted and found as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Scope

_CHILDREN = text(
    "select child.relname as child, ca.attname as child_column, parent.relname as parent, pa.attname as parent_column"
    " from pg_constraint k"
    " join pg_class child on child.oid = k.conrelid join pg_class parent on parent.oid = k.confrelid"
    " join lateral unnest(k.conkey, k.confkey) as pair(here, there) on true"
    " join pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = pair.here"
    " join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = pair.there"
    " where k.contype = 'f' and k.confdeltype = 'c' and ca.attname <> 'org_id'"
    " order by 1, 2"
)
_NAMING = text(
    "select c.relname as name, array_agg(a.attname::text order by a.attname) as columns from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'"
    " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
    " where c.relkind = 'r' and c.relrowsecurity and a.atttypid = 'uuid'::regtype"
    " and a.attname <> 'org_id' and has_table_privilege(c.oid, 'select') group by 1 order by 1"
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """Rows that go with a session by their foreign keys: how many by table, and the ids they carry."""

    rows: Mapping[str, int]
    ids: frozenset[UUID] = field(default_factory=frozenset)
    recordings: frozenset[UUID] = field(default_factory=frozenset)


async def hanging(db: AsyncSession, scope: Scope, session_id: UUID) -> Hanging:
    """What goes with the session's row."""
    links = (await db.execute(_CHILDREN)).all()
    seen: dict[str, set[UUID]] = {"sessions": {session_id}}
    counts: dict[str, int] = {"sessions": 1}
    recordings: set[UUID] = set()
    waiting = ["sessions"]
    while waiting:
        parent = waiting.pop()
        for link in links:
            if link.parent != parent or link.parent_column != "id":
                continue
            columns = await _uuid_columns(db, link.child)
            wanted = [name for name in ("id", "recording_id") if name in columns]
            rows = (
                await db.execute(
                    text(
                        f"select {', '.join(wanted) or '1 as one'} from {link.child}"  # noqa: S608 - the catalogue's
                        f" where org_id = :org and {link.child_column} = any(:ids)"
                    ).bindparams(bindparam("ids", type_=ARRAY(SQL_UUID))),
                    {"org": scope.org_id, "ids": list(seen[parent])},
                )
            ).all()
            recordings |= {row.recording_id for row in rows if "recording_id" in wanted and row.recording_id}
            if "id" not in wanted:
                counts[link.child] = max(counts.get(link.child, 0), len(rows))
                continue
            new = {row.id for row in rows} - seen.get(link.child, set())
            if new:
                seen.setdefault(link.child, set()).update(new)
                counts[link.child] = len(seen[link.child])
                waiting.append(link.child)
    ids = frozenset().union(*seen.values())
    return Hanging({name: count for name, count in sorted(counts.items()) if count}, ids, frozenset(recordings))


async def _uuid_columns(db: AsyncSession, table: str) -> set[str]:
    found = await db.scalars(
        text(
            "select attname::text from pg_attribute where attrelid = cast(:name as regclass) and attnum > 0"
            " and not attisdropped and atttypid = 'uuid'::regtype"
        ),
        {"name": table},
    )
    return set(found)


async def still_named(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> dict[str, int]:
    """How many rows of which of the tenant's tables have one of these ids in a column of their own."""
    found: dict[str, int] = {}
    for table in (await db.execute(_NAMING)).all():
        tests = " or ".join(f"cast({name} as text) = any(:ids)" for name in table.columns)
        if table.name == "organisations":
            continue
        statement = f"select count(*) from {table.name} where org_id = :org and ({tests})"  # noqa: S608 - the catalogue's
        count = await db.scalar(
            text(statement).bindparams(bindparam("ids", type_=ARRAY(TEXT))),
            {"org": scope.org_id, "ids": [str(one) for one in ids]},
        )
        if count:
            found[table.name] = count
    return found


async def clear_queue(db: AsyncSession, scope: Scope, ids: Collection[UUID], *, events: bool = True) -> dict[str, int]:
    """Removes jobs that wait or failed, dead letters and (unless not `events`) events that name one of these.

    How many of each.

    A job at work is left to end: it finds nothing, and its row goes with its end.
    """
    values = {"org": str(scope.org_id), "ids": [str(one) for one in ids]}
    gone: dict[str, int] = {}
    for what, statement in _CLEARING.items():
        if not events and what in _EVENTS:
            continue
        removed = await db.execute(text(statement).bindparams(bindparam("ids", type_=ARRAY(TEXT))), values)
        if count := len(removed.all()):
            gone[what] = count
    return gone


async def forget_networks(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Takes the network addresses out of what the candidate did in the audit log; a column made to be emptied."""
    await db.execute(
        text(
            "update audit_entries set network = null, network_salt = null where org_id = :org"
            " and actor_kind = 'candidate' and actor_id = :session and network is not null"
        ),
        {"org": scope.org_id, "session": session_id},
    )


def _clearing() -> dict[str, str]:
    named = "exists (select from jsonb_each_text({0}) v where v.value = any(:ids))"
    jobs, payload = named.format("args"), named.format("payload")
    mine = "org_id = cast(:org as uuid)"
    events = f"select id from outbox where {mine} and {payload}"  # noqa: S608 - constants, as below
    return {
        "jobs": "delete from procrastinate_jobs where args->>'org_id' = :org and status <> 'doing'"  # noqa: S608
        f" and {jobs} returning 1",
        "dead_letters": f"delete from dead_letters where {mine} and {payload} returning 1",  # noqa: S608
        # Before the events themselves, by which it is found what was delivered of them.
        "event_deliveries": f"delete from event_deliveries where {mine} and event_id in ({events}) returning 1",  # noqa: S608
        "events": f"delete from outbox where {mine} and {payload} returning 1",  # noqa: S608
    }


_CLEARING = _clearing()
_EVENTS = frozenset({"events", "event_deliveries"})
