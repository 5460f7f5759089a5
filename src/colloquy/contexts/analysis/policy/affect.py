"""Finds judgements of a person where only an answer may be judged: feelings, personality, voice, accent, looks, health.

It guards what evaluators write, people's prompts and reports. English and Russian are read well, German and Spanish
where a phrase is plain. The patterns are in affect.txt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from colloquy.contexts.analysis.policy.phrases import Hit, Phrases, Word, phrases, words_of


@dataclass(frozen=True, slots=True)
class Affect:
    """A stretch text[start:end] that judges a person.

    `kind` is emotion, personality, voice, accent, appearance or health.
    """

    start: int
    end: int
    kind: str


def affect_in(text: str) -> tuple[Affect, ...]:
    """Every judgement of a person in the text, in order of their beginnings; they may overlap."""
    words = words_of(text)
    return tuple(
        Affect(words[hit.first].start, words[hit.last - 1].end, hit.kind)
        for hit in _patterns().hits(words)
        if not _of_somebody_else(words, hit)
    )


def _of_somebody_else(words: Sequence[Word], hit: Hit) -> bool:
    """Whether those whom the candidate deals with stand before it in its part of the sentence, or right behind it: a
    colleague who lacked confidence, nervous patients. The candidate named in between takes it back.
    """
    known = _patterns()
    other, thing, who, relative = (known.element(name) for name in ("OTHER", "THING", "CANDIDATE", "RELATIVE"))
    after = words[hit.last : hit.last + 1]
    if any(known.mask(word.norm) & other for word in after if word.part == words[hit.last - 1].part):
        return True
    part = words[hit.first].part
    for at in range(hit.first - 1, max(-1, hit.first - _BEFORE - 1), -1):
        mask = known.mask(words[at].norm)
        if words[at].part != part or mask & who:
            return False
        if mask & (other | thing):
            return True
        if mask & relative and at:
            part = words[at - 1].part  # "guests, who were upset": the comma parts nothing
    return False


def without_affect(text: str) -> str:
    """The text without the sentences that judge a person. Unchanged where there is none; may be left empty."""
    found = affect_in(text)
    if not found:
        return text
    kept = [
        match.group()
        for match in _SENTENCE.finditer(text)
        if not any(one.start < match.end() and match.start() < one.end for one in found)
    ]
    return "".join(kept).strip()


@cache
def _patterns() -> Phrases:
    return phrases("affect.txt")


_BEFORE: Final = 5
"""Words before a judgement in which those are looked for of whom it may be told."""
_SENTENCE: Final = re.compile(r"(?:[^.!?…\n]|[.!?…](?=[^\s\"'”»)\]]))+(?:[.!?…]+[\"'”»)\]]*)?\s*|[.!?…]+\s*|\n+")
"""A sentence with the space after it. A full stop with a letter right behind it, as in 0.5 or e.g., ends none."""
