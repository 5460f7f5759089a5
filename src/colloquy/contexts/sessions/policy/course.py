"""Where a candidate is among the questions: which are asked, which is next. Pure, from the answers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions.policy.states import AnswerState


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about one question. `value` is a choice, a number or a link."""

    question_id: UUID
    opened_at: datetime | None
    submitted_at: datetime | None
    state: str
    value: object


@dataclass(frozen=True, slots=True)
class Course:
    """The questions on this candidate's path, as far as it is known, and how far the candidate has come.

    `current` is the question that may be answered now: in the fixed order the first one without an answer, in the
    free order the one chosen, None before a choice. `ended_by` is the question whose knock-out rule ended the
    interview; then nothing is current.
    """

    path: tuple[interviews.Question, ...]
    answered: frozenset[UUID]
    current: interviews.Question | None
    ended_by: interviews.Question | None

    @property
    def remaining(self) -> tuple[interviews.Question, ...]:
        """Questions on the path that have no answer yet; none once a rule has ended the interview."""
        if self.ended_by is not None:
            return ()
        return tuple(question for question in self.path if question.id not in self.answered)

    @property
    def required(self) -> tuple[interviews.Question, ...]:
        """Those of them that must be answered before the interview can be handed in."""
        return tuple(question for question in self.remaining if question.required)

    def may_open(self, question_id: UUID, order: interviews.QuestionOrder) -> bool:
        """Whether this question may be opened now."""
        remaining = self.remaining
        if order is interviews.QuestionOrder.FIXED:
            return bool(remaining) and remaining[0].id == question_id
        return any(question.id == question_id for question in remaining)


def given(kind: str, step: Step) -> interviews.Given | None:
    """The answer as conditions see it; None when there is none."""
    if step.submitted_at is None or step.state in {AnswerState.MISSING, AnswerState.NOT_ASKED}:
        return None
    value = step.value
    if kind == interviews.AnswerKind.MULTIPLE_CHOICE and isinstance(value, list):
        return frozenset(str(one) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value if isinstance(value, str) else True


def course(
    questions: Sequence[interviews.Question],
    order: interviews.QuestionOrder,
    steps: Mapping[UUID, Step],
    chosen: UUID | None = None,
) -> Course:
    """The course of a candidate who did these steps; `chosen` is the question chosen last, in the free order."""
    answers = {}
    for question in questions:
        step = steps.get(question.id)
        found = None if step is None else given(question.kind, step)
        if found is not None:
            answers[question.id] = found
    answered = frozenset(question_id for question_id, step in steps.items() if step.submitted_at is not None)
    path = interviews.on_path(questions, answers)
    ended_by = interviews.knocked_out(questions, answers)
    so_far = Course(path, answered, None, ended_by)
    return Course(path, answered, _current(so_far, order, chosen), ended_by)


def _current(so_far: Course, order: interviews.QuestionOrder, chosen: UUID | None) -> interviews.Question | None:
    remaining = so_far.remaining
    if order is interviews.QuestionOrder.FIXED:
        return remaining[0] if remaining else None
    return next((question for question in remaining if question.id == chosen), None)
