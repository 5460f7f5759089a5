"""Chooses the parts of an answer that show best why a level was given."""

from __future__ import annotations

import math
from typing import Final

from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.evidence import Evidence, Feature, Finding
from colloquy.contexts.analysis.policy.profiles import Profile
from colloquy.contexts.analysis.policy.statements import Statements
from colloquy.contexts.analysis.policy.values import Quote

MOST: Final = 3
_WHOLE_SENTENCE: Final = 25
"""Words up to which a sentence is quoted whole rather than by its clause, because it reads better."""

_LINKS: Final = frozenset(["and", "but", "so", "и", "а", "но"])
"""A quote does not begin with one of these."""

Span = tuple[int, int]
"""Clauses [first, last)."""


def best(
    reading: Reading, said: Statements, profile: Profile, findings: dict[Feature, Finding], evidence: Evidence
) -> tuple[Quote, ...]:
    """One to three quotes in the order they were said; the fullest sentence where no feature was found at all."""
    values = _values(profile, findings)
    ranked = sorted(
        {_widened(reading, said, span) for span in _spans(findings, profile, evidence)},
        key=lambda span: (-_worth(span, values), span),
    )
    chosen: list[Span] = []
    for span in ranked:
        if len(chosen) < MOST and all(span[1] <= other[0] or other[1] <= span[0] for other in chosen):
            chosen.append(span)
    return tuple(_quote(reading, span) for span in sorted(chosen)) or fullest(reading, said)


def fullest(reading: Reading, said: Statements) -> tuple[Quote, ...]:
    """The kept clause with the most words, as the only quote; nothing when no clause is kept."""
    if not said.kept:
        return ()
    longest = max(said.kept, key=lambda i: (reading.clauses[i].last - reading.clauses[i].first, -i))
    return (_quote(reading, _widened(reading, said, (longest, longest + 1))),)


def of_clause(reading: Reading, said: Statements, clause: int) -> Quote:
    """The quote of one clause, or of its whole sentence if that is short."""
    return _quote(reading, _widened(reading, said, (clause, clause + 1)))


def _spans(findings: dict[Feature, Finding], profile: Profile, evidence: Evidence) -> set[Span]:
    spans = {(point.first, point.last) for point in evidence.coverage if point.credit and Feature.POINTS in profile}
    shown = [f for f in profile if f not in {Feature.POINTS, Feature.RELEVANCE}]
    return spans | {(i, i + 1) for feature in shown for i in findings[feature].clauses}


def _worth(span: Span, values: dict[int, dict[Feature, float]]) -> float:
    """How much of the level the span explains, shorter ones first."""
    explained: dict[Feature, float] = {}
    for i in range(*span):
        explained |= values.get(i, {})
    return math.fsum(explained.values()) / math.sqrt(span[1] - span[0])


def _values(profile: Profile, findings: dict[Feature, Finding]) -> dict[int, dict[Feature, float]]:
    """What each clause shows, and how much that adds to the level."""
    values: dict[int, dict[Feature, float]] = {}
    for feature, weight in profile.items():
        for i in findings[feature].clauses:
            values.setdefault(i, {})[feature] = weight * findings[feature].value
    return values


def _widened(reading: Reading, said: Statements, span: Span) -> Span:
    """The whole sentences around a span, if they are short and nothing in them was set aside."""
    first, last = span
    while first > 0 and reading.clauses[first - 1].sentence == reading.clauses[first].sentence:
        first -= 1
    while last < len(reading.clauses) and reading.clauses[last].sentence == reading.clauses[last - 1].sentence:
        last += 1
    words = reading.clauses[last - 1].last - reading.clauses[first].first
    whole = words <= _WHOLE_SENTENCE and not said.to_assessor & set(range(first, last))
    return (first, last) if whole else span


def _quote(reading: Reading, span: Span) -> Quote:
    first, last = reading.clauses[span[0]].first, reading.clauses[span[1] - 1].last
    if last - first > 1 and reading.tokens[first].norm in _LINKS:
        first += 1
    start, end = reading.tokens[first].start, reading.tokens[last - 1].end
    if reading.text[end : end + 1] in {".", "!", "?"}:
        end += 1
    return Quote(reading.text[start:end], start, end, None, None)
