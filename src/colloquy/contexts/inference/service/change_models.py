"""An organisation's models: adding, changing, removing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference.errors import ModelExists, ModelNotFound, TooManyModels
from colloquy.contexts.inference.models import ModelRow
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.drafts import ModelDraft
from colloquy.contexts.inference.queries import models as queries
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

MOST_MODELS: Final = 30


async def add_model(db: AsyncSession, actor: Actor, draft: ModelDraft) -> ModelRow:
    """A new model. Forbidden, TooManyModels, ModelExists."""
    actor.require(Permission.ORG_MANAGE)
    if await queries.count_models(db, actor.scope) >= MOST_MODELS:
        raise TooManyModels(_("There are %(number)s models already. Remove one first.", number=MOST_MODELS))
    model_id = new_id()
    values = {"id": model_id, "created_at": clock.now(), "vendor": draft.vendor, "model": draft.model}
    if not await queries.add_model(db, actor.scope, {**values, "base_url": draft.base_url, **_changeable(draft)}):
        raise ModelExists(_("This model is in the list already."))
    return await _model(db, actor, model_id)


async def change_model(
    db: AsyncSession, actor: Actor, model_id: UUID, *, tier: Tier, tasks: Collection[Task], position: int, enabled: bool
) -> ModelRow:
    """Another tier, other tasks, another place, on or off. Forbidden, ModelNotFound."""
    actor.require(Permission.ORG_MANAGE)
    row = await _model(db, actor, model_id)
    row.tier, row.tasks, row.position, row.enabled = tier.value, _tasks(tasks), position, enabled
    await db.flush()
    return row


async def enable_model(db: AsyncSession, actor: Actor, model_id: UUID, *, enabled: bool) -> ModelRow:
    """Switches a model on or off. Forbidden, ModelNotFound."""
    actor.require(Permission.ORG_MANAGE)
    row = await _model(db, actor, model_id)
    row.enabled = enabled
    await db.flush()
    return row


async def remove_model(db: AsyncSession, actor: Actor, model_id: UUID) -> None:
    """Takes a model out; what it said and cost stays. Forbidden, ModelNotFound."""
    actor.require(Permission.ORG_MANAGE)
    if not await queries.remove_model(db, actor.scope, model_id):
        raise _unknown()


async def models(db: AsyncSession, actor: Actor) -> list[ModelRow]:
    """All models. Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    return list(await queries.models(db, actor.scope))


async def _model(db: AsyncSession, actor: Actor, model_id: UUID) -> ModelRow:
    row = await queries.model(db, actor.scope, model_id)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> ModelNotFound:
    return ModelNotFound(_("There is no such model."))


def _changeable(draft: ModelDraft) -> dict[str, object]:
    return {
        "tier": draft.tier.value,
        "tasks": _tasks(draft.tasks),
        "position": draft.position,
        "enabled": draft.enabled,
    }


def _tasks(tasks: Collection[Task]) -> list[str]:
    return [task.value for task in Task if task in tasks]
