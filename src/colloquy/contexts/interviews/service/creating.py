"""New interviews: blank, from a starter template, or as a copy of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound, InvalidInput
from colloquy.contexts.interviews.events import InterviewCreated
from colloquy.contexts.interviews.library import LibraryCompetency, LibraryQuestion, LibraryTemplate
from colloquy.contexts.interviews.library import competencies as library_competencies
from colloquy.contexts.interviews.library import templates as library_templates
from colloquy.contexts.interviews.models import CompetencyRow, InterviewRow, QuestionRow
from colloquy.contexts.interviews.policy import documents
from colloquy.contexts.interviews.policy.drafts import (
    CHARACTERS,
    MAX_TITLE,
    NORMAL_WEIGHT,
    WEIGHTS,
    Description,
    QuestionDraft,
)
from colloquy.contexts.interviews.policy.interview import TYPED_CHARACTERS_PER_MINUTE, InterviewState
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.queries import content
from colloquy.contexts.interviews.service.describing import check_description, description_of, write_description
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit import clock
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def create(db: AsyncSession, actor: Actor, description: Description, *, template: str | None = None) -> UUID:
    """A draft with this description, and with the questions and competencies of `template` (a key of the library).

    Returns its id. Raises Forbidden, and InvalidInput for values outside their limits or an unknown template.
    """
    actor.require(Permission.INTERVIEWS_EDIT)
    description = description.tidied()
    check_description(description)
    chosen = None if template is None else _template(description.language, template)
    interview_id = await _add_interview(db, actor, description)
    if chosen is not None:
        await _fill(db, actor, interview_id, chosen, description.language)
    await publish(db, InterviewCreated(actor.scope.org_id, interview_id))
    return interview_id


async def duplicate(db: AsyncSession, actor: Actor, interview_id: UUID) -> UUID:
    """A draft with everything that the interview asks, without its links, candidates and closing time."""
    actor.require(Permission.INTERVIEWS_EDIT)
    original = await content.interview_row(db, actor.scope, interview_id)
    if original is None:
        raise InterviewNotFound(_("There is no such interview."))
    description = replace(description_of(original), title=f"{original.title[: MAX_TITLE - 7]} (copy)", closes_at=None)
    copy_id = await _add_interview(db, actor, description)
    await _copy_content(db, actor, interview_id, copy_id)
    await publish(db, InterviewCreated(actor.scope.org_id, copy_id))
    return copy_id


async def _copy_content(db: AsyncSession, actor: Actor, interview_id: UUID, copy_id: UUID) -> None:
    copies: dict[UUID, UUID] = {}
    for competency in await content.competencies(db, actor.scope, interview_id):
        copies[competency.id] = new_id()
        db.add(_copy_of_competency(competency, copies[competency.id], copy_id))
    await db.flush()
    probes = await content.probes(db, actor.scope, interview_id)
    originals = await content.questions(db, actor.scope, [interview_id])
    questions = {question.id: new_id() for question in originals}
    for question in originals:
        db.add(_copy_of_question(question, questions, copy_id))
        await db.flush()
        probed = [copies[old] for old in probes.get(question.id, ())]
        await content.set_probes(db, actor.scope, questions[question.id], probed)


async def _add_interview(db: AsyncSession, actor: Actor, description: Description) -> UUID:
    now = clock.now()
    row = InterviewRow(
        id=new_id(),
        org_id=actor.scope.org_id,
        state=InterviewState.DRAFT.value,
        created_by=actor.person_id,
        created_at=now,
        updated_at=now,
    )
    write_description(row, description)
    db.add(row)
    await db.flush()
    return row.id


def _template(language: str, key: str) -> LibraryTemplate:
    for template in library_templates(language):
        if template.key == key:
            return template
    raise InvalidInput(
        _("There is no such template. Choose one from the list."), fields={"template": _("Choose one from the list.")}
    )


async def _fill(db: AsyncSession, actor: Actor, interview_id: UUID, template: LibraryTemplate, language: str) -> None:
    ids: dict[str, UUID] = {}
    offered = {competency.key: competency for competency in library_competencies(language)}
    for position, (key, weight) in enumerate(template.weights.items()):
        row = competency_from(offered[key], actor.scope.org_id, interview_id, position, _whole(weight))
        ids[key] = row.id
        db.add(row)
    await db.flush()
    for position, question in enumerate(template.questions):
        draft = _draft(question, ids)
        accept(draft.problems())
        question_row = question_from(draft, actor.scope.org_id, interview_id, position)
        db.add(question_row)
        await db.flush()
        await content.set_probes(db, actor.scope, question_row.id, draft.competency_ids)


def competency_from(
    offered: LibraryCompetency, org_id: UUID, interview_id: UUID, position: int, weight: int = NORMAL_WEIGHT
) -> CompetencyRow:
    """The interview's own copy of a ready-made competency, not yet added to the session."""
    return CompetencyRow(
        id=new_id(),
        org_id=org_id,
        interview_id=interview_id,
        key=offered.key,
        name=offered.name,
        description=offered.description,
        kind=offered.kind,
        weight=weight,
        position=position,
        anchors=[{"level": anchor.level, "text": anchor.text} for anchor in offered.anchors],
    )


def question_from(draft: QuestionDraft, org_id: UUID, interview_id: UUID, position: int) -> QuestionRow:
    """The row for a tidied draft, not yet added to the session; what it probes is set apart."""
    row = QuestionRow(id=new_id(), org_id=org_id, interview_id=interview_id, position=position)
    write_question(row, draft)
    return row


def write_question(row: QuestionRow, draft: QuestionDraft) -> None:
    """Puts everything of a tidied draft into the row, but for what it probes."""
    row.text = draft.text
    row.kind = draft.kind.value
    row.think_seconds = draft.think_seconds
    row.answer_seconds = draft.answer_seconds
    row.max_characters = draft.max_characters
    row.takes = draft.takes
    row.weight = draft.weight
    row.assessed = draft.assessed
    row.expected_points = list(draft.expected_points)
    row.required = draft.required
    row.source = draft.source.value
    row.upload_allowed = draft.upload_allowed
    row.options = documents.options_document(draft.options)
    row.number_rule = documents.number_document(draft.number_rule)
    row.topics = documents.topics_document(draft.topics)
    row.follow_ups = draft.follow_ups
    row.show_if = documents.show_if_document(draft.show_if)
    row.knock_out = documents.knock_out_document(draft.knock_out)
    row.guide = documents.guide_document(draft.guide)


def _draft(question: LibraryQuestion, ids: dict[str, UUID]) -> QuestionDraft:
    # The library gives typed answers a time; twice what people type in it leaves room for the quick ones.
    lowest, highest = CHARACTERS
    characters = round(question.answer_seconds / 60 * 2 * TYPED_CHARACTERS_PER_MINUTE, -2)
    return QuestionDraft(
        text=question.text,
        kind=AnswerKind(question.kind),
        think_seconds=question.think_seconds,
        answer_seconds=question.answer_seconds,
        max_characters=int(min(highest, max(lowest, characters))),
        takes=question.takes,
        weight=_whole(question.weight),
        competency_ids=tuple(ids[key] for key in question.competencies),
        expected_points=question.expected_points,
    ).tidied()


def _whole(weight: float) -> int:
    lowest, highest = WEIGHTS
    return min(highest, max(lowest, round(weight * NORMAL_WEIGHT)))


def _copy_of_competency(row: CompetencyRow, copy_id: UUID, interview_id: UUID) -> CompetencyRow:
    return CompetencyRow(
        id=copy_id,
        org_id=row.org_id,
        interview_id=interview_id,
        key=row.key,
        name=row.name,
        description=row.description,
        kind=row.kind,
        weight=row.weight,
        position=row.position,
        anchors=row.anchors,
    )


def _copy_of_question(row: QuestionRow, ids: Mapping[UUID, UUID], interview_id: UUID) -> QuestionRow:
    """The same question in the copy; `ids` has the copies' ids by the originals', for itself and its conditions."""
    copied = {
        name: getattr(row, name)
        for name in QuestionRow.__table__.columns.keys()  # noqa: SIM118 - a column collection iterates over columns
        if name not in {"id", "interview_id", "show_if"}
    }
    show_if = documents.show_if_elsewhere(row.show_if, ids)
    return QuestionRow(id=ids[row.id], interview_id=interview_id, show_if=show_if, **copied)
