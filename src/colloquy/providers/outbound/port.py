"""One request to an address that a customer typed, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """`seconds` is for everything, from looking the name up to the last byte that is read."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """`headers` have names in lower case; `body` is the beginning, as much of it as is kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OutboundFailed(Exception):  # noqa: N818 - see `kit.errors.Transient`
    """Nobody answered. `code`: timeout, connect, tls or protocol."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutboundClient(Protocol):
    """Asks addresses that customers typed: guarded, without redirects, proxies and cookies."""

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        """The answer, whatever its status; redirects are answers. OutboundRefused, OutboundFailed."""
        ...

    async def close(self) -> None:
        """Gives the connections back."""
        ...
