"""Every operation that the product answers, and what can be sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address. `schema` is the JSON body's, or None."""

    method: str
    path: str
    schema: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def page(self) -> bool:
        return not self.path.startswith("/api/")

    def at(self, values: dict[str, str]) -> str:
        return _PARAMETER.sub(lambda found: values[found[1]], self.path)


def operations(app: FastAPI) -> list[Operation]:
    """All of them, the API's and the pages', reading ones first and deletions last."""
    described = app.openapi()
    found = []
    for methods, path in sorted(set(_routes(app.router.routes)), key=lambda one: (one[1], one[0])):
        for method in methods:
            if method in METHODS:
                operation = described["paths"].get(path, {}).get(method.lower(), {})
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                found.append(Operation(method, path, body))
    return sorted(found, key=lambda one: (one.changes, one.method == "DELETE" or "delete" in one.path, one.path))


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[tuple[str, ...], str]]:
    for route in routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from _routes(inside.routes, prefix + route.include_context.prefix)
        elif getattr(route, "methods", None):
            yield tuple(sorted(route.methods)), prefix + route.path


def body_for(schema: dict[str, Any] | None, described: dict[str, Any], ids: dict[str, str]) -> Any:
    """A body that the schema allows: every member that it names, ids of the victim where ids are asked for."""
    if schema is None:
        return None
    if "$ref" in schema:
        return body_for(described["components"]["schemas"][schema["$ref"].rpartition("/")[2]], described, ids)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return body_for(next(one for one in schema[choice] if one.get("type") != "null"), described, ids)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object":
        inside = schema.get("properties", {})
        return {name: _member(name, one, described, ids) for name, one in inside.items()}
    if kind == "array":
        items = body_for(schema.get("items", {}), described, ids)
        return [items] * max(1, schema.get("minItems", 1)) if items is not None else []
    return _plain(schema, kind)


def _member(name: str, schema: dict[str, Any], described: dict[str, Any], ids: dict[str, str]) -> Any:
    made = body_for(schema, described, ids)
    one = name.removesuffix("s")
    if isinstance(made, str) and name in ids:
        return ids[name]
    if isinstance(made, list) and made and isinstance(made[0], str) and one in ids:
        return [ids[one]]
    return made


def _plain(schema: dict[str, Any], kind: str | None) -> Any:
    if kind == "string":
        if schema.get("format") == "uuid":
            return "00000000-0000-7000-8000-00000000abcd"
        if schema.get("format") in {"email", "idn-email"}:
            return "mallory@example.net"
        if schema.get("format") == "date-time":
            return "2031-01-01T00:00:00Z"
        if schema.get("format") == "date":
            return "2031-01-01"
        return "Mallory was here, twice over."[: schema.get("maxLength", 100)].ljust(schema.get("minLength", 1), "x")
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        return int(least) if kind == "integer" else least  # 1.0 is an integer to JSON Schema, and to no form of ours
    return {"boolean": True, "null": None}.get(kind or "", "Mallory")


_SAID = "Mallory was here, and says why at some length."
FORM = {
    **dict.fromkeys(
        ("name", "title", "role_title", "comment", "note", "description", "label", "organisation"), "Mallory"
    ),
    **dict.fromkeys(("reason", "text", "reply", "answer", "about", "vacancy", "question"), _SAID),
    **dict.fromkeys(("password", "current", "new_password"), "mallory mallory mallory"),
    **dict.fromkeys(("on", "confirm", "confirmed", "agree", "record", "evaluation", "withdraw"), "yes"),
    **dict.fromkeys(("days", "position", "per_minute", "level", "level-ownership", "level-problem_solving"), "5"),
    "email": "mallory@example.net",
    "contact_email": "mallory@example.net",
    "people": "Mallory <m@example.net>",
    "language": "en",
    "accent": "#ff0000",
    "outcome": "reject",
    "role": "owner",
    "kind": "text",
    "state": "open",
    "vendor": "openai",
    "model": "gpt-4o",
    "tier": "best",
    "key": "sk-mallory-0001",
    "base_url": "",
    "soft": "1",
    "confirmation": "delete",
    "code": "123456",
    "competency": "ownership",
    "hard": "2",
    "warning": "1",
    "keys": "adaptability",
}
"""Fields that forms of pages may have; each takes what it knows."""
