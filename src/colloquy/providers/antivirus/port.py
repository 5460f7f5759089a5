"""What is asked of a virus scanner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from colloquy.kit.errors import Transient


class ScannerAway(Transient):
    """The scanner does not answer, or not as it should. The same file can be scanned later."""


class TooLargeToScanError(Exception):
    """The scanner reads no file of this size; asking again changes nothing."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A scanner as it describes itself. `signatures` and `signed_on` are None when it has no public signatures."""

    version: str
    signatures: str | None = None
    signed_on: str | None = None


class Antivirus(Protocol):
    """Scans files that strangers made."""

    @property
    def configured(self) -> bool:
        """Whether there is a scanner at all. Where there is none, `scan` finds nothing and screens say so."""

    async def scan(self, path: Path) -> str | None:
        """The name of what was found, or None. ScannerAway, TooLargeToScanError."""

    async def engine(self) -> Engine | None:
        """What scans; None where nothing does. ScannerAway."""
