"""Tombstones: which sessions were erased, outside the database too, so that a backup cannot bring them back.

Each line of the file is JSON with ids and a signature of the installation: a line that somebody else wrote erases
nothing. Lines are added and never changed; a line twice is one erasure.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.retention.models import TombstoneRow
from colloquy.contexts.retention.queries import requests as queries
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope

_PURPOSE = "tombstone"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A session that was erased: ids alone. `link_id`: an invitation that went with it."""

    org_id: UUID
    session_id: UUID
    interview_id: UUID
    link_id: UUID | None
    recordings: tuple[UUID, ...]
    why: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class TombstoneFile:
    """Where tombstones are written outside the database. Copy it wherever backups go, and more often than they do."""

    path: Path

    def append(self, lines: Iterable[str]) -> None:
        """Adds lines, durably: they are on the disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
        if new:
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


async def bury(db: AsyncSession, tombstone: Tombstone) -> None:
    """Notes, in the transaction that erases, that the session was erased."""
    await queries.add_tombstone(
        db,
        TombstoneRow(
            session_id=tombstone.session_id,
            org_id=tombstone.org_id,
            interview_id=tombstone.interview_id,
            link_id=tombstone.link_id,
            recordings=sorted(str(one) for one in tombstone.recordings),
            why=tombstone.why,
            erased_at=tombstone.erased_at,
        ),
    )


async def write_out(database: Database, secret: Secret, file: TombstoneFile, scope: Scope) -> int:
    """Writes to the file what is not in it yet; how many lines. A crash between writes a line twice, never none."""
    async with database.begin(scope) as db:
        rows = await queries.unwritten_tombstones(db, scope)
        lines = [line(secret, _tombstone(row)) for row in rows]
        ids = [row.session_id for row in rows]
    if not lines:
        return 0
    await asyncio.to_thread(file.append, lines)
    async with database.begin(scope) as db:
        await queries.tombstones_written(db, scope, ids, clock.now())
    return len(lines)


def line(secret: Secret, tombstone: Tombstone) -> str:
    """The tombstone as a signed line."""
    content = {
        "org": str(tombstone.org_id),
        "session": str(tombstone.session_id),
        "interview": str(tombstone.interview_id),
        "link": None if tombstone.link_id is None else str(tombstone.link_id),
        "recordings": [str(one) for one in tombstone.recordings],
        "why": tombstone.why,
        "at": tombstone.erased_at.astimezone(UTC).isoformat(),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return json.dumps(content | {"signature": secret.sign(_PURPOSE, text)}, sort_keys=True, separators=(",", ":"))


def signed_by_former(secret: Secret, path: Path) -> list[Tombstone]:
    """Tombstones in the file that only an earlier secret vouches for, each once."""
    newest: dict[UUID, bool] = {}
    found: dict[UUID, Tombstone] = {}
    for tombstone, current in _lines(secret, path):
        if tombstone is not None:
            found[tombstone.session_id] = tombstone
            newest[tombstone.session_id] = newest.get(tombstone.session_id, False) or current
    return [tombstone for session_id, tombstone in found.items() if not newest[session_id]]


async def sign_again(secret: Secret, file: TombstoneFile) -> int:
    """Adds a line by the current secret for each tombstone that an earlier one signed: before that one is retired,
    or those who were erased could come back with a backup. How many; again is harmless.
    """
    former = await asyncio.to_thread(signed_by_former, secret, file.path)
    if former:
        await asyncio.to_thread(file.append, [line(secret, tombstone) for tombstone in former])
    return len(former)


def read(secret: Secret, path: Path) -> Iterator[Tombstone | None]:
    """The tombstones in the file; None for each line that is not ours or was cut short. No file is no tombstones."""
    for tombstone, _current in _lines(secret, path):
        yield tombstone


def _lines(secret: Secret, path: Path) -> Iterator[tuple[Tombstone | None, bool]]:
    """Each line's tombstone, and whether the current secret signed it."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for raw in file:
            if raw.strip():
                yield _parsed(secret, raw)


def _parsed(secret: Secret, raw: bytes) -> tuple[Tombstone | None, bool]:
    try:
        content = json.loads(raw)
        signature = content.pop("signature")
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        if not secret.signed_by_us(_PURPOSE, text, signature):
            return None, False
        tombstone = Tombstone(
            org_id=UUID(content["org"]),
            session_id=UUID(content["session"]),
            interview_id=UUID(content["interview"]),
            link_id=None if content["link"] is None else UUID(content["link"]),
            recordings=tuple(UUID(one) for one in content["recordings"]),
            why=content["why"],
            erased_at=datetime.fromisoformat(content["at"]),
        )
        return tombstone, hmac.compare_digest(secret.sign(_PURPOSE, text), signature)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, False


def _tombstone(row: TombstoneRow) -> Tombstone:
    return Tombstone(
        org_id=row.org_id,
        session_id=row.session_id,
        interview_id=row.interview_id,
        link_id=row.link_id,
        recordings=tuple(UUID(one) for one in row.recordings),
        why=row.why,
        erased_at=row.erased_at,
    )


async def tombstone_of(db: AsyncSession, scope: Scope, session_id: UUID) -> Tombstone | None:
    """The tombstone of a session that was erased."""
    row = await queries.tombstone(db, scope, session_id)
    return None if row is None else _tombstone(row)
