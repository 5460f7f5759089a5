"""Models and keys as people describe them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from colloquy.contexts.inference.policy.asking import Task, Tier


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """A model. An empty `base_url` is the vendor's own address."""

    vendor: str
    model: str
    base_url: str
    tier: Tier
    tasks: Collection[Task]
    position: int = 0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """A key as it was entered. It is sent to `vendor` at `base_url` (empty: the vendor's own address) and to nobody
    else. `repr` leaves the key out.
    """

    vendor: str
    base_url: str
    label: str
    value: str = field(repr=False)
    per_minute: int | None = None
