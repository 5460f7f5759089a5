"""Text that can be kept: what PostgreSQL cannot hold is refused before anybody looks at it.

Two things that JSON, forms and addresses can carry cannot be stored or sent on as text: the character NUL, and half a
surrogate pair. And three things that Python's JSON reader takes are no JSON: NaN, infinity, a name that is there twice
(of which one would be silently lost). So it would be with a parameter or a form's field that is sent twice and taken
once; and which of the two counts, a program before us may see otherwise. All are answered here as malformed input, with
the place where they stand; an address that has one of the former in its path leads nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi._compat import field_annotation_is_sequence
from fastapi.params import Form
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
    taken_once = _taken_once(asked.scope.get("route"))
    _sent_once("query", asked.query_params.multi_items(), taken_once.query)
    if not isinstance(asked, Request):
        return  # a socket: its messages are read by whoever serves it
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.endswith("json") and _takes_body(asked):
        for place, text in _texts(_parsed(await asked.body())):
            _keepable(place, text)
    elif kind in _FORMS and (_takes_body(asked) or not asked.url.path.startswith("/api/")):
        for name, field in (await asked.form()).multi_items():
            _keepable(f"body.{_shown(name)}", name, field if isinstance(field, str) else field.filename)
        _sent_once("body", (await asked.form()).multi_items(), taken_once.form)


@dataclass(frozen=True, slots=True)
class _Once:
    """Names of what a route takes one value of."""

    query: frozenset[str] = frozenset()
    form: frozenset[str] = frozenset()


_TAKEN_ONCE: dict[Any, _Once] = {}


def _taken_once(route: Any) -> _Once:
    found = getattr(route, "dependant", None)
    if found is None:
        return _Once()
    if route.endpoint not in _TAKEN_ONCE:
        _TAKEN_ONCE[route.endpoint] = _once_each(found)
    return _TAKEN_ONCE[route.endpoint]


def _once_each(dependant: Any) -> _Once:
    query: set[str] = set()
    form: set[str] = set()
    waiting = [dependant]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.dependencies)
        query.update(field.alias for field in one.query_params if not _many(field))
        form.update(field.alias for field in one.body_params if isinstance(field.field_info, Form) and not _many(field))
    return _Once(frozenset(query), frozenset(form))


def _many(field: Any) -> bool:
    return field_annotation_is_sequence(field.field_info.annotation)


def _sent_once(part: str, sent: list[tuple[str, Any]], taken_once: frozenset[str]) -> None:
    seen: set[str] = set()
    for name, _value in sent:
        if name in seen and name in taken_once:
            told = _("This is there twice. Send it once.")
            raise Malformed(told, fields={f"{part}.{_shown(name)}": told})
        seen.add(name)


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
