"""Whether an interview can be published, as a list that a recruiter can work off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from colloquy.contexts.interviews.policy.drafts import REQUIRED_ANCHORS
from colloquy.contexts.interviews.policy.interview import Competency, Question
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.paths import survey
from colloquy.contexts.interviews.policy.question_parts import options_problem, topics_problem
from colloquy.contexts.interviews.policy.rules import knock_out_problem, show_if_problem
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Check:
    """One condition. `code` is stable; `text` says what to do while it is not `done`.

    `number` is the question meant, `name` the competency, where it is about one. A `warning` is worth a look and
    stops nobody.
    """

    code: str
    done: bool
    text: str
    number: int | None = None
    name: str | None = None
    warning: bool = False


def checks(questions: Sequence[Question], competencies: Sequence[Competency]) -> tuple[Check, ...]:
    """What an interview needs, met or not: questions first, then what each of them needs."""
    found = [Check("has_questions", bool(questions), _("Add at least one question."))]
    for question in questions:
        decided = bool(question.competency_ids) or not question.assessed
        if not decided:
            text = _(
                "Choose what question %(number)s is to find out, or say that it is not assessed.",
                number=question.number,
            )
            found.append(Check("question_has_competencies", done=False, text=text, number=question.number))
        found += _of_its_kind(question)
    used = {competency_id for question in questions for competency_id in question.competency_ids}
    for competency in competencies:
        levels = {anchor.level for anchor in competency.anchors}
        if competency.id in used and not levels.issuperset(REQUIRED_ANCHORS):
            text = _("Describe levels 1, 3 and 5 of “%(name)s”.", name=competency.name)
            found.append(Check("competency_has_anchors", done=False, text=text, name=competency.name))
    found += _of_paths(questions)
    if questions and all(check.done or check.warning for check in found):
        found.append(
            Check("questions_have_competencies", done=True, text=_("Every question says what it is to find out."))
        )
    return tuple(found)


def _of_its_kind(question: Question) -> Iterator[Check]:
    """What a question of its kind lacks. Saving refuses the same; this is for what came by another way."""
    problems = {
        "question_has_options": options_problem(question.options) if question.kind.choice else None,
        "question_has_topics": topics_problem(question.topics) if question.kind is AnswerKind.CONVERSATION else None,
        "knock_out_fits": knock_out_problem(question.kind, question.options, question.knock_out)
        if question.knock_out
        else None,
    }
    for code, problem in problems.items():
        if problem is not None:
            text = _("Question %(number)s: %(problem)s", number=question.number, problem=problem)
            yield Check(code, done=False, text=text, number=question.number)


def _of_paths(questions: Sequence[Question]) -> Iterator[Check]:
    """Conditions that cannot be judged, questions that nobody reaches, ways on which nothing is assessed."""
    broken = False
    for place, question in enumerate(questions):
        problem = show_if_problem(question.show_if, questions[:place]) if question.show_if else None
        if problem is not None:
            broken = True
            text = _("Question %(number)s: %(problem)s", number=question.number, problem=problem)
            yield Check("condition_fits", done=False, text=text, number=question.number)
    if broken or not questions:
        return
    paths = survey(questions)
    for number in paths.unreachable:
        text = _("No answers lead to question %(number)s, so nobody is asked it.", number=number)
        yield Check("question_is_reached", done=False, text=text, number=number, warning=True)
    if paths.unassessed and any(question.assessed for question in questions):
        text = _("Some candidates are asked nothing that is assessed. Look at the map of paths.")
        yield Check("paths_are_assessed", done=False, text=text, warning=True)
