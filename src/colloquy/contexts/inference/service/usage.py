"""What models were used for, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference.policy import csv
from colloquy.contexts.inference.queries import calls, keys
from colloquy.contexts.inference.queries.calls import LONGEST_SPAN, By
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _

EVERY_BY: Final[tuple[By, ...]] = get_args(By)
_FIGURES: Final = (
    "calls",
    "answered",
    "repaired",
    "cached",
    "failed",
    "input_tokens",
    "output_tokens",
    "cost_microdollars",
    "unknown_cost",
    "median_ms",
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Sums over calls that have `of` in common. `answered` counts the repaired ones too; `unknown_cost` calls are in
    `cost_microdollars` with nothing; `median_ms` is that of the answered ones, None without any.
    """

    of: dict[By, str | None]
    calls: int
    answered: int
    repaired: int
    cached: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_microdollars: int
    unknown_cost: int
    median_ms: int | None


async def usage_by_day(db: AsyncSession, actor: Actor, *, since: datetime, until: datetime) -> list[Usage]:
    """A row for each day (UTC, `2026-11-21`) in `[since, until)` on which there was a call. Forbidden, Malformed."""
    return await usage_table(db, actor, ["day"], since=since, until=until)


async def usage_table(
    db: AsyncSession, actor: Actor, by: Sequence[By], *, since: datetime, until: datetime
) -> list[Usage]:
    """A row for each combination of what `by` names; ids are as text, a key that is the installation's is None.

    Forbidden; Malformed for a span that is empty or longer than `LONGEST_SPAN`.
    """
    actor.require(Permission.ORG_MANAGE)
    if not since < until or until - since > LONGEST_SPAN:
        words = _("Choose at most %(days)s days, the first before the last.", days=LONGEST_SPAN.days)
        raise Malformed(words, fields={"since": words})
    rows = await calls.usage(db, actor.scope, by, since=since, until=until)
    return [
        Usage({name: getattr(row, name) for name in by}, *(getattr(row, figure) for figure in _FIGURES)) for row in rows
    ]


async def usage_csv(db: AsyncSession, actor: Actor, by: Sequence[By], *, since: datetime, until: datetime) -> bytes:
    """The same as a file; keys have their names beside their ids."""
    rows = await usage_table(db, actor, by, since=since, until=until)
    labels = {str(row.id): row.label for row in await keys.keys(db, actor.scope)} if "key" in by else {}
    named = (["key_label"] if "key" in by else []) + list(_FIGURES)
    return csv.table(
        [*by, *named],
        (
            [
                *row.of.values(),
                *([labels.get(row.of["key"] or "", "")] if "key" in by else []),
                *(getattr(row, figure) for figure in _FIGURES),
            ]
            for row in rows
        ),
    )
