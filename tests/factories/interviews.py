"""Published interviews with a public link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from tests.factories.identity import MadeOrganisation

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.drafts import Description, QuestionDraft
from colloquy.contexts.interviews.service import competencies, creating, links, publishing, questions
from colloquy.kit.crypto import Secret
from colloquy.roles.runtime import Runtime

TEXT = QuestionDraft(
    "Describe a difficult problem in production that you solved.",
    interviews.AnswerKind.TEXT,
    expected_points=("Describes one real incident", "Gives the result in figures"),
)
VIDEO = QuestionDraft(
    "Tell us about a difficult problem in production that you solved. What did you do, and what changed?",
    interviews.AnswerKind.VIDEO,
    think_seconds=30,
    answer_seconds=120,
    takes=2,
    expected_points=("Describes one real incident and its effect on customers", "Gives the result in figures"),
)
AUDIO = replace(VIDEO, kind=interviews.AnswerKind.AUDIO)
SCREEN = replace(VIDEO, text="Show us a change you are proud of.", source=interviews.VideoSource.SCREEN)
SINGLE_CHOICE = QuestionDraft(
    "May you work in this country?",
    interviews.AnswerKind.SINGLE_CHOICE,
    options=(interviews.Option("a", "Yes"), interviews.Option("b", "No")),
)
MULTIPLE_CHOICE = QuestionDraft(
    "Which of these have you worked with?",
    interviews.AnswerKind.MULTIPLE_CHOICE,
    options=tuple(interviews.Option(key, text) for key, text in (("a", "Python"), ("b", "Go"), ("c", "Rust"))),
)
NUMBER = QuestionDraft(
    "For how many years have you done this work?",
    interviews.AnswerKind.NUMBER,
    number_rule=interviews.NumberRule(0, 60, "years"),
)
FILE = QuestionDraft("Upload your portfolio.", interviews.AnswerKind.FILE, required=False)
LINK = QuestionDraft("Where can we see your code?", interviews.AnswerKind.LINK, required=False)
CONVERSATION = QuestionDraft(
    "Let us talk about your work.",
    interviews.AnswerKind.CONVERSATION,
    answer_seconds=900,
    topics=(
        interviews.Topic(
            UUID("00000000-0000-7000-8000-000000000001"),
            "Tell me about a system that you built.",
            ("Names their own part", "Says what came of it in figures"),
        ),
        interviews.Topic(
            UUID("00000000-0000-7000-8000-000000000002"),
            "Tell me about a disagreement at work.",
            ("Gives the other side's view",),
        ),
    ),
    follow_ups=2,
)
FORM = (SINGLE_CHOICE, MULTIPLE_CHOICE, NUMBER, FILE, LINK)
"""A question of every kind that people read and nothing evaluates."""


def asked_when(
    draft: QuestionDraft, question_id: UUID, operator: str, value: str | float | None = None
) -> QuestionDraft:
    """The same question, asked only when the answer to an earlier one passes this test."""
    test = interviews.Test(interviews.Operator(operator), value)
    return replace(draft, show_if=interviews.ShowIf((interviews.Condition(question_id, test),)))


def ending_when(draft: QuestionDraft, operator: str, value: str | float, message: str = "Thank you.") -> QuestionDraft:
    """The same question; the interview ends when its answer passes this test."""
    rule = interviews.KnockOut(interviews.Test(interviews.Operator(operator), value), message)
    return replace(draft, knock_out=rule)


@dataclass(frozen=True, slots=True)
class MadeInterview:
    """A published interview, the token of its public link, and its questions' ids in their order."""

    id: UUID
    token: str
    organisation: MadeOrganisation
    question_ids: tuple[UUID, ...] = ()


async def publish_interview(
    runtime: Runtime,
    organisation: MadeOrganisation,
    *drafts: QuestionDraft | Callable[[Sequence[UUID]], QuestionDraft],
    keys: tuple[str, ...] = ("problem_solving", "ownership"),
    language: str = "en",
    **description: Any,
) -> MadeInterview:
    """An interview with these questions, each assessed one probing every competency.

    A draft may be a function of the ids of the questions before it, for conditions:
    `lambda ids: asked_when(VIDEO, ids[0], "is", "a")`. `description` are further fields of `Description`.
    """
    owner = organisation.owner
    async with runtime.database.begin(organisation.scope) as db:
        titles = {
            "blind_review": False,
            "title": "Backend engineer",
            "role_title": "Backend engineer",
            "language": language,
        }
        interview_id = await creating.create(db, owner, Description(**(titles | description)))
        probed = tuple(await competencies.add_from_library(db, owner, interview_id, keys))
        ids: list[UUID] = []
        for draft in drafts:
            made = draft if isinstance(draft, QuestionDraft) else draft(ids)
            probing = replace(made, competency_ids=probed)
            ids.append(await questions.add_question(db, owner, interview_id, probing))
        await publishing.publish(db, owner, interview_id)
        link = await links.make_public_link(db, runtime.provided.get(Secret), owner, interview_id)
    return MadeInterview(interview_id, link.token, organisation, tuple(ids))
