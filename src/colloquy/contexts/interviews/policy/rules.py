"""What may be asked of an answer: which comparisons fit which kind, and what a rule that does not fit lacks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from colloquy.contexts.interviews.policy.branching import KnockOut, Operator, ShowIf, Test
from colloquy.contexts.interviews.policy.kinds import AnswerKind, Option
from colloquy.contexts.interviews.policy.texts import text_problem
from colloquy.kit.i18n import gettext as _

MAX_CONDITIONS = 10
MAX_MESSAGE = 1000

_COMPARISONS: dict[AnswerKind, tuple[Operator, ...]] = {
    AnswerKind.SINGLE_CHOICE: (Operator.IS, Operator.IS_NOT),
    AnswerKind.MULTIPLE_CHOICE: (Operator.INCLUDES, Operator.INCLUDES_NOT),
    AnswerKind.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST, Operator.IS, Operator.IS_NOT),
}


def comparisons(kind: AnswerKind) -> tuple[Operator, ...]:
    """How answers of this kind can be compared with a value; empty for those that conditions cannot look into."""
    return _COMPARISONS.get(kind, ())


def operators(kind: AnswerKind) -> tuple[Operator, ...]:
    """What a condition can ask of an answer of this kind. That there is one can be asked of every kind."""
    return (*comparisons(kind), Operator.ANSWERED)


class Answerable(Protocol):
    """What rules need to know of a question that they are about."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> AnswerKind: ...
    @property
    def options(self) -> tuple[Option, ...]: ...


def show_if_problem(rule: ShowIf, earlier: Sequence[Answerable]) -> str | None:
    """What is wrong with a condition, where `earlier` are the questions that come before; None when nothing is."""
    if not rule.conditions:
        return _("Choose an earlier question, or ask this one always.")
    if len(rule.conditions) > MAX_CONDITIONS:
        return _(
            "Keep to %(number)s conditions; these are %(given)s.", number=MAX_CONDITIONS, given=len(rule.conditions)
        )
    known = {question.id: question for question in earlier}
    for condition in rule.conditions:
        question = known.get(condition.question_id)
        if question is None:
            return _("A condition is about a question that does not come before this one. Choose an earlier question.")
        problem = comparison_problem(question.kind, question.options, condition.test, operators(question.kind))
        if problem is not None:
            return _("Question %(number)s: %(problem)s", number=question.number, problem=problem)
    return None


def knock_out_problem(kind: AnswerKind, options: Sequence[Option], rule: KnockOut) -> str | None:
    """What is wrong with the rule that ends an interview; None when nothing is."""
    if not comparisons(kind):
        return _("Only choices and numbers can end an interview: nobody is sent away for words.")
    problem = comparison_problem(kind, options, rule.test, comparisons(kind))
    if problem is not None:
        return problem
    if not rule.message:
        return _("Write what the candidate reads when the interview ends here.")
    return text_problem(rule.message, MAX_MESSAGE)


def comparison_problem(
    kind: AnswerKind, options: Sequence[Option], test: Test, allowed: Sequence[Operator]
) -> str | None:
    """What is wrong with a test of an answer to a question of this kind; None when nothing is."""
    if test.operator not in allowed:
        return _("Choose a comparison that fits how it is answered.")
    if test.operator is Operator.ANSWERED:
        return None if test.value is None else _("Nothing is compared here: leave the value out.")
    if kind is AnswerKind.NUMBER:
        return None if _is_number(test.value) else _("Write the number to compare with.")
    if test.value not in {option.id for option in options}:
        return _("Choose one of its options: the one that was meant is not there any more.")
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
