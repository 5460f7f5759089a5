"""What an organisation wants to spend in a month, and what it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference.policy import budget as policy
from colloquy.contexts.inference.policy.budget import Budget, Level
from colloquy.contexts.inference.queries import models as queries
from colloquy.contexts.inference.service.standing import budget_of
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Spending:
    """The current month. `unknown_calls` have no known price and are in `spent_microdollars` with nothing."""

    month: date
    limits: Budget
    spent_microdollars: int
    unknown_calls: int
    level: Level


async def spending(db: AsyncSession, actor: Actor) -> Spending:
    """The month so far. Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    month = policy.month(clock.now())
    limits = budget_of(await queries.budget(db, actor.scope))
    spent, unknown = await queries.spending(db, actor.scope, month)
    return Spending(month, limits, spent, unknown, policy.level(limits, spent))


async def set_budget(db: AsyncSession, actor: Actor, limits: Budget) -> Spending:
    """Other limits, from the next request on. Forbidden, Malformed."""
    actor.require(Permission.ORG_MANAGE)
    if policy.out_of_order(limits):
        words = _("The warning comes first, then the soft limit, then the hard one.")
        raise Malformed(words, fields={"warning": words})
    values = {
        "warning_microdollars": limits.warning_microdollars,
        "soft_microdollars": limits.soft_microdollars,
        "hard_microdollars": limits.hard_microdollars,
        "updated_at": clock.now(),
    }
    await queries.put_budget(db, actor.scope, values)
    return await spending(db, actor)
