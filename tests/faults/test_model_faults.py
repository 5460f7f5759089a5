"""Language models that fail in every way: no score comes from nothing, everything ends, nobody is asked too often.

Three vendors on local sockets speak their own protocols and fail by a seeded script, while candidates hand in answers
that they are to judge. The product is whole: HTTP, jobs, the adapters, the pools of keys, scoring. A ledger outside it
holds every answer that was acknowledged. The short form sees at least 150 faulted requests, `make faults`
(COLLOQUY_FAULTS=long) at least 1,800; at the end stands what went wrong and what came of it.

Each protection is also taken away once, and the same findings must then say so.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from tests.faults import failing_models as failing
from tests.faults.failing_models import Findings, Ground, Script, findings, ground
from tests.providers.llm.vendor_server import Fault

from colloquy.contexts.analysis.policy import prompts, quotes
from colloquy.contexts.analysis.policy.values import Quote
from colloquy.contexts.analysis.service import assess
from colloquy.contexts.inference.policy import breaker, trying
from colloquy.contexts.inference.public import About, NoAnswer, Task
from colloquy.contexts.inference.service import change_keys
from colloquy.providers.llm import structured_pydantic_ai as adapter
from colloquy.providers.llm.structured import StructuredRequest

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
FAULTED = 1800 if LONG else 150
BATCH = 12 if LONG else 4
SEED = int(os.environ.get("COLLOQUY_SEED", "20261121"))
OPENS_SECONDS = 10.0
KINDS = tuple(fault for fault in Fault if fault is not Fault.BAD)


@pytest.fixture(scope="module")
def table(request, measured):
    """Filled by the tests and printed after the last of them."""
    lines: list[str] = []
    yield lines
    for line in lines:
        if line.startswith("answers acknowledged"):
            measured("R6: models fail in every way: 0 invented scores, everything ends, ≤5 requests an ask", line)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n\n" + "\n".join(f"  {line}" for line in lines) + "\n")


@pytest.fixture
async def failing_ground(runtime, api, make_organisation, tmp_path):
    async with ground(runtime, api, make_organisation, tmp_path) as made:
        yield made


def _tell(table: list[str], script: Script, found: Findings) -> None:
    kinds: dict[Fault, Counter[str]] = defaultdict(Counter)
    for (vendor, fault), count in script.counted.items():
        kinds[fault][vendor] += count
    table.append(f"{'goes wrong':32}{'OpenAI':>9}{'Anthropic':>11}{'Google':>8}")
    for fault in KINDS:
        counts = [kinds[fault][vendor] for vendor in ("openai", "anthropic", "google")]
        table.append(f"{fault.value:32}{counts[0]:9}{counts[1]:11}{counts[2]:8}")
    table.append(f"{'altogether':32}{script.counted.total():9}")
    table.append(
        f"answers acknowledged {found.acknowledged}, lost {found.lost}; judged by models {found.by_models}, by rules "
        f"{found.by_rules}; sessions with people {found.with_people}, not ended {found.open_sessions}, unexplained "
        f"{found.unexplained}; invented levels {found.invented}; most requests for one ask {found.most_tries}"
    )


async def test_whatever_models_do_no_score_is_invented_and_everything_ends(failing_ground: Ground, table):
    script = failing_ground.server.fault = Script(SEED, KINDS, 0.7)

    while script.counted.total() < FAULTED:
        await failing_ground.candidates(BATCH, questions=3)
        await failing_ground.work()

    found = await findings(failing_ground)
    _tell(table, script, found)
    found.check()
    assert found.by_models > 0
    assert found.by_rules > 0
    assert {fault for _, fault in script.counted} == set(KINDS)


async def test_an_address_where_nobody_is_costs_tries_and_nothing_else(failing_ground: Ground):
    failing_ground.organisations = 7  # the eighth has its first model where nobody listens
    await failing_ground.candidates(1, questions=1)
    failing_ground.organisations = 15  # the sixteenth where nobody opens
    await failing_ground.candidates(1, questions=1)
    await failing_ground.work()

    found = await findings(failing_ground)
    found.check()
    assert found.by_models == 2
    for org_id in failing_ground.unreachable:
        assert sum(count for name, count in (await failing_ground.calls(org_id)).items() if "unavailable" in name) > 0


def _request(number: int) -> StructuredRequest[prompts.Verdicts]:
    answer = f"{failing.STRONG} That was ticket {number}."
    shown = {"competencies": [{"key": "ownership"}], "answer": answer}
    return StructuredRequest("Judge.", json.dumps(shown), prompts.Verdicts)


async def _asked(ground: Ground, scope, number: int) -> str:
    try:
        return (await ground.inference.ask(scope, Task.DRAFT, _request(number), About())).model
    except NoAnswer as none:
        return none.code


async def _opens(ground: Ground, fault: Fault) -> tuple[float, int]:
    """Seconds of total failure until the address is left alone, and requests that it saw in ten more asks."""
    made, urls = await ground.organisation(names=["openai"])
    assert await _asked(ground, made.scope, 0) == "openai:gpt-4o"
    ground.server.fault = lambda _: fault
    began = time.monotonic()
    opened = None
    number = 0
    while opened is None and time.monotonic() - began < OPENS_SECONDS * 2:
        number += 1
        await asyncio.gather(*(_asked(ground, made.scope, number * 10 + n) for n in range(4)))
        if ground.inference.vendors.state(("openai", urls["openai"])) is breaker.State.OPEN:
            opened = time.monotonic() - began
    before = len(ground.server.taken)
    for n in range(10):
        assert await _asked(ground, made.scope, 100_000 + n) == "all_failed"
    return opened or float("inf"), len(ground.server.taken) - before


@pytest.mark.parametrize("fault", [Fault.E503, Fault.CUT_RST, Fault.NO_ANSWER, Fault.SILENT])
async def test_under_total_failure_the_breaker_opens_and_the_vendor_is_left_alone(failing_ground, fault, table):
    seconds, asked_after = await _opens(failing_ground, fault)

    table.append(
        f"total failure, {fault.value}: left alone after {seconds:.2f} s, asked after that {asked_after} times"
    )
    assert seconds <= OPENS_SECONDS
    assert asked_after == 0


async def test_a_vendor_that_hangs_is_left_alone_long_before_its_requests_give_up(failing_ground, monkeypatch, table):
    monkeypatch.setattr(failing, "LIMITS", {})  # the adapter's own: 45 s for the first byte
    made, urls = await failing_ground.organisation(names=["openai"])
    assert await _asked(failing_ground, made.scope, 0) == "openai:gpt-4o"
    failing_ground.server.fault = lambda _: Fault.SILENT
    began = time.monotonic()
    waiting = [asyncio.ensure_future(_asked(failing_ground, made.scope, number)) for number in (1, 2)]
    at = ("openai", urls["openai"])
    while failing_ground.inference.vendors.state(at) is breaker.State.CLOSED and time.monotonic() - began < 30:
        await asyncio.wait(waiting, timeout=0.05)
    seconds = time.monotonic() - began

    before = len(failing_ground.server.taken)
    assert await _asked(failing_ground, made.scope, 3) == "all_failed"
    asked_after = len(failing_ground.server.taken) - before
    for one in waiting:
        assert not one.done()
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    table.append(
        f"hangs, by the product's own limits: left alone after {seconds:.2f} s, asked after {asked_after} times"
    )
    assert seconds <= OPENS_SECONDS
    assert asked_after == 0


async def test_keys_are_changed_under_load_without_a_failed_answer(failing_ground: Ground, table):
    made, urls = await failing_ground.organisation(names=["openai"], keys=0)
    url = urls["openai"]
    old = await failing_ground.key(made, "openai", url, "sk-old-0001")
    await failing_ground.key(made, "openai", url, "sk-leaked-0002")
    asks = 240 if LONG else 60
    gate = asyncio.Semaphore(8)
    outcomes: list[str] = []
    a_third, two_thirds = asyncio.Event(), asyncio.Event()

    async def one(number: int) -> None:
        async with gate:
            outcomes.append(await _asked(failing_ground, made.scope, number))
        if len(outcomes) >= asks // 3:
            a_third.set()
        if len(outcomes) >= asks * 2 // 3:
            two_thirds.set()

    async def rotate() -> None:
        await a_third.wait()
        # The vendor revokes one without a word; the other is replaced by a person and then revoked.
        failing_ground.server.revoked.add("sk-leaked-0002")
        await failing_ground.key(made, "openai", url, "sk-new-0003")
        await two_thirds.wait()
        async with failing_ground.runtime.database.begin(made.scope) as db:
            await change_keys.retire_key(db, made.owner, old)
        await asyncio.sleep(0.3)  # those on their way with it arrive
        failing_ground.server.revoked.add("sk-old-0001")

    await asyncio.gather(rotate(), *(one(number) for number in range(asks)))

    keys = Counter(taken.key for taken in failing_ground.server.taken)
    failed = asks - Counter(outcomes)["openai:gpt-4o"]
    table.append(f"keys changed under load: {asks} asks, {failed} failed; requests by key {dict(sorted(keys.items()))}")
    assert failed == 0
    assert keys["sk-new-0003"] > 0
    assert failing_ground.server.taken[-1].key == "sk-new-0003"


# From here on the protections are taken away, one by one; the same findings must say that something is wrong.


async def test_without_the_check_of_quotes_the_findings_say_so(failing_ground: Ground, monkeypatch):
    failing_ground.server.fault = lambda _: Fault.INVENTED
    monkeypatch.setattr(prompts, "placed", lambda quote, _: Quote(quote, 0, len(quote), None, None))
    monkeypatch.setattr(assess, "checked", lambda _question, judgements, _answer: tuple(judgements))
    await failing_ground.candidates(2, questions=1)
    await failing_ground.work()

    with pytest.raises(AssertionError, match="no well-formed answer"):
        (await findings(failing_ground)).check()


async def test_without_the_check_of_the_shape_the_findings_say_so(failing_ground: Ground, monkeypatch):
    def trusting(answer, output):
        members = json.loads(answer)
        judged = [prompts.Judged.model_construct(**one) for one in members["judgements"]]
        return output.model_construct(judgements=judged)

    failing_ground.server.fault = lambda _: Fault.EXTRA
    monkeypatch.setattr(adapter, "read", trusting)
    await failing_ground.candidates(2, questions=1)
    await failing_ground.work()

    with pytest.raises(AssertionError, match="no well-formed answer"):
        (await findings(failing_ground)).check()


async def test_without_the_limit_of_tries_the_findings_say_so(failing_ground: Ground, monkeypatch):
    failing_ground.server.fault = lambda _: Fault.LIMITED
    monkeypatch.setattr(trying, "may_ask", lambda _: True)
    await failing_ground.candidates(1, questions=1, names=["openai"], keys=8)
    await failing_ground.work()

    with pytest.raises(AssertionError, match="one ask took 8 requests"):
        (await findings(failing_ground)).check()


async def test_with_the_limit_of_tries_eight_keys_are_not_eight_tries(failing_ground: Ground):
    failing_ground.server.fault = lambda _: Fault.LIMITED
    await failing_ground.candidates(1, questions=1, names=["openai"], keys=8)
    await failing_ground.work()

    found = await findings(failing_ground)
    found.check()
    assert found.most_tries > 1


async def test_without_the_breaker_a_dead_vendor_is_asked_on_and_on(failing_ground: Ground, monkeypatch):
    monkeypatch.setattr(breaker.Breaker, "failed", lambda *_: False)
    monkeypatch.setattr(sys.modules[__name__], "OPENS_SECONDS", 0.5)

    seconds, asked_after = await _opens(failing_ground, Fault.E503)

    assert seconds == float("inf")
    assert asked_after > 0


async def test_a_lost_answer_is_found_out(failing_ground: Ground):
    await failing_ground.candidates(1, questions=1)
    await failing_ground.work()
    failing_ground.ledger.note(failing_ground.answering[0].id, 1, "something else was acknowledged")

    with pytest.raises(AssertionError, match="not there"):
        (await findings(failing_ground)).check()


def test_the_findings_know_a_poisoned_level():
    with pytest.raises(AssertionError, match="no well-formed answer"):
        replace(Findings(acknowledged=1), invented=1).check()
    assert failing.POISON in quotes.LEVELS
