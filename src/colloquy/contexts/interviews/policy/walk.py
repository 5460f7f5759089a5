"""Walking through an interview to try it out: answers as a form sends them, and where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from colloquy.contexts.interviews.policy.branching import Given, knocked_out, on_path
from colloquy.contexts.interviews.policy.interview import Question
from colloquy.contexts.interviews.policy.kinds import AnswerKind, QuestionOrder
from colloquy.kit.i18n import gettext as _

ANSWERED = "1"
"""What stands for an answer that conditions cannot look into."""
Sent = Mapping[int, Sequence[str]]
"""Values by the number of their question."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody is: at a question, at the list of a free order, at the end, or stopped by a knock-out.

    `path` are the questions asked as far as is known, `answered` the ids of those with an answer, `problem` what
    keeps one from going on, `ended_by` the question whose answer ended the interview.
    """

    path: tuple[Question, ...]
    answered: frozenset[UUID]
    question: Question | None = None
    ended_by: Question | None = None
    problem: str | None = None
    listing: bool = False


def step(questions: Sequence[Question], sent: Sent, order: QuestionOrder, *, at: int | None, past: int | None) -> Step:
    """The step at question `at`, or after question `past` (None both: the first step; `at` 0: the list or the end).

    An answer that is missing or outside its limits keeps one at `past`. Numbers of no question count as the first.
    """
    given, problems = _given(questions, sent)
    path = on_path(questions, given)
    answered = frozenset(given)
    left = next((question for question in questions if question.number == past), None)
    if left is not None and left in path:
        problem = problems.get(left.id) or (_missing(left) if left.required and left.id not in given else None)
        if problem is not None:
            return Step(path, answered, question=left, problem=problem)
    ended_by = knocked_out(questions, given)
    if ended_by is not None and not 0 < (at or 0) <= ended_by.number:
        return Step(path[: path.index(ended_by) + 1], answered, ended_by=ended_by)
    chosen = next((question for question in path if question.number == at), None)
    if chosen is not None:
        return Step(path, answered, question=chosen)
    if order is QuestionOrder.FREE:
        return Step(path, answered, listing=True)
    following = [question for question in path if question.number > (past or 0)]
    return Step(path, answered, question=None if at == 0 or not following else following[0])


def _given(questions: Sequence[Question], sent: Sent) -> tuple[dict[UUID, Given], dict[UUID, str]]:
    given: dict[UUID, Given] = {}
    problems: dict[UUID, str] = {}
    for question in questions:
        values = [value for value in sent.get(question.number, ()) if value.strip()]
        if not values:
            continue
        answer = _answer(question, values)
        if answer is None:
            problems[question.id] = _outside(question)
        else:
            given[question.id] = answer
    return given, problems


def _answer(question: Question, values: Sequence[str]) -> Given | None:
    options = {option.id for option in question.options}
    match question.kind:
        case AnswerKind.SINGLE_CHOICE:
            return values[0] if values[0] in options else None
        case AnswerKind.MULTIPLE_CHOICE:
            return frozenset(values) & options or None
        case AnswerKind.NUMBER:
            return _number(question, values[0])
        case _:
            return True


def _number(question: Question, text: str) -> float | None:
    rule = question.number_rule
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    above = rule.lowest is None or number >= rule.lowest
    below = rule.highest is None or number <= rule.highest
    return number if above and below else None


def _missing(question: Question) -> str:
    if question.kind.choice:
        return _("Choose an answer.")
    return _("Write a number.") if question.kind is AnswerKind.NUMBER else _("This question needs an answer.")


def _outside(question: Question) -> str:
    rule = question.number_rule
    if question.kind is not AnswerKind.NUMBER:
        return _("Choose an answer.")
    if rule.lowest is not None and rule.highest is not None:
        return _(
            "Write a number between %(lowest)s and %(highest)s.",
            lowest=f"{rule.lowest:g}",
            highest=f"{rule.highest:g}",
        )
    if rule.lowest is not None:
        return _("Write a number of at least %(lowest)s.", lowest=f"{rule.lowest:g}")
    if rule.highest is not None:
        return _("Write a number of at most %(highest)s.", highest=f"{rule.highest:g}")
    return _("Write a number.")
