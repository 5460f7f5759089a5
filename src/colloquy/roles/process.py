"""Running roles as a process: signals, a graceful stop, an exit status."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence

from colloquy.kit import log
from colloquy.roles import scheduler, web, worker
from colloquy.roles.runtime import Runtime, running
from colloquy.settings import Settings

Role = Callable[[Runtime], Awaitable[None]]

ROLES: dict[str, tuple[Role, ...]] = {
    "web": (web.run,),
    "worker": (worker.run,),
    "scheduler": (scheduler.run,),
    "everything": (web.run, worker.run, scheduler.run),
}

_log = log.get_logger(__name__)


def run(settings: Settings, roles: Sequence[Role], ready: Callable[[Runtime], None] | None = None) -> None:
    """Runs `serve` in an event loop of its own, until it ends."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(settings, roles, ready))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """What makes the loop: uvloop where it exists (not on Windows), else asyncio's own.

    uvicorn chooses uvloop only for a loop that it makes itself, and here the roles share one.
    """
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


async def serve(settings: Settings, roles: Sequence[Role], ready: Callable[[Runtime], None] | None = None) -> None:
    """Runs the roles until SIGTERM or SIGINT, or until one of them fails.

    On a signal the roles are cancelled together: requests finish, jobs that do not finish in time go back
    on their queue, the embedded database stops last.
    """
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings) as runtime:
        tasks = [asyncio.ensure_future(role(runtime)) for role in roles]
        if settings.database_url is None:
            from colloquy.roles import postgres

            tasks.append(asyncio.ensure_future(postgres.watch(settings.data_dir)))
        waiting = asyncio.create_task(stop.wait())
        if ready is not None:
            ready(runtime)
        done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        _log.info("Stopping")
        for task in (*tasks, waiting):
            task.cancel()
        await asyncio.gather(*tasks, waiting, return_exceptions=True)
        for task in done:
            if task is not waiting and not task.cancelled() and (error := task.exception()):
                raise error
