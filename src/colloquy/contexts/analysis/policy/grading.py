"""The mark a teacher would give a short answer, 0 to 5, beside the answer that was expected.

`grading.json` holds curves fitted to answers that two people marked (`scripts/fit_grading.py`), one model per embedding
and one that goes by words alone. What people's marks cannot teach, because hardly anybody tried it, is set by hand in
`held_down`: nothing said, the question handed back, another subject, a list of terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, TypedDict

from colloquy.contexts.analysis.policy.alignment import Alignment, align, distinct, without_question, words
from colloquy.contexts.analysis.policy.clauses import Reading, read
from colloquy.contexts.analysis.policy.curves import Curve, Curves
from colloquy.contexts.analysis.policy.meaning import NO_EMBEDDING, Embedding, embedding_for
from colloquy.contexts.analysis.policy.points import Coverage, cover
from colloquy.contexts.analysis.policy.statements import STATEMENT, Statements, statements
from colloquy.contexts.analysis.policy.tokens import read_json
from colloquy.contexts.analysis.policy.values import AnswerText

BEST: Final = 5.0
BY_SENSE: Final = ("told", "to_the_point", "sense")
BY_WORDS: Final = ("words_told", "words_to_the_point", "letters_told")
"""The features that are fitted, with an embedding and without. More of them made held-out marks no better."""

_OFF_TOPIC: Final = 0.15
"""Topic below which an answer with no word of question or expected answer is about something else. Nineteen in twenty
everyday sentences lie below it; of marked answers that earned 3 or more, one in a hundred.
"""
_SENTENCE: Final = 5
"""Different content words that show what an answer is about."""
_BY_MARK: Final = 0.65
"""Share of the mark in what an answer is worth as knowledge; the rest is the coverage of the points one by one."""
_FEWEST_TO_LIST: Final = 6
_PROSE: Final = 0.2
"""Share of small words from which a text is no list, even where no verb is recognised."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that is given, whatever the curves say."""

    nothing: float = 0.0
    question: float = 1.5
    elsewhere: float = 1.5
    elsewhere_in_a_word: float = 2.0
    words_unknown: float = 2.0
    words_unknown_in_a_word: float = 2.5
    listed: float = 3.0


CEILINGS: Final = Ceilings()


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark from 0 to 5 and what it rests on.

    `aspects` are the sentences of the expected answer with the clauses of the answer in which each was heard best, as
    `clauses.read` cuts it. `features` are the shares compared, `parts` how many points of the mark each one earned
    above `base`; `held` says by which ceiling the sum was held down, if by any.
    """

    score: float
    aspects: tuple[Coverage, ...]
    features: Mapping[str, float]
    base: float
    parts: Mapping[str, float]
    held: str | None


def mark(question: str, expected: str, answer: str, language: str = "en") -> Mark:
    """Mark an answer by the shipped model. Never raises; the same texts and embedding give the same mark."""
    given = _given(question, expected, answer, language)
    return Mark(aspects=aspects(question, expected, answer), **given)


def knowledge(
    question: str, reading: Reading, said: Statements, coverage: tuple[Coverage, ...], language: str = "en"
) -> float:
    """0 to 1: how well a spoken or typed answer tells all expected points, as teachers' marks would have it.

    The mark looks at the answer as a whole, the coverage at each point for itself: a teacher is content with a
    right word in the right place, and a level may not be. Only statements are read.
    """
    clauses = [reading.tokens_in(reading.clauses[i]) for i in said.kept]
    answer = " ".join(reading.text[tokens[0].start : tokens[-1].end] for tokens in clauses)
    expected = ". ".join(point.point for point in coverage)
    if not expected:
        return 0.0
    given = _given(question, expected, answer, language)
    covered = sum(point.credit for point in coverage) / len(coverage)
    return _BY_MARK * standing(given["score"], given["base"]) + (1 - _BY_MARK) * covered


def standing(score: float, base: float) -> float:
    """0 to 1: how far a mark is from that of an answer that shows nothing to the best one. People are lenient: their
    marks begin well above 0, and a level may not.
    """
    return min(1.0, max(0.0, (score - base) / (BEST - base)))


class _Given(TypedDict):
    score: float
    features: Mapping[str, float]
    base: float
    parts: Mapping[str, float]
    held: str | None


def _given(question: str, expected: str, answer: str, language: str) -> _Given:
    embedding = embedding_for(language)
    curves = model(embedding.name) if embedding else None
    if curves is None:  # no vectors for this language, or none that a model was ever fitted for
        embedding, curves = None, shipped_model(NO_EMBEDDING)
    found = align(question, expected, answer, embedding)
    features = found.named()
    held, most = held_down(question, expected, answer, found, by_sense=embedding is not None)
    score = within(curves.mark(features), most)
    return _Given(score=score, features=features, base=curves.base, parts=curves.parts(features), held=held)


def within(score: float, most: float) -> float:
    """A sum of curves as a mark: 0 to 5, and no more than the ceiling."""
    return min(BEST, most, max(0.0, score))


def aspects(question: str, expected: str, answer: str) -> tuple[Coverage, ...]:
    """Each sentence of the expected answer, and where the answer says it."""
    reading = read(AnswerText(answer))
    return cover(question, _sentences(expected), reading, statements(reading))


@lru_cache(maxsize=256)
def _sentences(text: str) -> tuple[str, ...]:
    reading = read(AnswerText(text))
    ends = {clause.sentence: reading.tokens[clause.last - 1].end for clause in reading.clauses}
    starts = [0, *ends.values()]
    return tuple(text[a:b].strip(" .;!?\n") for a, b in zip(starts, ends.values(), strict=False))


def held_down(
    question: str, expected: str, answer: str, found: Alignment, *, by_sense: bool
) -> tuple[str | None, float]:
    """Why and at what an answer is held, (None, 5) when nothing speaks against it."""
    if not words(without_question(question, answer)) or says_nothing(answer):
        return "nothing", CEILINGS.nothing
    said = distinct(answer)
    if said and found.own == 0 and found.words_told == 0 and set(distinct(expected)) - set(distinct(question)):
        return "question", CEILINGS.question
    if found.linked == 0:
        if not by_sense:
            one_word = len(said) < _SENTENCE or found.letters_told >= _OFF_TOPIC
            return "elsewhere", CEILINGS.words_unknown_in_a_word if one_word else CEILINGS.words_unknown
        if len(said) >= _SENTENCE and found.topic < _OFF_TOPIC:
            return "elsewhere", CEILINGS.elsewhere
        if len(said) < _SENTENCE and max(found.told, found.topic) < _OFF_TOPIC:
            return "elsewhere", CEILINGS.elsewhere_in_a_word
    if len(said) >= _FEWEST_TO_LIST and is_list(answer) and not is_list(expected):
        return "listed", CEILINGS.listed
    return None, BEST


def is_list(text: str) -> bool:
    """Whether nothing in a text is a statement: terms beside terms."""
    tokens = words(text)
    small = sum(token.function for token in tokens)
    return small < _PROSE * len(tokens) and max(statements(read(AnswerText(text))).full, default=0.0) < STATEMENT


def says_nothing(answer: str) -> bool:
    """Whether all of it says that there is no answer."""
    return " ".join(token.norm for token in words(answer)) in _no_answers()


@cache
def _no_answers() -> frozenset[str]:
    return frozenset(read_json("no_answer.json"))


@cache
def model(name: str) -> Curves | None:
    """The shipped model of the embedding of that name, None when there is none."""
    stored: dict[str, Any] | None = read_json("grading.json")["models"].get(name)
    return curves_of(stored) if stored else None


def shipped_model(name: str) -> Curves:
    """The same for a model that every version ships. Raises LookupError for any other."""
    found = model(name)
    if found is None:
        raise LookupError(f"No model was fitted for the embedding “{name}”: run scripts/fit_grading.py.")
    return found


def curves_of(stored: Mapping[str, Any]) -> Curves:
    """A model as `grading.json` keeps it."""
    curves = {n: Curve(tuple(one["knots"]), tuple(one["rises"])) for n, one in stored["curves"].items()}
    return Curves(stored["base"], curves)


def features_of(embedding: Embedding | None) -> tuple[str, ...]:
    """The features that a model of this embedding is fitted to."""
    return BY_SENSE if embedding else BY_WORDS


@cache
def fitted_questions() -> frozenset[str]:
    """Fingerprints of the questions to which the shipped models were fitted."""
    return frozenset(read_json("grading.json")["questions"])


@cache
def version() -> str:
    """The date of the shipped model: part of what a judgement is pinned to, with the name of the embedding in use."""
    return str(read_json("grading.json")["made"])
