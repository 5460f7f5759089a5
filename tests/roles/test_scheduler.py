"""Regular work runs, outlives a failure, and never runs twice at once."""

import asyncio
import os
import time
from contextlib import suppress

from colloquy.roles import scheduler
from colloquy.roles.scheduler import Every


async def _run_for(runtime, schedule, seconds):
    running = asyncio.create_task(scheduler.run(runtime, schedule))
    await asyncio.sleep(seconds)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_task_that_fails_is_there_again_next_time(runtime):
    calls = []

    async def shaky(provided):
        calls.append(len(calls))
        if len(calls) == 1:
            raise ZeroDivisionError

    await _run_for(runtime, (Every("tests.shaky", 0.05, shaky),), 1.0)
    assert len(calls) > 1


async def test_of_two_schedulers_one_does_the_work(runtime):
    at_once, most = 0, 0

    async def slow(provided):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.2)
        at_once -= 1

    schedule = (Every("tests.slow", 0.01, slow),)
    await asyncio.gather(_run_for(runtime, schedule, 1.0), _run_for(runtime, schedule, 1.0))
    assert most == 1


async def test_what_a_dead_writer_left_is_removed_and_what_is_being_written_stays(runtime):
    staging = runtime.settings.data_dir / "media" / "_staging"
    staging.mkdir(parents=True, exist_ok=True)
    old, new = staging / "old", staging / "new"
    for path in (old, new):
        path.write_bytes(b"half an object")
    os.utime(old, (time.time() - 3 * 86400,) * 2)
    await scheduler.tidy(runtime.provided)
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


def test_the_schedule_finds_dead_workers_and_tidies_up():
    schedule = {task.name: task.seconds for task in scheduler.SCHEDULE}
    assert schedule.items() >= {"jobs.sweep": 5, "storage.tidy": 3600}.items()
