"""The worker role: runs jobs until told to stop, then hands unfinished ones back."""

from __future__ import annotations

import asyncio

from colloquy.kit import log, scratch
from colloquy.roles.runtime import Runtime

_log = log.get_logger(__name__)

_SWEEP_SECONDS = 3600.0


async def run(runtime: Runtime, only: frozenset[str] | None = None) -> None:
    """Works on all queues, or on those in `only`, until cancelled."""
    sweeping = asyncio.create_task(_keep_scratch_clean())
    try:
        await runtime.job_runner(only).run()
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def _keep_scratch_clean() -> None:
    # Not the scheduler's: that runs once an installation, and scratch is on the disk of each machine that works.
    while True:
        await sweep_scratch()
        await asyncio.sleep(_SWEEP_SECONDS)


async def sweep_scratch() -> None:
    """Removes what work that was killed on this machine left in the place for temporary files."""
    try:
        folders = await asyncio.to_thread(scratch.sweep)
    except OSError as error:  # a full or missing disk: work goes on, and the next hour looks again
        _log.warning("Scratch could not be looked through", exc_info=error)
        return
    if folders:
        _log.info("Scratch of killed work removed", folders=folders)
