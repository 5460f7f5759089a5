"""Awkward strings in every field of every operation and form, bodies that are no JSON, values of another type.

Nothing may end in a fault, and what is refused says so in a problem that a program can read. The short form sends a
part, chosen by name so that it is the same every time; `make faults` (COLLOQUY_FAULTS=long) sends everything.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.attack.awkward import STRINGS, malformed
from tests.attack.fields import kinds, places, schema_at, with_other
from tests.attack.insider import Insider, insider_of, write
from tests.attack.operations import Operation

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
PART = 1 if LONG else 60
"""One try in so many is made."""
LONGEST_SECONDS = 20.0
"""Of one request, on a machine that others keep busy; the most that was seen is printed."""
MOST_MEMORY_KB = 600 * 1024
"""How much the process may grow over all of them."""


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Somebody who may do everything in a world of these tests alone."""
    made = await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "awkward")
    if not made.forms:
        await made.read_forms()
    return made


def _chosen(*names: object) -> bool:
    return zlib.crc32(repr(names).encode()) % PART == 0


def _wrong(answer: httpx.Response, *, page: bool) -> str | None:
    """What an answer to something awkward must not be, in words."""
    if answer.status_code >= 500:
        return f"a fault: {answer.text[:160]!r}"
    if answer.status_code >= 400 and not page:
        kind = answer.headers.get("content-type", "")
        if kind != "application/problem+json":
            return f"refused as {kind or 'nothing'}"
        told = answer.json()
        if not told.get("code") or not told.get("detail"):
            return f"refused without words: {told}"
        if answer.status_code == 422 and told["code"] == "malformed" and not told.get("fields"):
            return f"refused without a field: {told}"
    return None


def _report(capsys: Any, what: str, answers: Counter[int], breaches: list[str]) -> None:
    write("COLLOQUY_BREACHES", breaches)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {what}: {answers.total()} tries, {dict(sorted(answers.items()))}, {len(breaches)} wrong\n"
        )
    assert breaches == []


async def _tries(  # noqa: C901 - one list of what is tried
    insider: Insider,
) -> AsyncIterator[tuple[str, Operation, dict[str, Any]]]:
    """Every field of every operation with every string, as far as it is this form's part."""
    for operation in insider.operations():
        if not operation.changes:
            continue
        if operation.schema is not None:
            whole = insider.body(operation)
            for place, value in places(whole):
                if isinstance(value, str):
                    for name, text in STRINGS.items():
                        if _chosen(operation.name, place, name):
                            yield f"{place} {name}", operation, {"body": with_other(whole, place, text)}
        elif operation.page:
            whole = insider.forms[operation.name]
            for one in whole:
                for name, text in STRINGS.items():
                    if _chosen(operation.name, one, name):
                        yield f"{one} {name}", operation, {"form": {**whole, one: text}}


async def test_awkward_strings_in_every_field_end_in_no_fault(insider, capsys):
    answers: Counter[int] = Counter()
    breaches = []
    async for what, operation, sent in _tries(insider):
        answer = await insider.send(operation, **sent)
        answers[answer.status_code] += 1
        wrong = _wrong(answer, page=operation.page)
        if wrong is not None:
            breaches.append(f"{operation.name} {what} -> {answer.status_code}, {wrong}")
    _report(capsys, "awkward strings", answers, breaches)


async def test_awkward_strings_in_addresses_and_headers_end_in_no_fault(insider, capsys):
    answers: Counter[int] = Counter()
    breaches = []
    described = insider.app.openapi()
    for operation in insider.operations():
        if operation.changes:
            continue
        asked = described["paths"].get(operation.path, {}).get("get", {}).get("parameters", [])
        names = [one["name"] for one in asked if one["in"] == "query"] or ["q", "next"]
        for name, text in STRINGS.items():
            if len(text) > 4000 or not _chosen(operation.name, name):
                continue
            raw = text.encode("utf-8", "surrogatepass")
            for query in names:
                headers = insider.headers(operation)
                answer = await insider.ask(
                    "GET",
                    httpx.URL(insider.address(operation)).copy_with(
                        query=f"{query}=".encode() + "".join(f"%{byte:02x}" for byte in raw).encode()
                    ),
                    headers=headers,
                )
                answers[answer.status_code] += 1
                if wrong := _wrong(answer, page=operation.page):
                    breaches.append(f"{operation.name} ?{query} {name} -> {answer.status_code}, {wrong}")
            for header in ("accept-language", "user-agent", "accept", "cookie", "x-request-id", "idempotency-key"):
                if not _chosen(operation.name, name, header):
                    continue
                value = raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")
                sent = {**insider.headers(operation), header: value}
                answer = await insider.ask("GET", insider.address(operation), headers=sent)
                answers[answer.status_code] += 1
                if answer.status_code >= 500:
                    breaches.append(f"{operation.name} {header} {name} -> {answer.status_code}, {answer.text[:160]!r}")
    _report(capsys, "awkward addresses and headers", answers, breaches)


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
            wrong = _wrong(answer, page=operation.page and answer.status_code < 400)
            if answer.status_code < 400:
                wrong = "taken"
            if wrong is not None:
                breaches.append(f"{operation.name} {name} -> {answer.status_code}, {wrong}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert longest < LONGEST_SECONDS
    assert grown < MOST_MEMORY_KB
    _report(capsys, f"no JSON (longest {longest:.1f} s, grown {grown // 1024} MiB)", answers, breaches)


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
                    if answer.status_code != 422 or _wrong(answer, page=False):
                        breaches.append(f"{operation.name} {place}: {value!r:.20} as {kind} -> {answer.status_code}")
    _report(capsys, "other types", answers, breaches)


async def test_requests_at_once_are_all_answered(insider):
    """A deep body keeps nobody else waiting for long: the others are answered beside it."""
    operation = next(one for one in insider.operations() if one.name == "POST /api/interviews")
    content, headers = malformed({"title": "x"})["100,000 objects"]
    made = await asyncio.gather(*(insider.send(operation, content=content, headers=headers) for _ in range(8)))
    assert {one.status_code for one in made} <= {400, 422}
