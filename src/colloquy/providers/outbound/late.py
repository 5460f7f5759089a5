"""The guarded client, loaded when it is first used: its library is heavy, and most installations call nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.port import OutboundAnswer, OutboundRequest

if TYPE_CHECKING:
    from colloquy.providers.outbound.client import GuardedHttp


class LateHttp:
    """`OutboundClient` by `GuardedHttp`, made on first use."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._made: GuardedHttp | None = None

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        """See `OutboundClient`."""
        if self._made is None:
            from colloquy.providers.outbound.client import GuardedHttp

            self._made = GuardedHttp(self._guard)
        return await self._made.send(request)

    async def close(self) -> None:
        """See `OutboundClient`."""
        if self._made is not None:
            await self._made.close()
