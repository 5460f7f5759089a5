"""Every operation, tried by every kind of stranger: none succeeds, none learns anything, nothing changes.

Three organisations in which everything exists: the victim, another one, and one whose owner shows that each request
would have worked for whoever may send it. A try fails the test when it is answered as if it were allowed, when the
answer has a word of the victim's in it, when somebody else's thing is answered otherwise than one that is not there, or
when a single row of the victim's is different afterwards. The short form tries a part, `make faults`
(COLLOQUY_FAULTS=long) everything: 10,000 tries and more.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from tests.attack import expected
from tests.attack.operations import FORM, Operation, body_for, operations
from tests.attack.strangers import Kind, Stranger, gather
from tests.attack.world import World, digest, world_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
PART = 1 if LONG else 12
"""One try in so many is made."""
LEAST_TRIES = 10_000
NOWHERE = "00000000-0000-7000-8000-00000000abcd"
REFUSED = frozenset({401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 426, 428, 429})


@dataclass
class Ground:
    app: FastAPI
    look: psycopg.Connection
    victim: World
    other: World
    strangers: list[Stranger]
    tries: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)


@pytest.fixture
async def make_ground(runtime, app, api, transport, run_jobs, owner_connection) -> AsyncIterator[Any]:
    """`await make_ground("victim", "other")`: these two worlds, and the strangers of the first."""
    made: list[Ground] = []

    async def make(victim: str, other: str) -> Ground:
        worlds = [await world_of(runtime, api, run_jobs, transport, name) for name in (victim, other)]
        for world in worlds:  # before anything is deleted by whoever may
            world.all_ids(owner_connection)
            for operation in operations(app):
                world.ids(owner_connection, operation.path, operation.parameters)
        strangers = await gather(runtime, transport, *worlds)
        made.append(Ground(app, owner_connection, *worlds, strangers))
        return made[-1]

    yield make
    for ground in made:
        for stranger in ground.strangers:
            await stranger.client.aclose()


def _is_refused(answer: httpx.Response) -> bool:
    if answer.status_code in {302, 303, 307}:
        return answer.headers["location"].startswith(("/sign-in", "/set-up"))
    return answer.status_code in REFUSED


def _may(operation: Operation, stranger: Stranger) -> bool:
    """Whether this stranger has business with the operation itself, with things of their own."""
    if operation.name in expected.PUBLIC:
        return True
    if stranger.kind is Kind.LOWER:
        return expected.allows(stranger.name, operation)
    return False


def _own_things(operation: Operation, stranger: Stranger) -> bool:
    """Whether the operation names nothing of the victim's, so that whoever is signed in elsewhere meets their own."""
    named = [name for name in operation.parameters if name not in expected.NAMELESS]
    if stranger.kind is Kind.OTHER:
        return not named
    return stranger.kind is Kind.CANDIDATE and not named and operation.path.startswith(expected.CANDIDATES)


async def _try(  # noqa: C901 - one list of what must not be
    ground: Ground, operation: Operation, stranger: Stranger, ids: dict[str, str], how: str
) -> None:
    body, form = None, None
    if operation.changes and how != "empty":
        if operation.schema is not None:
            body = body_for(operation.schema, ground.app.openapi(), ground.victim.all_ids(ground.look))
        elif operation.page:
            form = FORM
    answer = await stranger.send(operation.method, operation.at(ids), body, form)
    ground.tries[stranger.name] += 1
    what = f"{stranger.name}: {operation.name} ({how}) -> {answer.status_code}"
    if answer.status_code >= 500:
        ground.breaches.append(f"{what}, a fault")
    told = [word for word in ground.victim.canaries if word in answer.text and word not in str(ids)]
    if told and stranger.kind is not Kind.LOWER:
        ground.breaches.append(f"{what}, and it tells {told}")
    if _own_things(operation, stranger) or _may(operation, stranger):
        return
    refused = _is_refused(answer)
    theirs = ground.victim.ids(ground.look, operation.path, operation.parameters)
    nowhere = {
        name: NOWHERE if name.endswith("_id") and value == theirs[name] else value for name, value in ids.items()
    }
    if nowhere != ids and stranger.kind in {Kind.OTHER, Kind.CANDIDATE}:
        missing = await stranger.send(operation.method, operation.at(nowhere), body, form)
        ground.tries[stranger.name] += 1
        alike = _said(missing, nowhere) == _said(answer, ids)
        if not alike and operation.name not in expected.TELLING:
            ground.breaches.append(f"{what} {_said(answer, ids)}, but {_said(missing, nowhere)} if missing")
        # Sent back to a page, as with what is not there.
        refused = refused or (alike and answer.status_code == 303)
    if how == "empty" and stranger.kind is Kind.LOWER:
        refused = (
            refused or answer.status_code == 303
        )  # a form without what it must have is sent back, whoever sends it
    if not refused:
        ground.breaches.append(f"{what}, as if it were allowed")


def _said(answer: httpx.Response, ids: dict[str, str]) -> tuple[int, str | None]:
    """The answer without the ids that were asked with: a status, and a code or where it leads."""
    if "location" in answer.headers:
        where = answer.headers["location"]
        for value in ids.values():
            where = where.replace(value, "…")
        return answer.status_code, where
    if "json" not in answer.headers.get("content-type", "") or not isinstance(answer.json(), dict):
        return answer.status_code, None
    return answer.status_code, answer.json().get("code")


def _mixtures(ground: Ground, operation: Operation, stranger: Stranger) -> list[tuple[str, dict[str, str]]]:
    """The victim's things; and the victim's thing inside one of the stranger's own."""
    theirs = ground.victim.ids(ground.look, operation.path, operation.parameters)
    made = [("whole", theirs)]
    named = [name for name in operation.parameters if name.endswith("_id")]
    if len(named) > 1 and stranger.kind is Kind.OTHER:
        own = ground.other.ids(ground.look, operation.path, operation.parameters)
        made += [("mixed", {**theirs, named[0]: own[named[0]]}), ("mixed too", {**own, named[0]: theirs[named[0]]})]
    return made


def _write(variable: str, lines: list[str]) -> None:
    """Into the file that an environment variable names: all of them, where the failure shows the first."""
    if path := os.environ.get(variable):
        Path(path).write_text("\n".join(lines), encoding="utf-8")


def _chosen(*names: str) -> bool:
    return zlib.crc32(" ".join(names).encode()) % PART == 0


async def test_no_stranger_succeeds_learns_or_changes_anything(make_ground, capsys):
    ground = await make_ground("victim", "other")
    state = digest(ground.look, ground.victim, expected.MOVING)
    for operation in operations(ground.app):
        for stranger in ground.strangers:
            for how, ids in _mixtures(ground, operation, stranger):
                for form in (how, "empty") if operation.changes and how == "whole" else (how,):
                    if not _chosen(operation.name, stranger.name, form):
                        continue
                    if _may(operation, stranger) and (stranger.kind is Kind.LOWER or operation.changes):
                        continue  # what they may do is no attack
                    if stranger.kind is Kind.CANDIDATE and operation.name in expected.LEAVING:
                        continue  # nor is leaving, and they would be nobody afterwards
                    await _try(ground, operation, stranger, ids, form)
            if operation.changes and stranger.again is not None and not operation.parameters:
                stranger.headers.update(await stranger.again())
        after = digest(ground.look, ground.victim, expected.MOVING)
        if after != state:
            changed = sorted(table for table in after if after[table] != state.get(table))
            ground.breaches.append(f"{operation.name}: a stranger changed {changed}")
            state = after

    with capsys.disabled():
        sys.stdout.write(f"\n  strangers: {ground.tries.total()} tries, {len(ground.breaches)} succeeded\n")
    _write("COLLOQUY_BREACHES", ground.breaches)
    assert ground.breaches == []
    assert ground.tries.total() >= LEAST_TRIES // PART // 2
    assert not LONG or ground.tries.total() >= LEAST_TRIES


async def test_what_is_tried_would_work_for_whoever_may(make_ground):
    """The attack is worth something only if it is the permission that fails it, not the request."""
    ground = await make_ground("victim", "owner")
    owner = next(one for one in ground.strangers if one.name == "other owner")
    browser = next(one for one in ground.strangers if one.name == "other owner's browser")
    described = ground.app.openapi()
    unreached = []
    for operation in operations(ground.app):
        if operation.path.startswith(expected.CANDIDATES) or operation.name in expected.PUBLIC:
            continue
        if operation.method == "DELETE" or "/delete" in operation.path or "/revoke" in operation.path:
            continue  # the last ones: what they name is gone with what was deleted before
        ids = ground.other.ids(ground.look, operation.path, operation.parameters)
        body = body_for(operation.schema, described, ground.other.all_ids(ground.look)) if operation.changes else None
        who = browser if operation.page else owner
        answer = await who.send(
            operation.method, operation.at(ids), body, FORM if operation.page and operation.changes else None
        )
        lost = answer.headers.get("location", "").startswith("/sign-in") and not operation.path.startswith("/sign-in")
        if lost or answer.status_code in {401, 403, 404, 405}:
            unreached.append(operation.name)
        if owner.again is not None and operation.changes and not operation.parameters:
            owner.headers.update(await owner.again())
    _write("COLLOQUY_UNREACHED", unreached)
    assert sorted(set(unreached) - set(expected.UNREACHED)) == []


def test_the_tables_of_what_is_expected_name_operations_that_exist(app: Any):
    there = {operation.name for operation in operations(app)}
    assert expected.named() - there == set()
