"""Which questions a candidate is asked: show-if conditions over earlier answers, and knock-out rules.

Pure: the room, the recruiter's preview and the map of paths all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

Given = str | float | frozenset[str] | bool
"""An answer as conditions see it: an option's id, a number, a set of option ids, a link or a text; True for an
answer whose content conditions cannot look into (a recording, a file, a conversation)."""


class Operator(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    INCLUDES_NOT = "includes_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Test:
    """What is asked of one answer. `value` is an option's id or a number; None with ANSWERED."""

    operator: Operator
    value: str | float | None = None

    # pytest collects classes by this name where tests import it.
    __test__ = False

    def holds(self, given: Given | None) -> bool:
        """Whether the answer passes. Without an answer nothing holds, also not the negations."""
        if given is None:
            return False
        match self.operator:
            case Operator.ANSWERED:
                return True
            case Operator.IS:
                return given == self.value or given == frozenset([self.value])
            case Operator.IS_NOT:
                return given not in {self.value, frozenset([self.value])}
            case Operator.INCLUDES:
                return self.value in _options(given)
            case Operator.INCLUDES_NOT:
                return self.value not in _options(given)
            case Operator.AT_LEAST:
                return _number(given) and _number(self.value) and given >= self.value  # type: ignore[operator] # numbers
            case Operator.AT_MOST:
                return _number(given) and _number(self.value) and given <= self.value  # type: ignore[operator] # numbers


def _options(given: Given) -> frozenset[str]:
    if isinstance(given, frozenset):
        return given
    return frozenset([given]) if isinstance(given, str) else frozenset()


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of the answer to an earlier question."""

    question_id: UUID
    test: Test


@dataclass(frozen=True, slots=True)
class ShowIf:
    """When a question is asked: all of the conditions hold, or (`every` False) at least one does."""

    conditions: tuple[Condition, ...]
    every: bool = True

    def holds(self, given: Mapping[UUID, Given]) -> bool:
        """Whether the question is asked, after these answers."""
        found = [condition.test.holds(given.get(condition.question_id)) for condition in self.conditions]
        return all(found) if self.every else any(found)


@dataclass(frozen=True, slots=True)
class KnockOut:
    """Ends the interview early when the answer to its question passes the test. Never rejects: a person decides.

    `message` is shown to the candidate, in the recruiter's words.
    """

    test: Test
    message: str = ""


class Asked(Protocol):
    """What branching needs to know of a question."""

    @property
    def id(self) -> UUID: ...
    @property
    def show_if(self) -> ShowIf | None: ...
    @property
    def knock_out(self) -> KnockOut | None: ...


Q = TypeVar("Q", bound=Asked)


def on_path(questions: Sequence[Q], given: Mapping[UUID, Given]) -> tuple[Q, ...]:
    """The questions that are asked after these answers, in their order.

    An answer counts only when its own question is on the path: a changed mind upstream hides what hung on it. A
    question whose condition is about a question that has no answer yet is not on the path (yet).
    """
    counted: dict[UUID, Given] = {}
    path = []
    for question in questions:
        if question.show_if is None or question.show_if.holds(counted):
            path.append(question)
            if question.id in given:
                counted[question.id] = given[question.id]
    return tuple(path)


def knocked_out(questions: Sequence[Q], given: Mapping[UUID, Given]) -> Q | None:
    """The first question on the path whose answer ends the interview, or None."""
    for question in on_path(questions, given):
        rule = question.knock_out
        if rule is not None and rule.test.holds(given.get(question.id)):
            return question
    return None
