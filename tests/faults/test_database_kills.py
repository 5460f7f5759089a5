"""R3: the database is killed (SIGKILL) under load: nothing acknowledged is lost, clients see 503, all comes back.

The whole product runs over a database server of its own, which nobody but the product starts again. Candidates write
and upload, recruiters read pages and lists. The short form kills twice, `make faults` (COLLOQUY_FAULTS=long) 20 times.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest
from tests.factories.identity import Browser, bearer, make_organisation
from tests.faults import candidates, stubborn
from tests.faults.installed import beside, installation_folder, installed
from tests.faults.ledger import Findings, Ledger, findings, settle
from tests.faults.stubborn import Stubborn, Told

from colloquy.kit.crypto import Secret

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
ONLY_LONG = pytest.mark.skipif(not LONG, reason="long form: make faults")
RESTARTS = int(os.environ.get("COLLOQUY_FAULTS_RESTARTS", "20" if LONG else "2"))
SEED = int(os.environ.get("COLLOQUY_SEED", "20261121"))
WRITERS = 3
BACK_SECONDS = 60.0
SETTLES_SECONDS = 120.0
LISTENS = "select 1 from pg_stat_activity where query = 'listen colloquy_fanout'"


@dataclass
class Seen:
    """What came of one run."""

    told: Told
    found: Findings
    back: list[float] = field(default_factory=list)
    settled: float = 0.0
    listens: bool = False

    def check(self) -> None:
        """The promise."""
        assert not self.told.wrong, f"clients were told {dict(self.told.wrong)}"
        assert self.told.statuses[503] > 0, "nobody noticed anything"
        self.found.check()
        assert self.listens, "nobody listens for news"
        assert max(self.back) <= BACK_SECONDS


async def _load(runtime, product, ledger, told, stop, stack):
    """Tasks of candidates and recruiters, and the organisation that they are at."""
    organisation = await make_organisation(runtime.database)
    made = await candidates.crowd(runtime, organisation, None)
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=product.address, timeout=30))
    browser = await stack.enter_async_context(Browser(base_url=product.address, timeout=30))
    assert (await browser.sign_in(organisation.owner.email)).status_code == 303
    program = await bearer(runtime.database, runtime.provided.get(Secret), organisation.owner)

    async def write(number):
        turn = 0
        while not stop.is_set():
            spoken = number == 0 and turn == 0
            await stubborn.answer(product.address, told, made.spoken if spoken else made.written, ledger, spoken=spoken)
            turn += 1

    work = [write(number) for number in range(WRITERS)]
    work.append(stubborn.read(Stubborn(browser, told), "/interviews", page=True, stop=stop))
    reader = Stubborn(client, told, {"Authorization": program})
    work.append(stubborn.read(reader, "/api/interviews", page=False, stop=stop))
    return [asyncio.create_task(one) for one in work], organisation


async def _run(folder, ledger, restarts, *, broken="", at_once=False):
    """`at_once`: each kill comes as soon as somebody has been told that they have handed in."""
    told, stop, pause = Told(), asyncio.Event(), random.Random(SEED)
    with installed(folder, broken=broken) as product:
        async with beside(product) as runtime, AsyncExitStack() as stack:
            tasks, organisation = await _load(runtime, product, ledger, told, stop, stack)
            back = []
            for _ in range(restarts):
                await (_handed_in(ledger) if at_once else asyncio.sleep(pause.uniform(1.5, 3.0)))
                await asyncio.to_thread(product.kill_database)
                await asyncio.sleep(0.3)
                back.append(await asyncio.to_thread(product.back, BACK_SECONDS))
            await asyncio.sleep(1.0)
            stop.set()
            await asyncio.gather(*tasks)
            settled = await asyncio.to_thread(settle, product.where, [organisation.id], SETTLES_SECONDS)
            with psycopg.connect(product.where.migrating) as look:
                listens = look.execute(LISTENS).fetchone() is not None
        async with beside(product) as runtime:  # with connections that the fault has not touched
            found = await findings(runtime, product.where, ledger, [organisation.id])
    return Seen(told, found, back, settled, listens)


async def _handed_in(ledger):
    known = len(ledger.lines("handed_in"))
    async with asyncio.timeout(BACK_SECONDS):
        while len(ledger.lines("handed_in")) == known:  # noqa: ASYNC110 - a file has no event to wait for
            await asyncio.sleep(0.01)


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger")
    yield made
    made.close()


@pytest.fixture
def folder():
    with installation_folder() as made:
        yield made


async def test_killed_under_load_nothing_acknowledged_is_lost(folder, ledger, measured):
    began = time.monotonic()
    seen = await _run(folder, ledger, RESTARTS)
    measured(
        f"R3: database killed under load {RESTARTS} times: 0 acknowledged lost, 503 + Retry-After and never 500, back"
        " by itself ≤60 s",
        f"{seen.told.said()}; back after {max(seen.back):.1f} s (most); {seen.found.said()}; settled {seen.settled:.0f}"
        f" s after; {time.monotonic() - began:.0f} s in all",
    )
    seen.check()


# From here on the protections are taken away, one by one; the same findings must say that something is wrong.


UNTRANSLATED = """
from colloquy.kit.http import problem
problem.outage = lambda error: None
problem._PASSING = ()
"""


@ONLY_LONG
async def test_without_the_translation_of_outages_clients_see_500(folder, ledger):
    seen = await _run(folder, ledger, 1, broken=UNTRANSLATED)

    with pytest.raises(AssertionError, match=r"clients were told .*500"):
        seen.check()


ANSWERED_FIRST = """
import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from colloquy.kit.db import Database
from colloquy.kit.http import state
waiting = set()
async def later(manager):
    await asyncio.sleep(2)
    try:
        await manager.__aexit__(None, None, None)
    except Exception as error:
        print("never committed", error)
async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    manager = state.provided(request).get(Database).begin()
    if not request.url.path.endswith("/complete-interview"):
        async with manager as db:
            yield db
        return
    yield await manager.__aenter__()
    task = asyncio.create_task(later(manager))
    waiting.add(task)
    task.add_done_callback(waiting.discard)
state.DbSession = Annotated[AsyncSession, Depends(transaction, scope="function")]
"""


@ONLY_LONG
async def test_an_answer_that_leaves_before_the_commit_is_found_out(folder, ledger):
    seen = await _run(folder, ledger, 1, broken=ANSWERED_FIRST, at_once=True)

    with pytest.raises(AssertionError, match=r"not as promised: .*'not_ended'"):
        seen.check()


NOBODY_WATCHES = """
import asyncio
from colloquy.roles import postgres
async def watch(data_dir):
    await asyncio.Event().wait()
postgres.watch = watch
"""


async def test_without_the_watch_over_the_database_it_stays_away(folder):
    with installed(folder, broken=NOBODY_WATCHES) as product:
        product.kill_database()
        with pytest.raises(AssertionError, match="not back after"):
            product.back(8)
