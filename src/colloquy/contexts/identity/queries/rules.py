"""What an organisation asks of its members' sign-ins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.queries import factors
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class FactorRule:
    """Whether a second factor is required; how many of the team's `members` have one."""

    required: bool
    members: int
    with_factor: int


async def factor_rule(db: AsyncSession, scope: Scope) -> FactorRule:
    """The rule as it is now."""
    has_factor = factors.EXISTS.format(person="m.person_id")
    row = (
        await db.execute(
            text(
                "select o.second_factor_required as required, count(m.person_id) as members,"  # noqa: S608 - a constant
                f" count(m.person_id) filter (where {has_factor}) as with_factor"
                " from organisations o left join memberships m on m.org_id = o.id and m.removed_at is null"
                " where o.id = :org_id group by o.id"
            ),
            {"org_id": scope.org_id},
        )
    ).one()
    return FactorRule(row.required, row.members, row.with_factor)


async def set_factor_required(db: AsyncSession, scope: Scope, *, required: bool) -> None:
    """Writes the rule; it holds from everybody's next request on."""
    await db.execute(
        text("update organisations set second_factor_required = :required where id = :org_id"),
        {"org_id": scope.org_id, "required": required},
    )
