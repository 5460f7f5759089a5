"""Taking a candidate's words out of what was made of them: levels and why they were given stay, quotes go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

GONE = "[…]"
_MARKED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|‘[^’]{2,}’")
_WORD = re.compile(r"\w+", re.UNICODE)
_RUN = 4
"""So many words in a row that stand in the answer as well are a quote, with marks around them or without."""


def without_words(document: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored judgements without quotes, and their reasons without anything quoted."""
    judged = list(document)
    said = [quote["text"] for one in judged for quote in one["quotes"]]
    return [one | {"quotes": [], "reason": unquoted(one["reason"], said)} for one in judged]


def elements_without_words(document: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored elements without their quotes."""
    return [one | {"quote": None} for one in document]


def qualities_without_words(document: Iterable[dict[str, Any]], said: Iterable[str]) -> list[dict[str, Any]]:
    """Stored qualities, and why, without anything quoted."""
    said = list(said)
    return [one | {"why": unquoted(one["why"], said)} for one in document]


def unquoted(text: str, said: Iterable[str]) -> str:
    """The text without what stands in quotation marks, and without runs of words that are in `said`."""
    text = _MARKED.sub(GONE, text)
    runs = {
        tuple(words[at : at + _RUN])
        for one in said
        for words in [[match.group().casefold() for match in _WORD.finditer(one)]]
        for at in range(len(words) - _RUN + 1)
    }
    if not runs:
        return text
    matches = list(_WORD.finditer(text))
    words = [match.group().casefold() for match in matches]
    gone = [False] * len(words)
    for at in range(len(words) - _RUN + 1):
        if tuple(words[at : at + _RUN]) in runs:
            gone[at : at + _RUN] = [True] * _RUN
    pieces, end, at = [], 0, 0
    while at < len(words):
        if not gone[at]:
            at += 1
            continue
        last = at
        while last + 1 < len(words) and gone[last + 1]:
            last += 1
        pieces += [text[end : matches[at].start()], GONE]
        end, at = matches[last].end(), last + 1
    return "".join([*pieces, text[end:]])
