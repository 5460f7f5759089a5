"""Everything of one tenant, table by table, as the catalogue has it; and the archives that were made of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.retention.models import ExportRow
from colloquy.contexts.retention.policy.taking_out import LEFT_OUT, SECRET_COLUMNS
from colloquy.kit.db import Scope

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A tenant's table: the columns that are exported, and those that are not. `own` names the tenant."""

    name: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    own: str


async def tables(db: AsyncSession) -> list[Table]:
    """Every table behind row-level security, in the order of names, except those in LEFT_OUT."""
    rows = await db.execute(
        text(
            "select c.relname as name, a.attname::text as column_name, a.atttypid = 'bytea'::regtype as bytes"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where c.relkind in ('r', 'p') and c.relrowsecurity and has_table_privilege(c.oid, 'select')"
            " order by 1, a.attnum"
        )
    )
    kept: dict[str, list[str]] = {}
    dropped: dict[str, list[str]] = {}
    for row in rows:
        secret = row.bytes or row.column_name in SECRET_COLUMNS
        (dropped if secret else kept).setdefault(row.name, []).append(row.column_name)
    return [
        Table(name, tuple(columns), tuple(dropped.get(name, ())), "org_id" if "org_id" in columns else "id")
        for name, columns in kept.items()
        if name not in LEFT_OUT
    ]


async def rows_of(db: AsyncSession, scope: Scope, table: Table) -> AsyncIterator[str]:
    """The tenant's rows as JSON, a few hundred at a time."""
    columns = ", ".join(f"'{name}', t.\"{name}\"" for name in table.columns)
    mine = f"from {table.name} t where t.{table.own} = :org"
    statement = f"select jsonb_build_object({columns})::text {mine}"
    streamed = await db.stream_scalars(text(statement).execution_options(yield_per=_ROWS), {"org": scope.org_id})
    async for row in streamed:
        yield row


async def people(db: AsyncSession, scope: Scope) -> Sequence[str]:
    """Who belongs, or belonged, to the organisation, without passwords. One person may be in two organisations."""
    found = await db.scalars(
        text(
            "select jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email, 'language', p.language)::text"
            " from people p join memberships m on m.person_id = p.id where m.org_id = :org order by p.id"
        ),
        {"org": scope.org_id},
    )
    return found.all()


async def originals(db: AsyncSession, scope: Scope) -> Sequence[tuple[UUID, str]]:
    """Where the files of recordings lie, as they arrived."""
    rows = await db.execute(
        text("select id, original_key from recordings where org_id = :org and original_key is not null order by id"),
        {"org": scope.org_id},
    )
    return [(row.id, row.original_key) for row in rows]


async def export(db: AsyncSession, scope: Scope, export_id: UUID, *, lock: bool = False) -> ExportRow | None:
    """One archive."""
    query = select(ExportRow).where(ExportRow.org_id == scope.org_id, ExportRow.id == export_id)
    if lock:
        query = query.with_for_update()
    return await db.scalar(query.execution_options(populate_existing=True))


async def exports(db: AsyncSession, scope: Scope, *, states: Sequence[str] = ()) -> Sequence[ExportRow]:
    """The archives, the newest first; those in these states alone, locked, if any are given."""
    query = select(ExportRow).where(ExportRow.org_id == scope.org_id).order_by(ExportRow.created_at.desc()).limit(50)
    if states:
        query = query.where(ExportRow.state.in_(list(states))).with_for_update()
    return (await db.scalars(query.execution_options(populate_existing=True))).all()
