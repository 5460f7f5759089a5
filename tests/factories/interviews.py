"""Published interviews with a public link."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class MadeInterview:
    """A published interview and the token of its public link."""

    id: UUID
    token: str
    organisation: MadeOrganisation


async def publish_interview(
    runtime: Runtime,
    organisation: MadeOrganisation,
    *drafts: QuestionDraft,
    keys: tuple[str, ...] = ("problem_solving", "ownership"),
    language: str = "en",
) -> MadeInterview:
    """An interview with these questions, each probing every competency."""
    owner = organisation.owner
    async with runtime.database.begin(organisation.scope) as db:
        description = Description(title="Backend engineer", role_title="Backend engineer", language=language)
        interview_id = await creating.create(db, owner, description)
        ids = tuple(await competencies.add_from_library(db, owner, interview_id, keys))
        for draft in drafts:
            await questions.add_question(db, owner, interview_id, _probing(draft, ids))
        await publishing.publish(db, owner, interview_id)
        link = await links.make_public_link(db, runtime.provided.get(Secret), owner, interview_id)
    return MadeInterview(interview_id, link.token, organisation)


def _probing(draft: QuestionDraft, ids: tuple[UUID, ...]) -> QuestionDraft:
    return replace(draft, competency_ids=ids)
