"""Whether an interview can be published, as a list that a recruiter can work off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colloquy.contexts.interviews.policy.drafts import REQUIRED_ANCHORS
from colloquy.contexts.interviews.policy.interview import Competency, Question


@dataclass(frozen=True, slots=True)
class Check:
    """One condition. `code` is stable; `text` says what to do while it is not `done`.

    `number` is the question meant, `name` the competency, where it is about one.
    """

    code: str
    done: bool
    text: str
    number: int | None = None
    name: str | None = None


def checks(questions: Sequence[Question], competencies: Sequence[Competency]) -> tuple[Check, ...]:
    """What an interview needs, met or not: questions first, then what each of them needs."""
    found = [Check("has_questions", bool(questions), "Add at least one question.")]
    for question in questions:
        decided = bool(question.competency_ids) or not question.assessed
        if not decided:
            text = f"Choose what question {question.number} is to find out, or say that it is not assessed."
            found.append(Check("question_has_competencies", done=False, text=text, number=question.number))
    used = {competency_id for question in questions for competency_id in question.competency_ids}
    for competency in competencies:
        levels = {anchor.level for anchor in competency.anchors}
        if competency.id in used and not levels.issuperset(REQUIRED_ANCHORS):
            text = f"Describe levels 1, 3 and 5 of “{competency.name}”."
            found.append(Check("competency_has_anchors", done=False, text=text, name=competency.name))
    if questions and all(check.done for check in found):
        found.append(
            Check("questions_have_competencies", done=True, text="Every question says what it is to find out.")
        )
    return tuple(found)
