"""Where people find this installation, for addresses that leave it: links in letters, links to copy."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Site:
    """`address` has no slash at its end. `configured`: somebody said so; else it is where the server listens."""

    address: str
    configured: bool

    def seen_from(self, request: Request) -> str:
        """The address to show to the one who asks: the configured one, else the one by which they reached us."""
        return self.address if self.configured else str(request.base_url).rstrip("/")
