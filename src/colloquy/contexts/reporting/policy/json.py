"""The report as canonical JSON: the same report is the same bytes, wherever and however often it is made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from colloquy.contexts.reporting.policy.document import SCHEMA_VERSION, ReportDocument, Strict
from colloquy.kit.errors import Malformed

_ADAPTER = TypeAdapter(ReportDocument)


def to_json(document: ReportDocument) -> bytes:
    """UTF-8 without a mark, members in the format's order, two spaces of indent, a newline at the end.

    A whole number is written without a fraction (72, never 72.0), so that a report read back and written
    again is byte for byte the same. Raises ValueError on NaN or infinity.
    """
    text = json.dumps(_plain(document), ensure_ascii=False, allow_nan=False, indent=2)
    # A lone surrogate has no UTF-8; PostgreSQL cannot hold one either, so "?" is only ever seen in tests.
    return text.encode("utf-8", "replace") + b"\n"


def from_json(data: bytes) -> ReportDocument:
    """The report that `to_json` wrote. Strict: raises Malformed, with one entry per wrong member."""
    try:
        document = _ADAPTER.validate_json(data)
    except ValidationError as error:
        fields_ = {".".join(map(str, item["loc"])) or "document": item["msg"] for item in error.errors()}
        raise Malformed("This is not a report of Colloquy.", fields=fields_) from error
    if 1 <= document.schema_version < SCHEMA_VERSION:
        # Later versions only added members, with values that say what earlier reports meant.
        return replace(document, schema_version=SCHEMA_VERSION)
    if document.schema_version != SCHEMA_VERSION:
        raise Malformed(
            f"This report has schema version {document.schema_version}; this Colloquy reads {SCHEMA_VERSION}."
        )
    return document


def _plain(value: Any) -> Any:
    # By hand rather than dataclasses.asdict, which copies deeply and takes four times as long on the words.
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Strict):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    return value
