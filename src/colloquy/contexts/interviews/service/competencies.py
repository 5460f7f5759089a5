"""Competencies: from the library or one's own, their anchors and weights, removing with a way back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import CompetencyExists, CompetencyNotFound, InvalidInput, TooMany
from colloquy.contexts.interviews.library import competencies as library_competencies
from colloquy.contexts.interviews.models import CompetencyRow
from colloquy.contexts.interviews.policy.drafts import CompetencyDraft
from colloquy.contexts.interviews.policy.interview import MAX_COMPETENCIES
from colloquy.contexts.interviews.queries import content
from colloquy.contexts.interviews.service.creating import competency_from
from colloquy.contexts.interviews.service.editing import UNDO_FOR, accept, changed, editable
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

_LONGEST_KEY = 48


async def add_from_library(db: AsyncSession, actor: Actor, interview_id: UUID, keys: Iterable[str]) -> list[UUID]:
    """Adds the ready-made competencies with these keys, in the interview's language; those it has are left alone.

    Returns the ids of the new ones. Raises Forbidden, InterviewNotFound, InterviewHasCandidates, TooMany, and
    InvalidInput for a key that the library does not have.
    """
    interview = await editable(db, actor, interview_id)
    offered = {competency.key: competency for competency in library_competencies(interview.language)}
    existing = await content.competencies(db, actor.scope, interview_id)
    taken = {row.key for row in existing}
    chosen = [key for key in dict.fromkeys(keys) if key not in taken]
    if unknown := [key for key in chosen if key not in offered]:
        raise InvalidInput(
            _("The library has no competency %(unknown)s.", unknown=f"{unknown[0]}"),
            fields={"keys": _("Choose from the list.")},
        )
    _room_for(len(chosen), existing)
    rows = [
        competency_from(offered[key], actor.scope.org_id, interview_id, position)
        for position, key in enumerate(chosen, _end(existing))
    ]
    db.add_all(rows)
    await db.flush()
    return [row.id for row in rows]


async def add_competency(db: AsyncSession, actor: Actor, interview_id: UUID, draft: CompetencyDraft) -> UUID:
    """Adds one's own competency; returns its id. Raises as `add_from_library`, and CompetencyExists for its name."""
    await editable(db, actor, interview_id)
    draft = draft.tidied()
    accept(draft.problems())
    existing = await content.competencies(db, actor.scope, interview_id)
    _room_for(1, existing)
    _name_is_free(draft.name, existing)
    competency_id = new_id()
    row = CompetencyRow(
        id=competency_id,
        org_id=actor.scope.org_id,
        interview_id=interview_id,
        key=_free_key(draft.name, {row.key for row in existing}),
        position=_end(existing),
    )
    _write(row, draft)
    db.add(row)
    await db.flush()
    return competency_id


async def change_competency(
    db: AsyncSession, actor: Actor, interview_id: UUID, competency_id: UUID, draft: CompetencyDraft
) -> None:
    """Replaces name, description, kind, weight and anchors; the key stays."""
    await editable(db, actor, interview_id)
    row = await _competency(db, actor, interview_id, competency_id)
    draft = draft.tidied()
    accept(draft.problems())
    existing = await content.competencies(db, actor.scope, interview_id)
    _name_is_free(draft.name, [other for other in existing if other.id != competency_id])
    _write(row, draft)
    await db.flush()


async def remove_competency(db: AsyncSession, actor: Actor, interview_id: UUID, competency_id: UUID) -> None:
    """Takes a competency out, of the questions as well. It can be brought back for an hour.

    Raises InterviewIncomplete when candidates can open the interview and a question would probe nothing any more.
    """
    interview = await editable(db, actor, interview_id)
    row = await _competency(db, actor, interview_id, competency_id)
    now = clock.now()
    await content.forget_deleted(db, actor.scope, interview_id, now - UNDO_FOR)
    row.deleted_at = now
    await changed(db, actor, interview)


async def restore_competency(db: AsyncSession, actor: Actor, interview_id: UUID, competency_id: UUID) -> None:
    """Brings a removed competency back, with the questions that probed it. Raises CompetencyNotFound."""
    await editable(db, actor, interview_id)
    row = await content.competency(db, actor.scope, interview_id, competency_id, deleted=True)
    if row is None or row.deleted_at is None or row.deleted_at < clock.now() - UNDO_FOR:
        raise CompetencyNotFound(_("This competency can no longer be brought back."))
    existing = await content.competencies(db, actor.scope, interview_id)
    _room_for(1, existing)
    _name_is_free(row.name, existing)
    if any(other.key == row.key for other in existing):
        raise CompetencyExists(_("The interview has this competency again. Remove that one first."))
    row.deleted_at = None
    await db.flush()


async def _competency(db: AsyncSession, actor: Actor, interview_id: UUID, competency_id: UUID) -> CompetencyRow:
    row = await content.competency(db, actor.scope, interview_id, competency_id)
    if row is None:
        raise CompetencyNotFound(_("There is no such competency in this interview."))
    return row


def _write(row: CompetencyRow, draft: CompetencyDraft) -> None:
    row.name = draft.name
    row.description = draft.description
    row.kind = draft.kind.value
    row.weight = draft.weight
    row.anchors = [{"level": level, "text": text} for level, text in draft.anchors.items()]


def _name_is_free(name: str, others: Iterable[CompetencyRow]) -> None:
    if any(other.name.casefold() == name.casefold() for other in others):
        raise CompetencyExists(
            _("The interview has a competency called “%(name)s” already. Choose another name.", name=name)
        )


def _free_key(name: str, taken: set[str]) -> str:
    """A key from the name: `Data modelling` becomes `own-data-modelling`. Names without Latin letters get `own`.

    The prefix keeps it apart from keys of the library, whose competencies are recognised by them.
    """
    words = re.findall(r"[a-z0-9]+", name.casefold())
    stem = "-".join(("own", *words))[:_LONGEST_KEY].rstrip("-")
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _room_for(more: int, existing: Sequence[CompetencyRow]) -> None:
    if len(existing) + more > MAX_COMPETENCIES:
        raise TooMany(_("An interview has at most %(number)s competencies. Remove one first.", number=MAX_COMPETENCIES))


def _end(existing: Sequence[CompetencyRow]) -> int:
    return existing[-1].position + 1 if existing else 0
