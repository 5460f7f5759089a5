"""Conditions between questions stay meaningful: whatever changes, each is about an earlier question and fits it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from colloquy.contexts.interviews.errors import QuestionNeeded
from colloquy.contexts.interviews.models import QuestionRow
from colloquy.contexts.interviews.policy.documents import show_if_of
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.contexts.interviews.policy.interview import Question
from colloquy.contexts.interviews.policy.rules import comparison_problem, operators, show_if_problem
from colloquy.kit.i18n import gettext as _


def path_problems(draft: QuestionDraft, existing: Sequence[Question], place: int | None) -> Iterator[tuple[str, str]]:
    """What is wrong between a tidied draft and the other questions: a field's name and what to do.

    `place` counts from 0 where the draft replaces one of the existing questions; None puts it at the end. A
    question may lose an option, or change its kind, only when no later question asks about it.
    """
    end = len(existing) if place is None else place
    if draft.show_if is not None and (problem := show_if_problem(draft.show_if, existing[:end])):
        yield "show_if", problem
    if place is None:
        return
    replaced = existing[place]
    for later in existing[place + 1 :]:
        for condition in later.show_if.conditions if later.show_if else ():
            if condition.question_id != replaced.id:
                continue
            if comparison_problem(draft.kind, draft.options, condition.test, operators(draft.kind)):
                name = "kind" if draft.kind is not replaced.kind else "options"
                yield (
                    name,
                    _(
                        "Question %(number)s is asked only after a certain answer here. Change that one first.",
                        number=later.number,
                    ),
                )


def refuse_broken_paths(questions: Sequence[QuestionRow], *, numbered_as: Mapping[UUID, int]) -> None:
    """Raises QuestionNeeded unless, in this order, each condition is about a question that comes before.

    `numbered_as` has the numbers that the recruiter sees now, removed or moved questions among them.
    """
    before: set[UUID] = set()
    for question in questions:
        rule = show_if_of(question.show_if)
        missing = [one.question_id for one in rule.conditions if one.question_id not in before] if rule else []
        if missing:
            number, needed = numbered_as.get(question.id), numbered_as.get(missing[0])
            raise QuestionNeeded(_words(number, needed), number=number, needed=needed)
        before.add(question.id)


def _words(number: int | None, needed: int | None) -> str:
    if number is None or needed is None:
        # One of the two was removed before: there is no number for it on the page.
        return _("This question is asked only after the answer to one that was removed. Bring that one back first.")
    return _(
        "Question %(number)s is asked only after a certain answer to question %(needed)s, so "
        "question %(needed)s has to come before it. Change when question %(number)s is asked "
        "first.",
        number=number,
        needed=needed,
    )
