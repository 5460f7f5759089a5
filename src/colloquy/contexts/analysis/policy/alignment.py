"""An expected answer laid beside a given one: a handful of shares between 0 and 1, each of which can be said in words.

After Sultan, Salazar and Sumner, "Fast and Easy Short Answer Grading with High Accuracy" (2016): how much of the
expected answer is found in the given one, how much of the given one belongs to it, and both without the words that the
question hands to everybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

from colloquy.contexts.analysis.policy.likeness import likeness
from colloquy.contexts.analysis.policy.meaning import (
    Embedding,
    beyond_question,
    cosine,
    fresh_share,
    known_sense,
    nearest,
    sense,
)
from colloquy.contexts.analysis.policy.tokens import Token, tokens_of

_RUN: Final = 4
"""Words in a row that make a piece of the question repeated, rather than words that happen to be the same."""
_LETTERS: Final = 4
_NOT_LETTERS: Final = re.compile(r"\W+")
_MOST_WORDS: Final = 400
"""Different content words of an answer that are compared; nobody says more about one question."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What two texts share, from 0 to 1.

    By sense, 0 without an embedding: `told`, of the expected answer, beyond the question, what is found in the given
    one; `to_the_point`, of the given answer what is found in the expected one; `sense`, how alike both are as a whole
    once the question's own direction is taken out; `topic`, how near the answer is to question and expected answer.
    By words: `words_told` and `words_to_the_point` as above, `letters_told`, groups of four letters that are there;
    `own`, content words of the answer that are not the question's; `linked`, its words that either of both holds.
    """

    told: float
    to_the_point: float
    sense: float
    topic: float
    words_told: float
    words_to_the_point: float
    letters_told: float
    own: float
    linked: float

    def named(self) -> dict[str, float]:
        """Value by name of the feature."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def align(question: str, expected: str, answer: str, embedding: Embedding | None) -> Alignment:
    """Compare an answer with the expected one. What it repeats of the question only shows what it is about."""
    whole, answer = answer, without_question(question, answer)
    asked, wanted, given = distinct(question), distinct(expected), distinct(answer)[:_MOST_WORDS]
    fresh = [stem for stem in wanted if stem not in asked] or wanted
    own = [stem for stem in given if stem not in asked]
    told = to_the_point = alike = topic = 0.0
    if embedding is not None:
        told, to_the_point, alike, topic = _by_sense(question, expected, answer, embedding)
    return Alignment(
        told=told,
        to_the_point=to_the_point,
        sense=alike,
        topic=topic,
        words_told=_found(fresh, given),
        words_to_the_point=_found(own or given, wanted),
        letters_told=_letters_told(expected, answer),
        own=len(own) / max(1, len(given)),
        linked=_found(distinct(whole)[:_MOST_WORDS], [*asked, *wanted]),
    )


@lru_cache(maxsize=1024)
def distinct(text: str) -> list[str]:
    """The stems of the content words of `text`, each once, in their order."""
    return list(dict.fromkeys(token.stem for token in words(text) if token.content))


@lru_cache(maxsize=256)
def words(text: str) -> tuple[Token, ...]:
    """`tokens_of`, remembered while one answer is looked at from several sides."""
    return tokens_of(text)


def without_question(question: str, answer: str) -> str:
    """The answer with every piece of the question that it repeats word for word left out."""
    asked = [token.norm for token in words(question)]
    run = min(_RUN, len(asked))
    if not run:
        return answer
    runs = {tuple(asked[at : at + run]) for at in range(len(asked) - run + 1)}
    tokens = words(answer)
    repeated: set[int] = set()
    for at in range(len(tokens) - run + 1):
        if tuple(token.norm for token in tokens[at : at + run]) in runs:
            repeated.update(range(at, at + run))
    return _cut(answer, tokens, repeated) if repeated else answer


def _cut(text: str, tokens: Sequence[Token], left_out: set[int]) -> str:
    pieces, at = [], 0
    for index in sorted(left_out):
        pieces.append(text[at : tokens[index].start])
        at = tokens[index].end
    return " ".join("".join([*pieces, text[at:]]).split(" "))


def _found(wanted: Sequence[str], among: Sequence[str]) -> float:
    if not wanted:
        return 0.0
    return sum(max((likeness(stem, other) for other in among), default=0.0) for stem in wanted) / len(wanted)


def _by_sense(question: str, expected: str, answer: str, embedding: Embedding) -> tuple[float, float, float, float]:
    """`told`, `to_the_point`, `sense` and `topic`. Rare parts of words weigh more: their vectors are longer."""
    asked, wanted = known_sense(embedding, question), known_sense(embedding, expected)
    given = sense(embedding, answer)
    if not len(wanted) or not len(given):
        return 0.0, 0.0, 0.0, 0.0
    weight, own = wanted.lengths * fresh_share(wanted, asked), given.lengths * fresh_share(given, asked)
    if weight.sum() <= 0:  # the question says all that is expected
        weight = wanted.lengths
    told = float(weight @ nearest(wanted, given) / weight.sum())
    to_the_point = float(own @ nearest(given, wanted) / own.sum()) if own.sum() > 0 else 0.0
    one, other = wanted.whole(), given.whole()
    topic = cosine(one + asked.whole(), other) if len(asked) else cosine(one, other)
    alike = cosine(beyond_question(one, asked), beyond_question(other, asked))
    return max(0.0, told), max(0.0, to_the_point), max(0.0, alike), max(0.0, topic)


def _letters_told(expected: str, answer: str) -> float:
    wanted, given = _groups_of_letters(expected), _groups_of_letters(answer)
    return sum((wanted & given).values()) / max(1, sum(wanted.values()))


@lru_cache(maxsize=1024)
def _groups_of_letters(text: str) -> Counter[str]:
    plain = _NOT_LETTERS.sub(" ", text.lower())
    return Counter(plain[at : at + _LETTERS] for at in range(len(plain) - _LETTERS + 1))
