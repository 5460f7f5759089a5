"""No scanner: files are taken as they come, and every screen that offers one says so."""

from __future__ import annotations

from pathlib import Path

from colloquy.providers.antivirus.port import Engine


class NoAntivirus:
    """`Antivirus` of an installation that has none."""

    configured = False

    async def scan(self, path: Path) -> str | None:  # noqa: ARG002 - the port's
        return None

    async def engine(self) -> Engine | None:
        return None
