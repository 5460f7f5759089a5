"""The virus scanner's word on a file, before anything else reads it, and what is shown of it to operators."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.kit import log
from colloquy.kit.db import Scope
from colloquy.providers.antivirus.port import Antivirus, Engine, ScannerAway, TooLargeToScanError

AGAIN_SECONDS = 60
"""How long a file waits between two tries while the scanner is away. It waits as long as it takes."""

_log = log.get_logger(__name__)


class ScanState(StrEnum):
    """What scanning a file came to."""

    NONE = "none"
    CLEAN = "clean"
    FOUND = "found"
    TOO_LARGE = "too_large"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan and, for FOUND, the name of the signature."""

    state: ScanState
    signature: str | None = None


async def scan(antivirus: Antivirus, path: Path) -> Scanned:
    """Scans a file. A scanner that is away is a result: what it means depends on the file."""
    if not antivirus.configured:
        return Scanned(ScanState.NONE)
    try:
        signature = await antivirus.scan(path)
    except TooLargeToScanError:
        return Scanned(ScanState.TOO_LARGE)
    except ScannerAway as error:
        _log.warning("scanner_away", reason=error.message)
        return Scanned(ScanState.AWAY)
    return Scanned(ScanState.CLEAN) if signature is None else Scanned(ScanState.FOUND, signature)


@dataclass(frozen=True, slots=True)
class Scanning:
    """The scanner of an installation and what it did for one organisation.

    `engine` is None while it is away (`trouble` says why) and where there is none (`configured`). `counts` has every
    state; `waiting` is how many files wait for it.
    """

    configured: bool
    engine: Engine | None
    trouble: str | None
    counts: dict[ScanState, int]
    waiting: int


async def scanning(db: AsyncSession, scope: Scope, antivirus: Antivirus) -> Scanning:
    """Asks the scanner, for seconds at the most, and counts."""
    engine, trouble = None, None
    try:
        engine = await antivirus.engine()
    except ScannerAway as error:
        trouble = error.message
    found, waiting = await queries.scan_counts(db, scope)
    counts = {state: found.get(state.value, 0) for state in ScanState}
    return Scanning(antivirus.configured, engine, trouble, counts, waiting)
