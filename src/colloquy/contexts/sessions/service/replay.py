"""Erasing again what a restored backup brought back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from colloquy.contexts.media import public as media
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions.service import erase
from colloquy.kit import log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many tombstones there were, how many of their sessions had come back, how many lines could not be read.

    `held` had come back and stay: a legal hold was on them when the backup was made. Release it, and replay again.
    """

    tombstones: int
    erased: int
    held: int
    unreadable: int


async def replay_tombstones(database: Database, secret: Secret, file: Path) -> Replayed:
    """Erases every session in the file that is there again, and has files of its recordings removed. Again is fine.

    A file that is not there is no tombstones. Run it after every restore, before anybody is let in.
    """
    seen = erased = held = unreadable = 0
    for tombstone in await asyncio.to_thread(lambda: list(retention.read(secret, file))):
        if tombstone is None:
            unreadable += 1
            continue
        seen += 1
        scope = Scope(tombstone.org_id)
        try:
            async with database.begin(scope) as db:
                gone = await erase.erase(db, scope, tombstone.session_id, why=erase.Why(tombstone.why))
                if gone is None:
                    # The rows stayed away; files may have come back with another backup.
                    await media.erase_recordings(db, scope, tombstone.recordings)
                await retention.bury(db, tombstone)
        except retention.UnderLegalHold:
            held += 1
            _log.warning("An erased session came back under a legal hold", session_id=str(tombstone.session_id))
            continue
        erased += gone is not None
    return Replayed(seen, erased, held, unreadable)
