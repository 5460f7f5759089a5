"""Which phrases would give the expected points away: what the candidate has not said and the topics do not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from colloquy.contexts.conversations.policy.interviewer import Plan, Said
from colloquy.contexts.conversations.policy.lacks import words_of

Phrase = tuple[str, ...]

GRAM: Final = 4
"""Words in a row that count as told. Of a shorter point, the whole of it."""
_PLAIN: Final = 6
"""Letters: a point that is one word gives something away only when the word is not an everyday one."""


def phrases(points: Iterable[str]) -> frozenset[Phrase]:
    """Every four words in a row of the points; a shorter point as it is."""
    found: set[Phrase] = set()
    for point in points:
        words = words_of(point)
        if len(words) >= GRAM:
            found.update(tuple(words[at : at + GRAM]) for at in range(len(words) - GRAM + 1))
        elif len(words) > 1 or (words and len(words[0]) >= _PLAIN):
            found.add(tuple(words))
    return frozenset(found)


def hidden(plan: Plan, said: Sequence[Said]) -> frozenset[Phrase]:
    """The phrases that no wording may contain now. What the candidate has said, or a topic asks, is no secret."""
    secret = phrases(point for topic in plan.topics for point in topic.points)
    if not secret:
        return secret
    told = [topic.text for topic in plan.topics]
    told += [message.text for message in said if message.who == "candidate"]
    lines = [f" {' '.join(words_of(text))} " for text in told]
    return frozenset(phrase for phrase in secret if not any(f" {' '.join(phrase)} " in line for line in lines))


def gives_away(text: str, secret: frozenset[Phrase]) -> bool:
    """Whether a text contains one of the phrases."""
    line = f" {' '.join(words_of(text))} "
    return any(f" {' '.join(phrase)} " in line for phrase in secret)
