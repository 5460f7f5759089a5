"""What an answer to something awkward must not be, and what it says of each field."""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
from tests.attack.insider import write
from tests.attack.rounds import Verdict

from colloquy.web import flash

_FIELD_ERROR = re.compile(r'id="([^"]+)-error"')
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def wrong(answer: httpx.Response, *, page: bool) -> str | None:
    """In words, or None."""
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


def verdict(answer: httpx.Response, held: Mapping[Any, str]) -> Verdict:
    """Whether what was sent was taken, which refusal it was otherwise, and which fields it names."""
    if answer.status_code >= 500:
        return Verdict(taken=False, fault=True)
    if answer.status_code < 400:
        kind, text = _message(answer)
        return Verdict(taken=kind not in {"bad", "warn"}, kind=(answer.status_code, text))
    if "json" in answer.headers.get("content-type", ""):
        told = answer.json()
        at = tuple(sorted(tuple(name.split(".")) for name in told.get("fields", ())))
        named = frozenset(one for one in held if any(_names(where, one) for where in at))
        return Verdict(taken=False, kind=(answer.status_code, told.get("code"), at), named=named, places=at)
    ids = {html.unescape(one).removeprefix("f-") for one in _FIELD_ERROR.findall(answer.text)}
    heading = _HEADING.search(answer.text)
    kind = (answer.status_code, heading and heading[1].strip(), tuple(sorted(ids)))
    return Verdict(taken=False, kind=kind, named=frozenset(ids))


def _names(where: tuple[str, ...], one: Any) -> bool:
    """Whether a refusal's place is that of the field: `body.question.video.text` is that of ("question", "text")."""
    place = [str(part) for part in ((one,) if isinstance(one, str) else one)]
    if len(where) == 1:
        return where[0] == place[-1]
    rest = iter(where)
    return all(part in rest for part in place) and where[-1] == place[-1]


def _message(answer: httpx.Response) -> tuple[str, str]:
    """The kind and the words of the message that the next page would show, empty where there is none."""
    for cookie in answer.headers.get_list("set-cookie"):
        name, _, value = cookie.partition(";")[0].partition("=")
        if name.endswith(flash.COOKIE) and value.strip('"'):
            kind, text, _undo = json.loads(base64.urlsafe_b64decode(value.strip('"').partition(".")[0]))
            return kind, text
    return "", ""


def report(capsys: Any, what: str, answers: Counter[int], breaches: list[str]) -> None:
    """Prints the numbers; fails with what is wrong."""
    write("COLLOQUY_BREACHES", breaches)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {what}: {answers.total()} requests, {dict(sorted(answers.items()))}, {len(breaches)} wrong\n"
        )
    assert breaches == []
