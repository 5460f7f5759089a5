"""Keeping the leases of the turns that a process composes: one statement a tenant every few seconds for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.service import turns
from colloquy.contexts.conversations.service.composition import Composition
from colloquy.contexts.conversations.service.turns import Held
from colloquy.kit import log
from colloquy.kit.db import Database, Scope

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Lease:
    held: Held
    composition: Composition
    lost: Callable[[], object]


class Leases:
    """The turns of one process. Its task runs while there are any."""

    def __init__(self, database: Database, owner: Callable[[], UUID]) -> None:
        self._database = database
        self._owner = owner
        self._leases: dict[UUID, _Lease] = {}
        self._task: asyncio.Task[None] | None = None

    def keep(self, held: Held, composition: Composition, lost: Callable[[], object]) -> None:
        """Renews the lease from now on; calls `lost` when somebody else has the turn."""
        self._leases[held.message_id] = _Lease(held, composition, lost)
        if self._task is None:
            self._task = asyncio.create_task(self._renew())

    async def drop(self, message_id: UUID) -> None:
        """Renews it no more."""
        self._leases.pop(message_id, None)
        if not self._leases and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(limits.RENEW_SECONDS)
            tenants: dict[Scope, list[_Lease]] = {}
            for lease in list(self._leases.values()):
                tenants.setdefault(lease.held.scope, []).append(lease)
            for scope, leases in tenants.items():
                try:
                    await self._renew_for(scope, leases)
                except Exception as error:  # noqa: BLE001 - the database is away: the next round may reach it
                    _log.warning("Leases were not renewed", turns=len(leases), exc_info=error)

    async def _renew_for(self, scope: Scope, leases: list[_Lease]) -> None:
        words = {lease.held.message_id: lease.composition.text for lease in leases}
        async with self._database.begin(scope) as db:
            kept = await queries.renew_leases(db, scope, self._owner(), words, turns.lease_end())
        for lease in leases:
            message_id = lease.held.message_id
            if message_id not in kept and message_id in self._leases:
                lease.lost()
