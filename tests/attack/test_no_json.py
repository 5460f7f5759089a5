"""Bodies that are no JSON, and values of another type, to every operation with a body: refused in words, never a fault.

The short form sends a part, chosen by name so that it is the same every time; `make faults` (COLLOQUY_FAULTS=long)
sends everything.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
import zlib
from collections import Counter
from typing import Any

import pytest
from tests.attack.answers import report, wrong
from tests.attack.awkward import malformed
from tests.attack.fields import kinds, places, schema_at, with_other
from tests.attack.insider import Insider, insider_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
LONGEST_SECONDS = 20.0
"""Of one request, on a machine that others keep busy; the most that was seen is printed."""
MOST_MEMORY_KB = 600 * 1024
"""How much the process may grow over all of them."""


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Somebody who may do everything in a world of these tests alone."""
    return await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "awkward")


async def test_bodies_that_are_no_json_are_refused_in_words(insider, capsys):
    answers: Counter[int] = Counter()
    breaches = []
    longest = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for operation in insider.operations():
        if operation.schema is None:
            continue
        whole = insider.body(operation)
        for name, (content, headers) in malformed(whole).items():
            if not LONG and zlib.crc32(f"{operation.name} {name}".encode()) % 12:
                continue
            start = time.monotonic()
            answer = await insider.send(operation, content=content, headers=headers)
            longest = max(longest, time.monotonic() - start)
            answers[answer.status_code] += 1
            bad = "taken" if answer.status_code < 400 else wrong(answer, page=False)
            if bad is not None:
                breaches.append(f"{operation.name} {name} -> {answer.status_code}, {bad}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert longest < LONGEST_SECONDS
    assert grown < MOST_MEMORY_KB
    report(capsys, f"no JSON (longest {longest:.1f} s, grown {grown // 1024} MiB)", answers, breaches)


OTHERS: dict[str, tuple[Any, ...]] = {
    "integer": (False, True, "1", "", 1.5, [], {}, None, 10**400),
    "number": (False, "1.5", "", [], {}, None),
    "string": (1, True, 1.5, [], {}, None),
    "boolean": (0, 1, "true", "false", "yes", "", [], {}, None),
    "array": ({}, "x", 1, True, None),
}
"""What is sent where a schema says the type. `1.0` is missing: to JSON Schema it is an integer."""


def _taken(value: Any, takes: set[str]) -> bool:
    kind = {
        bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object",
    }.get(type(value), "null")  # fmt: skip
    return kind in takes or "anything" in takes or (kind == "integer" and "number" in takes)


async def test_a_value_of_another_type_is_refused(insider, capsys):
    """`false` is no integer, and "1" is no number: nothing is guessed."""
    described = insider.app.openapi()
    answers: Counter[int] = Counter()
    breaches = []
    for operation in insider.operations():
        if operation.schema is None:
            continue
        whole = insider.body(operation)
        for place, _value in places(whole):
            schemas = schema_at(operation.schema, place, described)
            takes = set().union(*(kinds(one, described) for one in schemas)) if schemas else {"anything"}
            for kind in sorted(takes & OTHERS.keys()):
                for value in OTHERS[kind]:
                    if _taken(value, takes):
                        continue
                    answer = await insider.send(operation, body=with_other(whole, place, value))
                    answers[answer.status_code] += 1
                    # Before the body is looked at, the address may lead nowhere or the caller be refused.
                    if answer.status_code != 422 or wrong(answer, page=False):
                        breaches.append(f"{operation.name} {place}: {value!r:.20} as {kind} -> {answer.status_code}")
    report(capsys, "other types", answers, breaches)


async def test_requests_at_once_are_all_answered(insider):
    """A deep body keeps nobody else waiting for long: the others are answered beside it."""
    operation = next(one for one in insider.operations() if one.name == "POST /api/interviews")
    content, headers = malformed({"title": "x"})["100,000 objects"]
    made = await asyncio.gather(*(insider.send(operation, content=content, headers=headers) for _ in range(8)))
    assert {one.status_code for one in made} <= {400, 422}
