"""Columns that hold what `Secret.seal` made, so that all of them can be sealed again after a rotation.

Each context declares its own in `policy/sealed.py`; `tests/architecture/test_sealed.py` fails for a purpose that is
sealed somewhere and declared nowhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope

BATCH = 200
Row = RowMapping


def _of_id(row: Row) -> bytes:
    return bytes(row["id"].bytes)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`table.column` holds bytes sealed for `purpose`, about whatever `about` makes of the row's `keys` and `reads`.

    `tenant`: the table has `org_id` and row-level security. `drop`: a row that only an earlier secret opens is deleted,
    since it would be found no more. `also` gives further columns to set, from the secret and what was sealed.
    """

    table: str
    column: str
    purpose: str
    about: Callable[[Row], bytes] = _of_id
    keys: tuple[str, ...] = ("id",)
    reads: tuple[str, ...] = ()
    tenant: bool = True
    drop: bool = False
    also: Callable[[Secret, bytes], dict[str, Any]] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a column of one tenant: rows sealed again (or dropped), and rows that no secret opens."""

    column: SealedColumn
    sealed: int
    unreadable: int


async def tenants(db: AsyncSession) -> list[Scope]:
    """Every organisation there is, the oldest first."""
    found = await db.scalars(text("select org_id from tenants order by created_at, org_id"))
    return [Scope(UUID(str(org_id))) for org_id in found]


async def reseal(database: Database, secret: Secret, columns: Sequence[SealedColumn]) -> AsyncIterator[Progress]:
    """Seals everything again that an earlier secret sealed, in small transactions; twice is harmless."""
    async with database.begin() as db:
        scopes = await tenants(db)
    for column in columns:
        for scope in scopes if column.tenant else [None]:
            async for progress in _column(database, secret, column, scope):
                yield progress


async def left(database: Database, secret: Secret, columns: Sequence[SealedColumn]) -> dict[str, int]:
    """How many rows of each column are still sealed by an earlier secret; columns without any are left out."""
    async with database.begin() as db:
        scopes = await tenants(db)
    found: dict[str, int] = {}
    for column in columns:
        for scope in scopes if column.tenant else [None]:
            async with database.begin(scope) as db:
                count = await db.scalar(
                    text(f"select count(*) from {column.table} where {_old(column, scope)}"),  # noqa: S608 - names of ours
                    _given(secret, scope),
                )
            if count:
                found[column.name] = found.get(column.name, 0) + int(count)
    return found


async def _column(
    database: Database, secret: Secret, column: SealedColumn, scope: Scope | None
) -> AsyncIterator[Progress]:
    after: dict[str, Any] | None = None
    while True:
        async with database.begin(scope) as db:
            rows = await _batch(db, secret, column, scope, after)
            if not rows:
                return
            sealed = unreadable = 0
            for row in rows:
                if await _again(db, secret, column, row):
                    sealed += 1
                else:
                    unreadable += 1
            after = {key: rows[-1][key] for key in column.keys}
        yield Progress(column, sealed, unreadable)


async def _batch(
    db: AsyncSession, secret: Secret, column: SealedColumn, scope: Scope | None, after: dict[str, Any] | None
) -> Sequence[Row]:
    keys = ", ".join(column.keys)
    reads = ", ".join(dict.fromkeys((*column.keys, *column.reads, column.column)))
    beyond = f" and ({keys}) > ({', '.join(f':after_{key}' for key in column.keys)})" if after else ""
    found = await db.execute(
        text(
            f"select {reads} from {column.table} where {_old(column, scope)}{beyond}"  # noqa: S608 - names of ours
            f" order by {keys} limit {BATCH} for update"
        ),
        {**_given(secret, scope), **{f"after_{key}": value for key, value in (after or {}).items()}},
    )
    return found.mappings().all()


async def _again(db: AsyncSession, secret: Secret, column: SealedColumn, row: Row) -> bool:
    where = " and ".join(f"{key} = :key_{key}" for key in column.keys)
    keys = {f"key_{key}": row[key] for key in column.keys}
    if column.drop:
        await db.execute(text(f"delete from {column.table} where {where}"), keys)  # noqa: S608 - names of ours
        return True
    about = column.about(row)
    try:
        plain = secret.unseal(column.purpose, row[column.column], about)
    except ValueError:
        return False
    values = {column.column: secret.seal(column.purpose, plain, about)}
    if column.also is not None:
        values |= column.also(secret, plain)
    changes = ", ".join(f"{name} = :{name}" for name in values)
    await db.execute(text(f"update {column.table} set {changes} where {where}"), {**values, **keys})  # noqa: S608 - names of ours
    return True


def _old(column: SealedColumn, scope: Scope | None) -> str:
    mine = " and org_id = :org_id" if scope is not None else ""
    return f"{column.column} is not null and substring({column.column} from 1 for :size) <> :mark{mine}"


def _given(secret: Secret, scope: Scope | None) -> dict[str, Any]:
    given: dict[str, Any] = {"mark": secret.mark, "size": len(secret.mark)}
    return given if scope is None else {**given, "org_id": scope.org_id}
