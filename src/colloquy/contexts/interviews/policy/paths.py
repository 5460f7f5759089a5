"""Every way through an interview: the shortest, the longest, questions that nobody can reach.

Answers are infinitely many, but conditions tell few of them apart: the answers to a question fall into classes that
pass the same tests. Ways that differ only in what no later condition asks about are merged, so the work grows with
what is still open at a question and not with the number of ways.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from colloquy.contexts.interviews.policy.branching import Given, Test
from colloquy.contexts.interviews.policy.interview import Question, likely_seconds, minutes, whole_minutes
from colloquy.contexts.interviews.policy.kinds import AnswerKind

MOST_OPEN_WAYS = 1024
"""Ways kept apart at once; beyond them the figures are bounds. Six questions of three outcomes fit."""
_MOST_TESTED_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class Paths:
    """What all ways through an interview have in common.

    `least` and `most` count questions, `shortest` and `longest` are whole minutes. `unreachable` are numbers of
    questions that no answers lead to. `unassessed`: a candidate can come to the end (not by a knock-out) without
    being asked anything that is assessed. Not `exact`: there are too many ways to look at each; then the figures are
    bounds, and nothing is said of the other two.
    """

    least: int
    most: int
    shortest: int
    longest: int
    unreachable: tuple[int, ...] = ()
    unassessed: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Way:
    """Ways that are alike from here on: the extremes of what came before, and whether one asked nothing assessed."""

    least: int = 0
    most: int = 0
    shortest: float = 0.0
    longest: float = 0.0
    unassessed: bool = True

    def asked(self, question: Question) -> _Way:
        seconds = likely_seconds(question)
        return _Way(
            self.least + 1,
            self.most + 1,
            self.shortest + seconds,
            self.longest + seconds,
            self.unassessed and not question.assessed,
        )

    def merged(self, other: _Way | None) -> _Way:
        if other is None:
            return self
        return _Way(
            min(self.least, other.least),
            max(self.most, other.most),
            min(self.shortest, other.shortest),
            max(self.longest, other.longest),
            self.unassessed or other.unassessed,
        )


_Answers = tuple[tuple[UUID, Given], ...]


def survey(questions: Sequence[Question]) -> Paths:
    """All ways through these questions, which are in their order."""
    tests = _tests(questions)
    if any(sum(isinstance(test.value, str) for test in found) > _MOST_TESTED_OPTIONS for found in tests.values()):
        return _bounds(questions)
    last_use = _last_use(questions)
    ways: dict[_Answers, _Way] = {(): _Way()}
    ended: list[_Way] = []
    reached: set[UUID] = set()
    for place, question in enumerate(questions):
        after: dict[_Answers, _Way] = {}
        classes = _classes(question, tests.get(question.id, ()))
        for answers, way in ways.items():
            for given, further, over in _steps(question, dict(answers), way, classes):
                if further is not way:
                    reached.add(question.id)
                if over:
                    ended.append(further)
                else:
                    _keep(after, given, further, place, last_use)
            if len(after) > MOST_OPEN_WAYS:
                return _bounds(questions)
        ended = [_merged(ended)] if ended else []
        ways = after
    return _paths(questions, list(ways.values()), ended, reached)


def planned_minutes(questions: Sequence[Question]) -> int:
    """How long a candidate should plan for: the longest way through, in whole minutes; 0 without questions."""
    if all(question.show_if is None for question in questions):
        return minutes(questions)
    return survey(questions).longest


def _steps(
    question: Question, given: dict[UUID, Given], way: _Way, classes: Sequence[Given | None]
) -> Iterator[tuple[dict[UUID, Given], _Way, bool]]:
    """What can come of one way at this question: the answers then, the way then, and whether it ended there."""
    if question.show_if is not None and not question.show_if.holds(given):
        yield given, way, False
        return
    asked, rule = way.asked(question), question.knock_out
    for answer in classes:
        if answer is None:
            yield given, asked, False
        else:
            yield given | {question.id: answer}, asked, rule is not None and rule.test.holds(answer)


def _paths(questions: Sequence[Question], finished: list[_Way], ended: list[_Way], reached: set[UUID]) -> Paths:
    both = _merged([*finished, *ended])
    return Paths(
        least=both.least,
        most=both.most,
        shortest=whole_minutes(both.shortest, questions),
        longest=whole_minutes(both.longest, questions),
        unreachable=tuple(question.number for question in questions if question.id not in reached),
        unassessed=bool(finished) and _merged(finished).unassessed,
    )


def _merged(ways: Sequence[_Way]) -> _Way:
    """The extremes of all of them; there is at least one, since a way is only ever parted or kept."""
    return functools.reduce(lambda one, other: one.merged(other), ways)


def _bounds(questions: Sequence[Question]) -> Paths:
    """Without looking at each way: no way is shorter than what everybody is asked up to the first possible end."""
    sure = list(itertools.takewhile(lambda question: question.knock_out is None, questions))
    always = [question for question in sure if question.show_if is None]
    return Paths(
        least=len(always),
        most=len(questions),
        shortest=whole_minutes(sum(map(likely_seconds, always)), questions),
        longest=whole_minutes(sum(map(likely_seconds, questions)), questions),
        exact=False,
    )


def _keep(
    ways: dict[_Answers, _Way], given: Mapping[UUID, Given], way: _Way, place: int, last_use: Mapping[UUID, int]
) -> None:
    """Adds the way under the answers that a later condition asks about."""
    still = tuple((key, answer) for key, answer in given.items() if last_use.get(key, -1) > place)
    ways[still] = way.merged(ways.get(still))


def _tests(questions: Sequence[Question]) -> dict[UUID, tuple[Test, ...]]:
    """The tests that are made of each question's answer."""
    found: dict[UUID, list[Test]] = {}
    for question in questions:
        for condition in question.show_if.conditions if question.show_if else ():
            found.setdefault(condition.question_id, []).append(condition.test)
        if question.knock_out is not None:
            found.setdefault(question.id, []).append(question.knock_out.test)
    return {key: tuple(dict.fromkeys(tests)) for key, tests in found.items()}


def _last_use(questions: Sequence[Question]) -> dict[UUID, int]:
    """The place of the last question with a condition on each question's answer."""
    return {
        condition.question_id: place
        for place, question in enumerate(questions)
        for condition in (question.show_if.conditions if question.show_if else ())
    }


def _classes(question: Question, tests: Sequence[Test]) -> list[Given | None]:
    """One answer for each set of tests that an answer can pass; None where the question may be left out."""
    found: dict[tuple[bool, ...], Given] = {}
    for answer in _answers(question, tests):
        found.setdefault(tuple(test.holds(answer) for test in tests), answer)
    return [*found.values(), *(() if question.required else (None,))]


def _answers(question: Question, tests: Sequence[Test]) -> Iterator[Given]:
    """Answers among which there is one of each class."""
    if not tests:
        yield True
    elif question.kind is AnswerKind.SINGLE_CHOICE:
        yield from (option.id for option in question.options)
    elif question.kind is AnswerKind.MULTIPLE_CHOICE:
        yield from _choices(question, tests)
    elif question.kind is AnswerKind.NUMBER:
        yield from _numbers(question, tests)
    else:
        yield True


def _choices(question: Question, tests: Sequence[Test]) -> Iterator[frozenset[str]]:
    """Sets of the options that are asked about, each with and without one of the others."""
    tested = [option.id for option in question.options if any(test.value == option.id for test in tests)]
    others = [option.id for option in question.options if option.id not in tested]
    for count in range(len(tested) + 1):
        for chosen in itertools.combinations(tested, count):
            if chosen or others:
                yield frozenset(chosen) if chosen else frozenset(others[:1])


def _numbers(question: Question, tests: Sequence[Test]) -> Iterator[float]:
    """The numbers that are compared with, what lies between and beyond them, within the question's limits."""
    rule = question.number_rule
    lowest = -math.inf if rule.lowest is None else rule.lowest
    highest = math.inf if rule.highest is None else rule.highest
    at = sorted({float(test.value) for test in tests if isinstance(test.value, int | float)})
    if not at:
        yield from [value for value in (lowest, highest) if math.isfinite(value)][:1] or [0.0]
        return
    between = [(left + right) / 2 for left, right in itertools.pairwise(at)]
    bounds = [value for value in (lowest, highest) if math.isfinite(value)]
    candidates = [at[0] - 1, *at, *between, at[-1] + 1, *bounds]
    yield from (value for value in candidates if lowest <= value <= highest)
