"""Awkward strings in every field of every operation and form, in addresses and in headers.

Nothing may end in a fault, and what is refused says so in a problem that a program can read. The short form sends a
part, chosen by name so that it is the same every time; `make faults` (COLLOQUY_FAULTS=long) sends everything.
"""

from __future__ import annotations

import os
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from tests.attack import honest
from tests.attack.answers import report, verdict, wrong
from tests.attack.awkward import STRINGS
from tests.attack.filling import fields_of, with_texts
from tests.attack.insider import Insider, insider_of, write
from tests.attack.operations import Operation
from tests.attack.rounds import Covered, Rounds, Tally, Verdict, rounds

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
ONLY = re.compile(os.environ.get("COLLOQUY_ONLY", ""))
"""Names of operations to send to, to go on with a long form that was broken off: `POST /settings`."""
PART = 1 if LONG else 60
"""One round in so many is made."""
HEADERS = ("accept-language", "user-agent", "accept", "x-request-id", "idempotency-key")
"""What a request may say of itself. Cookies are apart: with an awkward one nobody is signed in."""
NUMBERS = {name for name, text in honest.FORMS.items() if text.isdecimal()} | {
    "questions",
    "reminder_hours",
    "guide_difficulty",
    "extra_takes",
    "time_limit_minutes",
    "longer_retention_days",
}
"""Fields of forms that hold whole numbers."""
LONGEST_ADDRESS = 4000
"""Characters. Servers in front refuse longer ones."""


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Somebody who may do everything in a world of these tests alone."""
    made = await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "awkward")
    if not made.forms:
        await made.read_forms()
    return made


def _chosen(*names: object, of: int = PART) -> bool:
    return zlib.crc32(repr(names).encode()) % of == 0


class Sending:
    """What is sent to the operations in turn; answers are counted, what is wrong is noted."""

    def __init__(self, insider: Insider) -> None:
        self.insider = insider
        self.answers: Counter[int] = Counter()
        self.breaches: list[str] = []
        self.tally = Tally()
        self.closed: dict[str, object] = {}
        self.seconds: Counter[str] = Counter()

    def look(self, operation: Operation, what: object, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        if (bad := wrong(answer, page=operation.page)) is not None:
            self.breaches.append(f"{operation.name} {what} -> {answer.status_code}, {bad}")

    async def every_pair(self, operation: Operation, fields: list[Any], whole: Any, original: Any) -> None:
        """Every string in every field of a body or form. `whole` is taken as it is, or as nearly as can be."""

        async def send(held: Mapping[Any, str]) -> Verdict:
            texts = {one: STRINGS[name] for one, name in held.items()}
            sent = with_texts(operation, whole, original, texts)
            answer = await self.insider.send(operation, **sent)
            self.look(operation, dict(held), answer)
            return verdict(answer, held)

        before, start = self.tally.pairs[Covered.ALWAYS], time.monotonic()
        trying = Rounds(send, self.tally)
        for number, held in enumerate(rounds(fields, list(STRINGS))):
            if _chosen(operation.name, number):
                await trying.round(held)
        self.seconds[operation.name] = time.monotonic() - start
        if closed := self.tally.pairs[Covered.ALWAYS] - before:
            self.closed[operation.name] = f"{closed} of {len(fields) * len(STRINGS)}: {trying.closed}"


async def test_awkward_strings_in_every_field_end_in_no_fault(insider, capsys):
    sending = Sending(insider)
    fields = 0
    for operation in insider.operations():
        if operation.changes and ONLY.search(operation.name):
            names, whole, original = await fields_of(insider, operation)
            fields += len(names)
            if names:
                await sending.every_pair(operation, names, whole, original)
                write("COLLOQUY_PROGRESS", (operation.name, str(sending.tally), *sending.breaches))
    with capsys.disabled():
        sys.stdout.write(f"\n  {fields} fields, {len(STRINGS)} strings: {sending.tally}\n")
    slow = (f"{name}: {seconds:.0f} s" for name, seconds in sending.seconds.most_common(20))
    write("COLLOQUY_CLOSED", (*(f"{name}: {what}" for name, what in sending.closed.items()), *slow))
    report(capsys, "awkward strings", sending.answers, sending.breaches)
    assert not LONG or sending.tally.pairs.total() == fields * len(STRINGS)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def _plain(text: str) -> bytes:
    """What a client can put into a header."""
    return text.encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b"").replace(b"\x00", b"")


async def test_awkward_strings_in_addresses_and_headers_end_in_no_fault(insider, capsys):
    sending = Sending(insider)
    short = [name for name, text in STRINGS.items() if len(text) <= LONGEST_ADDRESS]
    asked = 0
    for operation in insider.operations():
        if operation.changes:
            continue
        declared = insider.queries.get(operation.name, [])
        asked += len(declared)
        # An address that asks nothing reads nothing of it, so a twelfth of the strings does.
        part = PART if declared else max(12, PART)
        address = insider.address(operation)

        async def send(held: Mapping[str, str], operation: Operation = operation, at: str = address) -> Verdict:
            query = "&".join(f"{one}={_percent(STRINGS[text])}" for one, text in held.items() if one not in HEADERS)
            named = {one: _plain(STRINGS[text]) for one, text in held.items() if one in HEADERS}
            headers = {**insider.headers(operation), **named}
            answer = await insider.ask("GET", httpx.URL(at).copy_with(query=query.encode()), headers=headers)
            # A strange `Accept` is asked for neither a page nor a problem: only faults count.
            sending.look(operation, dict(held), answer)
            return verdict(answer, held)

        trying = Rounds(send, sending.tally)
        for number, held in enumerate(rounds([*(declared or ("q", "next")), *HEADERS], short)):
            if not _chosen(operation.name, number, of=part):
                continue
            await trying.round(held)
            if _chosen(operation.name, number, "cookie", of=12 * PART):
                headers = {**insider.headers(operation), "cookie": _plain(STRINGS[short[number]])}
                sending.look(operation, "cookie", await insider.ask("GET", address, headers=headers))
    with capsys.disabled():
        sys.stdout.write(f"\n  {asked} parts of queries and {len(HEADERS)} headers: {sending.tally}\n")
    report(capsys, "awkward addresses and headers", sending.answers, sending.breaches)


async def test_awkward_strings_in_the_path_end_in_no_fault(insider, capsys):
    sending = Sending(insider)
    short = [name for name, text in STRINGS.items() if 0 < len(text) <= LONGEST_ADDRESS]
    for operation in insider.operations():
        # What is an id is read by one and the same reader everywhere: a part of the strings for each.
        named = [one for one in operation.parameters if not one.endswith("_id")]
        for one in operation.parameters:
            for name in short:
                if _chosen(operation.name, one, name, of=(1 if one in named else 24) if LONG else 240):
                    given = {other: insider.id_of(operation.path, other) for other in operation.parameters}
                    address = operation.at({**given, one: _percent(STRINGS[name]).replace(".", "%2e")})
                    headers = insider.headers(operation)
                    answer = await insider.ask(operation.method, address, headers=headers)
                    sending.look(operation, f"{one} {name}", answer)
    report(capsys, "awkward paths", sending.answers, sending.breaches)


async def test_a_number_of_thousands_of_digits_is_refused_by_every_form(insider):
    """Python itself refuses to read it, and what it does read may be too large for a table or a fraction."""
    sending = Sending(insider)
    for operation in insider.operations():
        form = insider.forms.get(operation.name, {}) if operation.changes and operation.page else {}
        for one in NUMBERS & form.keys():
            for digits in ("9" * 400, "9" * 5000):
                answer = await insider.send(operation, form={**form, one: digits})
                sending.look(operation, f"{one} of {len(digits)} digits", answer)
    assert sending.breaches == []
    assert sending.answers.total() > 40
