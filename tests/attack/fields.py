"""Every place of a JSON body, and the body with another value there."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]


def places(body: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Where something plain stands in a body, with what stands there."""
    if isinstance(body, dict):
        for name, inside in body.items():
            yield from places(inside, (*at, name))
    elif isinstance(body, list):
        for number, inside in enumerate(body[:1]):
            yield from places(inside, (*at, number))
    else:
        yield at, body


def with_other(body: Any, place: Place, value: Any) -> Any:
    """A copy of the body with `value` in that place."""
    if not place:
        return value
    made = copy.deepcopy(body)
    inside = made
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    return made


def kinds(schema: dict[str, Any], described: dict[str, Any]) -> set[str]:
    """The JSON types that a schema takes, as it says."""
    if "$ref" in schema:
        return kinds(described["components"]["schemas"][schema["$ref"].rpartition("/")[2]], described)
    found: set[str] = set()
    for choice in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(choice, ()):
            found |= kinds(one, described)
    kind = schema.get("type")
    if kind is None and "enum" in schema:
        kind = "string"
    if kind is None and not found:
        return {"anything"}
    return found | ({kind} if isinstance(kind, str) else set(kind or ()))


def schema_at(schema: dict[str, Any], place: Place, described: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas that hold for that place of a body."""
    if "$ref" in schema:
        return schema_at(described["components"]["schemas"][schema["$ref"].rpartition("/")[2]], place, described)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return [found for one in schema[choice] for found in schema_at(one, place, described)]
    if not place:
        return [schema]
    if isinstance(place[0], int):
        return schema_at(schema["items"], place[1:], described) if "items" in schema else []
    inside = schema.get("properties", {}).get(place[0])
    if inside is None:
        inside = schema.get("additionalProperties")
    return schema_at(inside, place[1:], described) if isinstance(inside, dict) else []
