"""Which models are asked, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.budget import Level

PREFERRED: Final = {
    Task.EVALUATE: (Tier.BEST, Tier.STANDARD, Tier.ECONOMY),
    Task.CONVERSE: (Tier.STANDARD, Tier.ECONOMY, Tier.BEST),
    Task.DRAFT: (Tier.ECONOMY, Tier.STANDARD, Tier.BEST),
}
"""A judgement on a person is worth the best; a candidate who waits wants a quick word; a draft is corrected anyway."""

Price = tuple[int, int]
"""Microdollars for a million tokens read, and for a million written."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that may be asked. `base_url` is empty where the vendor's own address is meant. `id` is None for the
    installation's.
    """

    id: UUID | None
    vendor: str
    model: str
    base_url: str
    tier: Tier
    tasks: frozenset[Task]
    position: int = 0
    enabled: bool = True

    @property
    def name(self) -> str:
        """The vendor and the model with a colon between, as it is stored with everything it said."""
        return f"{self.vendor}:{self.model}"

    @property
    def address(self) -> tuple[str, str]:
        """Where it is: keys belong to an address, and so does its health."""
        return self.vendor, self.base_url


def in_order(
    models: Iterable[Model],
    task: Task,
    *,
    level: Level,
    avoid: Collection[str],
    price: Callable[[Model], Price | None],
    resting: Callable[[Model], bool],
) -> list[Model]:
    """Those that may do the task and do not rest, the one to ask first in front.

    By the tier that suits the task, then as the organisation has ordered them, then by price, an unknown one last.
    Past the soft limit the price comes first. What `avoid` names comes behind everything else.
    """
    tiers = PREFERRED[task]

    def rank(model: Model) -> tuple[object, ...]:
        known = price(model)
        # A request is mostly read: transcripts and rubrics are long, forms that come back are short.
        dear = (1, 0) if known is None else (0, known[0] * 4 + known[1])
        suits = (tiers.index(model.tier), model.position)
        first = (dear, suits) if level is Level.SOFT else (suits, dear)
        return (model.name in avoid, *first, model.name, model.base_url)

    able = [model for model in models if model.enabled and task in model.tasks and not resting(model)]
    return sorted(able, key=rank)
