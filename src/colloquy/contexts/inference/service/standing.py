"""What an organisation has to ask with at this moment: its models, which of them have keys, what it has spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.models import BudgetRow, ModelRow
from colloquy.contexts.inference.policy import budget as policy
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.budget import Budget, Level
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.queries import keys, models
from colloquy.contexts.inference.service.installation import Installation
from colloquy.contexts.inference.service.pools import needs_no_key
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Standing:
    """`models` can do the task and have a key, or need none; `keyless` could if they had one.

    `installations`: the organisation has no models of its own, so these are, or would be, the installation's.
    """

    models: tuple[Model, ...]
    keyless: tuple[Model, ...]
    level: Level
    installations: bool = False


async def read(
    db: AsyncSession, scope: Scope, task: Task, installation: Installation | None, now: datetime
) -> Standing:
    """As it is now. An organisation that has rows of its own, be they all disabled, never uses the installation's."""
    level = await spending_level(db, scope, now)
    rows = await models.models(db, scope)
    if not rows:
        given = () if installation is None else (installation.model,)
        usable = tuple(model for model in given if needs_no_key(model) or (installation and installation.has_keys))
        return Standing(usable, (), level, installations=True)
    able = [model for row in rows if (model := understood(row)).enabled and task in model.tasks]
    pools = await keys.addresses(db, scope) if able else {}
    usable = tuple(model for model in able if pools.get(model.address, needs_no_key(model)))
    return Standing(usable, tuple(model for model in able if model not in usable), level)


async def spending_level(db: AsyncSession, scope: Scope, now: datetime) -> Level:
    """How far this month's spending has come."""
    limits = await models.budget(db, scope)
    if limits is None:
        return Level.FINE
    spent, _unknown = await models.spending(db, scope, policy.month(now))
    return policy.level(budget_of(limits), spent)


def budget_of(row: BudgetRow | None) -> Budget:
    """The limits of a row; none without one."""
    if row is None:
        return Budget()
    return Budget(row.warning_microdollars, row.soft_microdollars, row.hard_microdollars)


def understood(row: ModelRow) -> Model:
    """A row as the policy knows it."""
    return Model(
        row.id,
        row.vendor,
        row.model,
        row.base_url,
        Tier(row.tier),
        frozenset(map(Task, row.tasks)),
        row.position,
        row.enabled,
    )
