"""The model that the installation's settings name, for organisations that have none of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from colloquy.contexts.inference.policy import keys as policy
from colloquy.contexts.inference.policy.asking import Task, Tier
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.policy.keys import Use


class Installation:
    """One model and its keys, known to this process only: rests are kept in memory and end with it."""

    def __init__(self, vendor: str, model: str, *, base_url: str | None = None, keys: tuple[str, ...] = ()) -> None:
        self.model = Model(None, vendor, model, base_url or "", Tier.STANDARD, frozenset(Task))
        self._keys = {UUID(int=number): key for number, key in enumerate(keys, 1)}
        self._uses = {number: Use(number) for number in self._keys}

    @property
    def has_keys(self) -> bool:
        """Whether it was given any; a server of one's own needs none."""
        return bool(self._keys)

    def take(self, now: datetime) -> tuple[UUID, str] | None:
        """The next key and its number among ours; None when all rest."""
        use = policy.next_key(self._uses.values(), now)
        if use is None:
            return None
        self._uses[use.id] = policy.used(use, now)
        return use.id, self._keys[use.id]

    def free_at(self, now: datetime) -> datetime:
        """When a key may be used again."""
        return min(policy.free_at(use, now) for use in self._uses.values())

    def rest(self, number: UUID, now: datetime, duration: timedelta) -> None:
        """Leaves a key alone for so long."""
        use = self._uses[number]
        self._uses[number] = Use(number, rests_until=now + duration, used_at=use.used_at)
