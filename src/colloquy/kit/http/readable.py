"""Text that can be kept: what PostgreSQL cannot hold is refused before anybody looks at it.

Two things that JSON, forms and addresses can carry cannot be stored or sent on as text: the character NUL, and half a
surrogate pair. And three things that Python's JSON reader takes are no JSON: NaN, infinity, a name that is there twice
(of which one would be silently lost). All are answered here as malformed input, with the place where they stand;
an address that has one of the former in its path leads nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from starlette.requests import HTTPConnection

from colloquy.kit.errors import Malformed, NotFound
from colloquy.kit.i18n import gettext as _

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class _TwiceError(ValueError):
    """A name stands twice in one object."""


async def check(asked: HTTPConnection) -> None:
    """For `FastAPI(dependencies=…)`. Raises NotFound or Malformed; fields are named as by validation: `body.title`."""
    if any(isinstance(value, str) and _UNKEPT.search(value) for value in asked.path_params.values()):
        raise NotFound(_("There is nothing at this address."))  # nothing is called so
    for name, value in asked.query_params.multi_items():
        _keepable(f"query.{_shown(name)}", name, value)
    if not isinstance(asked, Request):
        return  # a socket: its messages are read by whoever serves it
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.endswith("json") and _takes_body(asked):
        for place, text in _texts(_parsed(await asked.body())):
            _keepable(place, text)
    elif kind in _FORMS and (_takes_body(asked) or not asked.url.path.startswith("/api/")):
        for name, field in (await asked.form()).multi_items():
            _keepable(f"body.{_shown(name)}", name, field if isinstance(field, str) else field.filename)


def _takes_body(request: Request) -> bool:
    return getattr(request.scope.get("route"), "body_field", None) is not None


def _keepable(place: str, *texts: Any) -> None:
    if any(isinstance(text, str) and _UNKEPT.search(text) for text in texts):
        told = _("This has a character in it that is no text. Remove it and send the rest.")
        raise Malformed(told, fields={place: told})


def _shown(name: str) -> str:
    return _UNKEPT.sub("\ufffd", name)[:80]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
    except _TwiceError as twice:
        told = _("This name is there twice. Send it once.")
        raise Malformed(told, fields={f"body.{_shown(str(twice))}": told}) from twice
    except (ValueError, RecursionError) as error:
        told = _("The body is no JSON in UTF-8, or too deep.")
        raise Malformed(told, fields={"body": told}) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                raise _TwiceError(name)
            seen.add(name)
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every string with its place, names of members too. Not by recursion: what could be parsed may still be deep."""
    waiting: list[tuple[str, Any]] = [("body", value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, str):
            yield place, one
        elif isinstance(one, dict):
            for name, inside in one.items():
                yield f"{place}.{_shown(name)}", name
                waiting.append((f"{place}.{_shown(name)}", inside))
        elif isinstance(one, list):
            waiting.extend((f"{place}.{number}", inside) for number, inside in enumerate(one))
