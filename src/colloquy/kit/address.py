"""Where people reach this installation: the start of every link that leaves the house."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Scheme, host and port, without a slash at the end: `https://jobs.example.org`."""

    origin: str

    def of(self, path: str) -> str:
        """The complete address of `path`, which begins with a slash."""
        return f"{self.origin}{path}"
