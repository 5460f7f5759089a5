"""The figures of the assessment, quoted from docs/assessment.md with their limits.

`figures.json` is made from that page by `make compliance`, so that no figure is typed twice; a test compares both.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

from colloquy.contexts.documents.policy.document import Block, Part, Points, Table, Text
from colloquy.kit.i18n import gettext as _

SOURCE = "docs/assessment.md"


def quoted(headings: Collection[str] | None = None) -> tuple[Part, ...]:
    """The sections with these headings, in English as they are there; all of them for None."""
    return tuple(
        Part(
            _("Quoted from %(file)s, “%(heading)s”", file=SOURCE, heading=section["heading"]),
            tuple(_block(block) for block in section["blocks"]),
            level=3,
        )
        for section in _sections()
        if headings is None or section["heading"] in headings
    )


def _block(stored: dict[str, Any]) -> Block:
    if stored["kind"] == "table":
        return Table(tuple(stored["head"]), tuple(map(tuple, stored["rows"])))
    if stored["kind"] == "points":
        return Points(tuple(stored["items"]))
    return Text(stored["text"])


@cache
def _sections() -> list[dict[str, Any]]:
    text = (files(__package__) / "figures.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found
