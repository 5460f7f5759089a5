"""Regular work: each task runs at its interval, in one process of the installation at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from colloquy.contexts.audit import public as audit_log
from colloquy.contexts.identity import public as identity
from colloquy.contexts.media import public as media
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.jobs import hand_back_stalled
from colloquy.kit.provided import Provided
from colloquy.providers.storage.obstore import EncryptedObjects
from colloquy.providers.storage.spool_local import LocalSpool
from colloquy.roles.backup import keeper
from colloquy.roles.runtime import Runtime

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Every:
    """A task and its interval in seconds. `run` opens its own transactions."""

    name: str
    seconds: float
    run: Callable[[Provided], Awaitable[None]]


async def sweep(provided: Provided) -> None:
    """Hands the jobs of dead workers back."""
    async with provided.get(Database).begin() as db:
        handed_back = await hand_back_stalled(db)
    if handed_back:
        _log.warning("Jobs of a dead worker handed back", jobs=handed_back)


async def tidy(provided: Provided) -> None:
    """Removes what writers that died left half-written in the store, and uploads that nobody will ever finish."""
    removed = await provided.get(EncryptedObjects).sweep(ABANDONED)
    if removed:
        _log.info("Half-written objects removed", files=removed)
    if uploads := await media.delete_leftovers(provided.get(Database), provided.get(LocalSpool)):
        _log.info("Left-over uploads removed", files=uploads)


async def forget(provided: Provided) -> None:
    """Does what a lost job of retention or erasure left: a promise to delete does not hang on one row of a queue."""
    database = provided.get(Database)
    async with database.begin() as db:
        scopes = await identity.tenants(db)
    for scope in scopes:
        async with database.begin(scope) as db:
            await sessions.take_up(db, scope)
        await sessions.sweep_retention(database, scope)
        await retention.write_out(database, provided.get(Secret), provided.get(retention.TombstoneFile), scope)


async def take_up(provided: Provided) -> None:
    """Takes up requests to erase whose job was lost, and ends those that nobody confirmed."""
    database = provided.get(Database)
    async with database.begin() as db:
        scopes = await identity.tenants(db)
    for scope in scopes:
        async with database.begin(scope) as db:
            await sessions.take_up(db, scope)


async def sign_audit_logs(provided: Provided) -> None:
    """Signs each organisation's audit log once a day; the signature goes to the log of this process as well."""
    await audit_log.sign_all(provided.get(Database), provided.get(Secret))


async def tell_of_ending_keys(provided: Provided) -> None:
    """Has letters written about API keys that end soon."""
    database = provided.get(Database)
    async with database.begin() as db:
        scopes = await identity.tenants(db)
    for scope in scopes:
        async with database.begin(scope) as db:
            await identity.announce_ending_keys(db, scope)


ABANDONED = timedelta(days=1)
"""No honest write of one object takes this long."""

SCHEDULE: tuple[Every, ...] = (
    Every("jobs.sweep", 5, sweep),
    Every("storage.tidy", 3600, tidy),
    Every("audit.sign", 3600, sign_audit_logs),
    Every("keys.ending", 3600, tell_of_ending_keys),
    Every("retention.take_up", 600, take_up),
    Every("retention.sweep", 86_400, forget),
)


async def run(runtime: Runtime, schedule: tuple[Every, ...] = SCHEDULE) -> None:
    """Runs the schedule until cancelled."""
    async with asyncio.TaskGroup() as group:
        for task in schedule:
            group.create_task(_repeat(runtime, task))
        group.create_task(keeper.keep(runtime))


async def _repeat(runtime: Runtime, task: Every) -> None:
    while True:
        try:
            await _once(runtime, task)
        except Exception as error:  # noqa: BLE001 - the edge of the role: say it, and be there next time
            _log.warning("Scheduled task failed", task=task.name, exc_info=error)
        await asyncio.sleep(task.seconds)


async def _once(runtime: Runtime, task: Every) -> None:
    # The lock lives as long as this transaction: whoever dies frees it, and two schedulers never overlap.
    async with runtime.database.begin() as guard:
        free = await guard.scalar(
            text("select pg_try_advisory_xact_lock(hashtext(:name))"), {"name": f"colloquy.every.{task.name}"}
        )
        if free:
            await task.run(runtime.provided)
