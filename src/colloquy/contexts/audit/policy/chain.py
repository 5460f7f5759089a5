"""Whether a chain is whole: entries are handed over in the order in which they are stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from colloquy.contexts.audit.policy.log import Checkpoint, Finding, Standing
from colloquy.kit.audit import Entry, entry_hash, genesis, network_digest

UNSIGNED_AFTER = timedelta(hours=48)
"""Heads are signed daily; what is older than two days and not covered was left out or has lost its signature."""

Witness = tuple[int, bytes]
"""Number and hash of an entry as somebody wrote them down elsewhere."""


def fault(entry: Entry, previous: bytes, number: int) -> Finding | None:
    """What is wrong with an entry that should have this number and follow the one with the hash `previous`."""
    if entry.number != number:
        code = "missing" if entry.number > number else "order"
        return Finding(code, number, {"found": entry.number})
    if entry.previous != previous:
        return Finding("unlinked", number)
    return own_fault(entry)


def own_fault(entry: Entry) -> Finding | None:
    """What is wrong with an entry in itself, whatever stands before it."""
    if entry.hash != entry_hash(entry.previous, entry.number, entry.body()):
        return Finding("altered", entry.number)
    network, salt = entry.network, entry.network_salt
    if network is None and salt is None:
        return None
    if network is None or salt is None or entry.network_digest != network_digest(salt, network):
        return Finding("address", entry.number)
    return None


class Walk:
    """One pass over a chain. `end` says what only the whole of it can show."""

    def __init__(
        self, org_id: UUID, checkpoints: list[Checkpoint], now: datetime, witness: Witness | None = None
    ) -> None:
        self._witness = witness
        self._previous = genesis(org_id)
        self._by_number: dict[int, list[Checkpoint]] = {}
        for one in checkpoints:
            self._by_number.setdefault(one.number, []).append(one)
        self._signed = max(self._by_number, default=0)
        self._late = now - UNSIGNED_AFTER
        self._unsigned: int | None = None
        self.number = 0
        self._finding = self._compare()

    def take(self, entry: Entry) -> Finding | None:
        """The next entry. After the first finding nothing more is to be taken."""
        finding = self._finding or fault(entry, self._previous, self.number + 1)
        if finding is not None:
            return finding
        self._previous, self.number = entry.hash, entry.number
        if self._unsigned is None and entry.number > self._signed and entry.at < self._late:
            self._unsigned = entry.number
        self._finding = self._compare()
        return self._finding

    def end(self, standing: Standing, rows: int) -> Finding | None:
        """What is wrong now that all entries up to the head were taken. `rows` is how many there are in the table."""
        if self._finding is not None:
            return self._finding
        longest = max(standing.number, self._signed, self._witness[0] if self._witness else 0)
        if self.number < longest:
            return Finding("truncated", longest, {"found": self.number})
        if rows != self.number:  # twice the same number, which only a table without its key can hold
            return Finding("order", self.number + 1, {"found": self.number})
        if standing.last > standing.number:
            return Finding("beyond", standing.number, {"found": standing.last})
        if self._previous != standing.hash and standing.number:
            return Finding("head", standing.number)
        return None if self._unsigned is None else Finding("unsigned", self._unsigned)

    def _compare(self) -> Finding | None:
        for one in self._by_number.get(self.number, ()):
            if one.hash != self._previous:
                return Finding("checkpoint", one.number, {"day": f"{one.at:%Y-%m-%d}"})
        if self._witness is not None and self._witness[0] == self.number and self._witness[1] != self._previous:
            return Finding("witness", self.number)
        return None
