"""A document before it is Markdown or paper: headings with paragraphs, lists, tables and fields that are open."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from colloquy.kit.i18n import gettext as _

_MARKS = re.compile(r"([\\`*_\[\]<>|])")
_BEGINNINGS = re.compile(r"^(\d*)([-#+]|[.)](?= ))")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """What the system cannot know and whoever uses it has to write."""

    what: str


Block = Text | Points | Table | Open


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (`level` 2 or 3) and what is under it."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `key` names its files; `language` is that of its words."""

    key: str
    language: str
    title: str
    lead: str
    parts: tuple[Part, ...]


def to_fill(what: str) -> str:
    """How an open field reads."""
    return _("To be filled in by you: %(what)s", what=what)


def markdown(document: Document) -> str:
    """The document as CommonMark with tables. What people wrote (titles) is text and never markup."""
    lines = [f"# {_unmarked(document.title)}", "", _plain(document.lead), ""]
    for part in document.parts:
        lines += [f"{'#' * part.level} {_unmarked(part.heading)}", ""]
        for block in part.blocks:
            lines += [*_lines(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def paper(document: Document) -> bytes:
    """The same as the JSON that the typesetter's template `document` takes."""
    content: dict[str, Any] = {
        "lang": document.language,
        "title": document.title,
        "lead": document.lead,
        "parts": [
            {"heading": part.heading, "level": part.level, "blocks": [_block(block) for block in part.blocks]}
            for part in document.parts
        ],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _lines(block: Block) -> list[str]:
    match block:
        case Text(text):
            return [_plain(text)]
        case Points(items):
            return [f"- {_plain(item)}" for item in items]
        case Open(what):
            return [f"> **{_plain(to_fill(what))}**"]
        case Table(head, rows):
            return [_row(head), "|" + "---|" * len(head), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_plain, cells)) + " |"


def _unmarked(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _plain(text: str) -> str:
    # `1. ` and `- ` would begin a list, `#` a heading.
    return _BEGINNINGS.sub(r"\1\\\2", _unmarked(text))


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"kind": "text", "text": text}
        case Points(items):
            return {"kind": "points", "items": list(items)}
        case Open(what):
            return {"kind": "open", "text": to_fill(what)}
        case Table(head, rows):
            return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows]}
