"""Requests made from the API's own description, and answers held against it, by schemathesis.

An owner's program and a candidate's key send to every described operation what its schema allows and what it does not:
no fault, no status, type or body that is not described, and nothing taken that the schema refuses. The short form sends
a few cases to each operation, `make faults` (COLLOQUY_FAULTS=long) 20,000 and more. Cases are the same every time.
"""

from __future__ import annotations

import asyncio
import copy
import os
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from tests.attack.insider import Insider, insider_of, write
from tests.attack.operations import Operation

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
EXAMPLES = 60 if LONG else 1
"""Cases of each operation and kind: with things of the world or with made-up ones, allowed or not."""
LEAST_CASES = 20_000
UNCHECKED_ANYWHERE: dict[str, str] = {
    "positive_data_acceptance": "what a schema allows may still be refused: a date that is past, an id of nothing",
    "object_level_authorization": "needs two accounts in schemathesis; this is the strangers' attack",
    "use_after_free": "is asked in the stateful phase, and the description has no links between operations",
    "ensure_resource_availability": "the same",
}
"""Checks that are made neither here nor by the engine, each with the reason."""
_ENGINE = "is asked by schemathesis' own engine alone: test_schemathesis_engine"
UNCHECKED: dict[str, str] = {
    **UNCHECKED_ANYWHERE,
    **dict.fromkeys(
        ("missing_required_header", "unsupported_method", "allow_header_conformance", "ignored_auth"), _ENGINE
    ),
}
"""Checks of schemathesis that are not made here, each with the reason."""
UNSENT: dict[str, str] = {
    "POST /api/auth/logout": "would end nothing but what it names; sent by the awkward strings",
    "GET /api/interview/{conversation_id}/events": "answers for as long as somebody listens",
    "POST /api/public/my-data/erase": "would end the candidate's key, and every later case would be refused",
    "POST /api/public/withdraw": "the same",
    "DELETE /api/interviews/{interview_id}": "would end the world",
    "DELETE /api/sessions/{session_id}": "would end the world",
}
"""Operations that are left out, each with the reason."""


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Somebody who may do everything in a world of this test alone."""
    return await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "described")


class Sender:
    """Sends cases from hypothesis' thread through the loop that the application lives on."""

    def __init__(self, insider: Insider, checks: list[Any]) -> None:
        self.insider = insider
        self.checks = checks
        self.loop = asyncio.get_running_loop()
        self.answers: Counter[int] = Counter()
        self.breaches: dict[str, str] = {}

    def send(self, case: Any) -> None:
        """One case; what its answer breaks is noted once for each operation, check and status."""
        operation = Operation(case.method.upper(), case.operation.path)
        wire = case.as_transport_kwargs(base_url="http://testserver")
        wire["headers"] = {**wire["headers"], **self.insider.headers(operation)}
        try:
            prepared = requests.Request(**{k: v for k, v in wire.items() if k in _WIRE}).prepare()
        except (requests.RequestException, UnicodeError):
            return  # what no client can put on the wire
        answer = self._answer(prepared)
        if answer.status_code == 401 and "authorization" in self.insider.headers(operation):
            asyncio.run_coroutine_threadsafe(self.insider.sign_in(), self.loop).result(60)  # a token's life is short
            prepared.headers.update(self.insider.headers(operation))
            answer = self._answer(prepared)
        self.answers[answer.status_code] += 1
        if not hasattr(answer, "_request") or answer._request is None:
            answer.request = httpx.Request(operation.method, prepared.url or "")
            answer.elapsed = _NO_TIME
        try:
            case.validate_response(answer, checks=self.checks)
        except FailureGroup as group:
            for failure in group.exceptions:
                if answer.status_code == 413 and type(failure).__name__ == "AcceptedNegativeData":
                    continue  # refused, for its length
                key = f"{operation.name} {type(failure).__name__} {answer.status_code}"
                body = (prepared.body or b"")[:200]
                self.breaches.setdefault(
                    key, f"{key}: {str(failure)[:400]!r} {prepared.url} {body!r} -> {answer.text[:300]!r}"
                )

    def _answer(self, prepared: requests.PreparedRequest) -> httpx.Response:
        asked = self.insider.ask(
            prepared.method or "GET", prepared.url or "", content=prepared.body, headers=_bytes(prepared.headers)
        )
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result(60)


_WIRE = frozenset({"method", "url", "headers", "files", "data", "params", "auth", "cookies", "json"})
_NO_TIME = timedelta(0)


def _bytes(headers: Any) -> list[tuple[bytes, bytes]]:
    return [
        (
            name.encode() if isinstance(name, str) else name,
            value if isinstance(value, bytes) else str(value).encode("utf-8"),
        )
        for name, value in headers.items()
        if str(name).lower() != "content-length"
    ]


def _all_cases(insider: Insider, sender: Sender) -> None:
    described = copy.deepcopy(insider.app.openapi())
    for operation in (one for methods in described["paths"].values() for one in methods.values()):
        operation.pop("security", None)  # who is signed in is not what is asked here: each case is sent by who may
    schema = schemathesis.openapi.from_dict(described)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"
        if name in UNSENT:
            continue
        plain = Operation(operation.method.upper(), operation.path)
        there = {one: insider.id_of(plain.path, one) for one in plain.parameters}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for known in (there, None) if there else (None,):
                _some_cases(operation, sender, mode, known)


def _some_cases(operation: Any, sender: Sender, mode: GenerationMode, known: dict[str, str] | None) -> None:
    try:
        strategy = operation.as_strategy(generation_mode=mode, path_parameters=known)

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def run(case: Any) -> None:
            sender.send(case)

        run()
    except Exception as error:
        if type(error).__name__ not in {"Unsatisfiable", "SkipTest", "Skipped", "InvalidArgument"}:
            raise


async def test_every_operation_does_what_its_description_says(insider, capsys):
    load_all_checks()
    checks = [one for one in CHECKS.get_all() if getattr(one, "__name__", "") not in UNCHECKED]
    sender = Sender(insider, checks)
    await asyncio.to_thread(_all_cases, insider, sender)
    write("COLLOQUY_BREACHES", sender.breaches.values())
    with capsys.disabled():
        counted = dict(sorted(sender.answers.items()))
        sys.stdout.write(
            f"\n  schemathesis: {sender.answers.total()} cases, {counted}, {len(sender.breaches)} broken\n"
        )
    assert list(sender.breaches.values()) == []
    assert not LONG or sender.answers.total() >= LEAST_CASES


def test_what_is_left_out_is_there(app: Any):
    load_all_checks()
    assert set(UNCHECKED) <= set(CHECKS.get_all_names())
    described = app.openapi()["paths"]
    for name in UNSENT:
        method, path = name.split()
        assert method.lower() in described[path]
