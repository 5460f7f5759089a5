"""What an organisation asks of its members' sign-ins."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import OwnFactorFirst
from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.contexts.identity.policy.sign_ins import How
from colloquy.contexts.identity.queries import factors
from colloquy.contexts.identity.queries import rules as queries
from colloquy.contexts.identity.queries.rules import FactorRule
from colloquy.kit import log
from colloquy.kit.i18n import gettext as _

_log = log.get_logger(__name__)


async def factor_rule(db: AsyncSession, actor: Actor) -> FactorRule:
    """Whether a second factor is required, and who has one. Raises Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    return await queries.factor_rule(db, actor.scope)


async def require_factor(db: AsyncSession, actor: Actor, how: How, *, required: bool) -> None:
    """Asks a second factor of everybody, or no longer. Raises Forbidden and OwnFactorFirst."""
    actor.require(Permission.ORG_MANAGE)
    has = await factors.factors(db, actor.person_id)
    if required and not has.any and how is not How.SINGLE_SIGN_ON:
        raise OwnFactorFirst(_("Set up your own second step first: you would be the first to be asked for it."))
    await queries.set_factor_required(db, actor.scope, required=required)
    _log.info("Second factor rule changed", org_id=str(actor.scope.org_id), required=required)
