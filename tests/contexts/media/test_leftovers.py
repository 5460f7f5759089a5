"""Uploads that nobody will finish are deleted in the end; those that somebody needs never."""

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.contexts.media.making import one, send

from colloquy.contexts.media.service import receive
from colloquy.kit.ids import new_id
from colloquy.providers.storage.spool_local import LocalSpool
from colloquy.roles import scheduler

NEEDED = {
    "receiving": True,
    "uploaded": True,
    "processing": True,
    "failed": True,  # it can be run again, from these bytes
    "processed": False,
    "rejected": False,
}


@pytest.fixture
def spool(runtime):
    return runtime.provided.get(LocalSpool)


def _age(runtime, name, hours):
    then = time.time() - timedelta(hours=hours).total_seconds()
    os.utime(runtime.settings.data_dir / "uploads" / f"{name}.upload", (then, then))


async def _left(runtime, name):
    return (runtime.settings.data_dir / "uploads" / f"{name}.upload").exists()


@pytest.mark.parametrize(("state", "needed"), NEEDED.items())
async def test_bytes_stay_as_long_as_their_recording_needs_them(runtime, make_organisation, run_jobs, state, needed):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, b"bytes")
    name = receive.spool_name(recording_id)
    async with runtime.database.begin(scope) as db:
        await db.execute(
            text("update recordings set state = :state where id = :id"), {"state": state, "id": recording_id}
        )
    await scheduler.tidy(runtime.provided)
    assert await _left(runtime, name), "it is young"
    _age(runtime, name, 80)
    await scheduler.tidy(runtime.provided)
    assert await _left(runtime, name) is needed


async def test_bytes_of_an_erased_recording_go(runtime, make_organisation, run_jobs):
    await run_jobs()
    scope = (await make_organisation()).scope
    recording_id = await send(runtime, scope, b"bytes")
    async with runtime.database.begin(scope) as db:
        await db.execute(text("delete from recordings where id = :id"), {"id": recording_id})
    _age(runtime, receive.spool_name(recording_id), 80)
    await scheduler.tidy(runtime.provided)
    assert not await _left(runtime, receive.spool_name(recording_id))


async def test_bytes_that_no_database_knows_are_kept_for_a_month(runtime, spool):
    name = new_id().hex
    await spool.create(name)
    await spool.append(name, 0, one(b"bytes"), limit=100)
    _age(runtime, name, 80)
    await scheduler.tidy(runtime.provided)
    assert await _left(runtime, name)
    _age(runtime, name, 31 * 24)
    await scheduler.tidy(runtime.provided)
    assert not await _left(runtime, name)
