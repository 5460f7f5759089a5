"""Which questions of the bank a pasted vacancy asks for, and why. Deterministic; nothing leaves the machine.

A vacancy is reduced to the stems of its words. A role is recognised by the titles it goes by, most of all in the first
lines, and by its terms; a question by its own terms. Rare terms say more: a term counts by its inverse frequency over
the bank, log(1 + N / n). What is chosen covers the role's competencies and mixes the types of questions.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from colloquy.contexts.interviews.library.bank_files import BankQuestion, BankRole

OPENING_CHARACTERS: Final = 160
"""Where vacancies name the role."""
_TITLE_IN_OPENING, _TITLE_ANYWHERE = 6.0, 2.0
_LEAST: Final = 2.5
"""A role that scores less was not recognised: a title in the text, or a few terms that are its own."""
_SECOND_ROLE: Final = 0.6
"""A second role counts as well when it scores this share of the first."""
_OF_THE_ROLE: Final = 1.0
_DIFFICULTY_APART: Final = 0.8
_NEW_COMPETENCY: Final = 1.2
_SAME_TYPE: Final = 0.9
_SAME_TOPIC: Final = 1.5
_LONGEST: Final = 20_000
_WORD: Final = re.compile(r"[^\W_]+(?:[+#]+|(?:[.'’][^\W_]+)*)")
_CYRILLIC: Final = re.compile(r"[а-я]")
_SENIOR: Final = re.compile(
    r"\b(?:senior|lead|principal|staff|head|chief|старш\w+|ведущ\w+|главн\w+|руководител\w+|сеньор\w*)\b", re.IGNORECASE
)
_JUNIOR: Final = re.compile(
    r"\b(?:junior|intern(?:ship)?|trainee|graduate|entry[- ]level|assistant|младш\w+|стаж[её]р\w*|джуниор\w*|"
    r"без опыта|начинающ\w+|помощник\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RoleFound:
    """A role that the vacancy seems to be for. `because` are the titles and terms that say so, as the bank has them."""

    role: BankRole
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionFound:
    """A question that fits. `because` are the terms of it that the vacancy names."""

    question: BankQuestion
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What the bank has for a vacancy. `roles` is empty when it was not recognised; then nothing is chosen.

    `others` are further questions of these roles, the fitting ones first. `difficulty` is what the vacancy's words for
    seniority ask for, 1 to 3.
    """

    roles: tuple[RoleFound, ...]
    chosen: tuple[QuestionFound, ...]
    others: tuple[QuestionFound, ...]
    difficulty: int


def match(vacancy: str, roles: Sequence[BankRole], questions: Sequence[BankQuestion], *, wanted: int = 6) -> Matched:
    """What the bank has for this vacancy, `wanted` questions chosen. Texts beyond 20,000 characters are cut."""
    vacancy = vacancy[:_LONGEST]
    said = _phrases(vacancy)
    opening = _phrases(vacancy[:OPENING_CHARACTERS])
    weights = _weights(term for role in roles for term in role.terms)
    scored = sorted((_role(role, said, opening, weights) for role in roles), key=lambda found: -found.score)
    best = scored[0].score if scored else 0.0
    found = tuple(one for one in scored[:2] if one.score >= max(_LEAST, _SECOND_ROLE * best))
    difficulty = 3 if _SENIOR.search(vacancy) else 1 if _JUNIOR.search(vacancy) else 2
    ranked = _ranked(found, questions, said, difficulty)
    chosen = _chosen(ranked, found, wanted)
    kept = {one.question.key for one in chosen}
    others = tuple(one for one, _ in ranked if one.question.key not in kept)
    return Matched(found, chosen, others, difficulty)


def _role(role: BankRole, said: str, opening: str, weights: Mapping[str, float]) -> RoleFound:
    titles = [title for title in (role.name, *role.aliases) if _holds(said, title)]
    in_opening = [title for title in titles if _holds(opening, title)]
    terms = [term for term in role.terms if _holds(said, term)]
    score = math.fsum(weights[term.lower()] for term in terms)
    score += _TITLE_IN_OPENING if in_opening else _TITLE_ANYWHERE if titles else 0.0
    return RoleFound(role, round(score, 4), (*(in_opening or titles)[:1], *terms[:8]))


def _ranked(
    roles: Sequence[RoleFound], questions: Sequence[BankQuestion], said: str, difficulty: int
) -> list[tuple[QuestionFound, float]]:
    share = {one.role.key: one.score / roles[0].score for one in roles}
    weights = _weights(term for question in questions for term in question.terms)
    ranked = []
    for question in questions:
        if question.role in share:
            named = tuple(term for term in question.terms if _holds(said, term))
            score = share[question.role] * (
                _OF_THE_ROLE
                + math.fsum(weights[term.lower()] for term in named)
                - _DIFFICULTY_APART * abs(question.difficulty - difficulty)
            )
            ranked.append((QuestionFound(question, named), score))
    return sorted(ranked, key=lambda pair: (-pair[1], pair[0].question.key))


def _chosen(
    ranked: Sequence[tuple[QuestionFound, float]], roles: Sequence[RoleFound], wanted: int
) -> tuple[QuestionFound, ...]:
    """Greedy: the fitting questions, with a gain for a competency that nothing probes yet and a loss for more of a
    type or a topic that is there already.
    """
    telling = {key: 1 - place / 10 for one in roles for place, key in enumerate(one.role.competencies)}
    left, chosen = list(ranked), list[QuestionFound]()
    while left and len(chosen) < wanted:
        probed = {key for one in chosen for key in one.question.competencies}
        types = Counter(one.question.type for one in chosen)
        topics = {one.question.topic for one in chosen}

        def gain(pair: tuple[QuestionFound, float]) -> float:
            question = pair[0].question
            new = sum(telling.get(key, 0.3) for key in question.competencies if key not in probed)  # noqa: B023
            same = types[question.type] + _SAME_TOPIC * (question.topic in topics)  # noqa: B023 - used at once
            return pair[1] + _NEW_COMPETENCY * new - _SAME_TYPE * same

        best = max(left, key=gain)
        left.remove(best)
        chosen.append(best[0])
    order = {"motivation": 0, "behavioural": 1, "technical": 2, "situational": 3}
    return tuple(sorted(chosen, key=lambda one: (order[one.question.type], one.question.difficulty)))


def _weights(terms: Iterable[str]) -> dict[str, float]:
    counted = Counter(term.lower() for term in terms)
    most = max(counted.values(), default=1)
    return {term: math.log(1 + most / count) / math.log(1 + most) for term, count in counted.items()}


def _holds(said: str, phrase: str) -> bool:
    wanted = _phrases(phrase).strip()
    return bool(wanted) and f" {wanted} " in said


@lru_cache(maxsize=16_384)
def _phrases(text: str) -> str:
    """The stems of a text's words with a space around each, so that phrases can be looked for."""
    return f" {' '.join(_stem(word.group().lower().replace('ё', 'е')) for word in _WORD.finditer(text))} "


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    import snowballstemmer  # the rules of thirty languages: not while the product starts

    language = "russian" if _CYRILLIC.search(word) else "english"
    return str(snowballstemmer.stemmer(language).stemWord(word[:40]))
