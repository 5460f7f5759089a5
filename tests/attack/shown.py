"""Fills a world with awkward strings, through every field that takes them."""

from __future__ import annotations

import os
import zlib
from typing import Any

from tests.attack import expected
from tests.attack.awkward import SHOWN, STRINGS
from tests.attack.fields import places
from tests.attack.filling import fields_of, with_texts
from tests.attack.insider import Insider
from tests.attack.operations import Operation

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
TRIES = 4 if LONG else 1
"""Strings a field."""
ENDING = ("/delete", "/revoke", "/remove", "/erase", "/withdraw", "/sign-in", "/retire", "/jurisdictions", "/places")
"""Parts of addresses by which something ends, or is hidden as by people alone: it would not be shown any more."""


async def fill(insider: Insider) -> int:
    """How many strings were taken."""
    taken = 0
    turn = iter(range(1 << 30))
    for operation in insider.operations():
        if not operation.changes or operation.method == "DELETE" or operation.name in expected.LEAVING:
            continue
        if any(part in operation.path for part in ENDING):
            continue
        fields, whole, original = await fields_of(insider, operation) if LONG else _as_it_is(insider, operation)
        for field in fields:
            if not LONG and zlib.crc32(f"{operation.name} {field}".encode()) % 6:
                continue
            for _ in range(TRIES):
                text = STRINGS[SHOWN[next(turn) % len(SHOWN)]]
                sent = with_texts(operation, whole, original, {field: text})
                taken += (await insider.send(operation, **sent)).status_code < 400
    return taken + await _say(insider)


def _as_it_is(insider: Insider, operation: Operation) -> tuple[list[Any], Any, Any]:
    form = insider.forms.get(operation.name, {})
    if operation.schema is None:
        return list(form) if operation.page else [], form, form
    body = insider.body(operation)
    return [place for place, value in places(body) if isinstance(value, str) and place], body, body


async def _say(insider: Insider) -> int:
    """All of them in comments, some in what the report prints."""
    home = f"/api/sessions/{insider.world.candidate.session_id}"
    headers = {"authorization": insider.authorization}
    answers = (await insider.ask("GET", home, headers=headers)).json()["answers"]
    written = next(one["id"] for one in answers if one["kind"] == "text")
    everything = [STRINGS[name] for name in SHOWN]
    taken = 0
    for text in everything if LONG else everything[::9]:
        body = {"answer_id": written, "text": text}
        taken += (await insider.ask("POST", f"{home}/comments", json=body, headers=headers)).status_code < 400
    typed = '#eval("7*7") #panic("x") = Heading *bold* $ 7 * 7 $ {{7*7}} ${7*7} <b>'
    body = {"competency": "ownership", "level": 2, "reason": f"{typed} is what was said here."}
    assert (await insider.ask("POST", f"{home}/overrides", json=body, headers=headers)).status_code < 400
    body = {"outcome": "hold", "reason": f"{typed} is why."}
    assert (await insider.ask("POST", f"{home}/decision", json=body, headers=headers)).status_code < 400
    return taken
