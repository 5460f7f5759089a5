"""The worker role: runs jobs until told to stop, then hands unfinished ones back."""

from __future__ import annotations

from colloquy.roles.runtime import Runtime


async def run(runtime: Runtime, only: frozenset[str] | None = None) -> None:
    """Works on all queues, or on those in `only`, until cancelled."""
    await runtime.job_runner(only).run()
