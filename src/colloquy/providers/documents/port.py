"""What is asked of whatever looks into documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of looking into a file: a `kind` (`pdf`, `docx`, `zip`, …) or `refused`, a code; never both.

    `flags` are codes of what a person should know before opening a file that is taken.
    """

    kind: str | None = None
    refused: str | None = None
    flags: tuple[str, ...] = ()


class Documents(Protocol):
    """Looks into documents that strangers made."""

    async def inspect(self, path: Path, name: str) -> Verdict:
        """The verdict on the file at `path`, which its sender called `name`. Transient when this machine is at fault.

        The name only decides between kinds of plain text, which look alike.
        """
