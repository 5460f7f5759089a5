"""Tenants are kept apart where no request is: in jobs and in the store. Sockets are tried beside what they do."""

from __future__ import annotations

import contextlib
import inspect
from typing import Any

import pytest
from tests.attack.expected import MOVING
from tests.attack.world import World, digest, world_of

from colloquy.kit.jobs.job import Job, call
from colloquy.roles import registry

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600), pytest.mark.xdist_group("attack")]


@pytest.fixture
async def worlds(runtime, api, transport, run_jobs) -> tuple[World, World]:
    """The victim's organisation and another one."""
    victim = await world_of(runtime, api, run_jobs, transport, "victim")
    return victim, await world_of(runtime, api, run_jobs, transport, "other")


def payload_of(job: Job, ids: dict[str, str], org_id: str) -> dict[str, Any]:
    """What the job is given: the other organisation's id with the victim's for everything else."""
    named = [one.name for one in inspect.signature(job.run).parameters.values() if one.kind is one.KEYWORD_ONLY]
    made = {name: ids.get(name, "1") for name in named}
    return {**made, "org_id": org_id, **({"gave_up_reason": ""} if "gave_up_reason" in named else {})}


async def test_a_job_with_another_tenants_id_touches_nothing(runtime, worlds, owner_connection):
    victim, other = worlds
    ids = victim.all_ids(owner_connection)
    state = digest(owner_connection, victim, MOVING)
    touched = []
    for job in registry.JOBS:
        payload = payload_of(job, ids, str(other.organisation.id))
        for function in (job.run, job.gave_up):
            if function is None:
                continue
            with contextlib.suppress(Exception):  # a job may well say that there is no such thing
                await call(function, runtime.provided, {**payload, "reason": "an attack"})
            after = digest(owner_connection, victim, MOVING)
            if after != state:
                touched.append((job.name, sorted(table for table in after if after[table] != state[table])))
                state = after
    assert touched == []
    assert len(registry.JOBS) > 20


async def test_what_is_stored_lies_under_its_tenant(runtime, worlds, owner_connection):
    victim, other = worlds
    folder = runtime.settings.data_dir / "media"
    found = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    assert {str(victim.organisation.id), str(other.organisation.id)} <= found
    mine = [path for path in (folder / str(victim.organisation.id)).rglob("*") if path.is_file()]
    assert mine
    names = owner_connection.execute("select id::text from recordings where org_id = %s", [victim.organisation.id])
    recordings = {name for (name,) in names.fetchall()}
    assert all(set(path.relative_to(folder).parts) & recordings for path in mine)
