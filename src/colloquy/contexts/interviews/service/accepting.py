"""A proposal becomes an interview, and questions of the bank become questions of one that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InvalidInput, QuestionNotFound
from colloquy.contexts.interviews.models import CompetencyRow
from colloquy.contexts.interviews.policy.drafts import NORMAL_WEIGHT, Description, QuestionDraft
from colloquy.contexts.interviews.policy.guide import Guide, QuestionType
from colloquy.contexts.interviews.policy.interview import MAX_COMPETENCIES
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.proposal import ProposedCompetency, ProposedQuestion
from colloquy.contexts.interviews.queries import content, vacancies
from colloquy.contexts.interviews.service import creating, proposing, questions
from colloquy.contexts.interviews.service.editing import editable
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def accept_proposal(db: AsyncSession, actor: Actor, draft_id: UUID, title: str, numbers: Collection[int]) -> UUID:
    """A draft interview of the proposal's questions with these numbers (from 0) and the competencies they probe.

    Returns its id. The proposal and the vacancy are forgotten.
    Raises Forbidden, VacancyDraftNotFound, and InvalidInput when nothing was chosen or there is no title.
    """
    draft = await proposing.vacancy_draft(db, actor, draft_id)
    chosen = proposing.chosen_questions(draft, numbers)
    if not chosen or draft.proposal is None:
        fields = {"questions": _("Choose at least one question.")}
        raise InvalidInput(_("The interview was not created."), fields=fields)
    interview_id = await creating.create(db, actor, Description(title, language=draft.language))
    ids = await _competencies(db, actor, interview_id, draft.proposal.competencies, chosen)
    for question in chosen:
        await questions.add_question(db, actor, interview_id, _as_draft(question, ids, draft.kind))
    row = await vacancies.vacancy_draft(db, actor.scope, draft_id, lock=True)
    if row is not None:
        await db.delete(row)
        await db.flush()
    return interview_id


async def add_from_bank(db: AsyncSession, actor: Actor, interview_id: UUID, key: str, kind: AnswerKind) -> UUID:
    """Adds a question of the bank to the interview, with the competencies it probes where they are missing.

    Returns the question's id. Raises as `questions.add_question`, and QuestionNotFound for a key that is not there.
    """
    interview = await editable(db, actor, interview_id)
    offered = next((one for one in library.bank_questions(interview.language) if one.key == key), None)
    if offered is None:
        raise QuestionNotFound(_("The question bank has no such question."))
    proposed = ProposedQuestion(
        offered.text,
        QuestionType(offered.type),
        offered.difficulty,
        offered.competencies,
        offered.points,
        offered.follow_ups,
        offered.answer,
    )
    ready = proposing.ready_made(interview.language)
    ids = await _competencies(db, actor, interview_id, ready.values(), [proposed])
    return await questions.add_question(db, actor, interview_id, _as_draft(proposed, ids, kind))


async def _competencies(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    offered: Iterable[ProposedCompetency],
    chosen: Iterable[ProposedQuestion],
) -> dict[str, UUID]:
    """Ids by key of everything that the questions probe; what the interview lacks is added, as far as it has room."""
    rows = await content.competencies(db, actor.scope, interview_id)
    ids = {row.key: row.id for row in rows}
    wanted = {key for question in chosen for key in question.competencies}
    missing = [one for one in offered if one.key in wanted and one.key not in ids][: MAX_COMPETENCIES - len(rows)]
    position = max((row.position for row in rows), default=-1) + 1
    for place, one in enumerate(missing, position):
        ids[one.key] = new_id()
        db.add(
            CompetencyRow(
                id=ids[one.key],
                org_id=actor.scope.org_id,
                interview_id=interview_id,
                key=one.key,
                name=one.name,
                description=one.description,
                kind=one.kind,
                weight=NORMAL_WEIGHT,
                position=place,
                anchors=[{"level": level, "text": text} for level, text in sorted(one.anchors.items())],
            )
        )
    await db.flush()
    return ids


def _as_draft(question: ProposedQuestion, ids: dict[str, UUID], kind: AnswerKind) -> QuestionDraft:
    return QuestionDraft(
        text=question.text,
        kind=kind,
        competency_ids=tuple(ids[key] for key in question.competencies if key in ids),
        expected_points=question.points,
        guide=Guide(question.type, question.difficulty, question.answer, question.follow_ups),
    ).tidied()
