"""The log as a file: JSON lines that a stranger can check with this description and any SHA-256.

The first line says whose log it is and how long it was, signed; each further line is an entry. Every line is canonical
JSON (RFC 8785: sorted members, no spaces), so a file has one form and any other byte in it is found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from colloquy.contexts.audit.policy.chain import fault, own_fault
from colloquy.contexts.audit.policy.log import Checkpoint, Finding, Verdict
from colloquy.kit.audit import Entry, genesis
from colloquy.kit.audit.entry import moment

KIND = "colloquy audit log"
FORM = 1


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: `complete` when the file has every entry up to the checkpoint."""

    org_id: UUID
    checkpoint: Checkpoint

    @property
    def complete(self) -> bool:
        """Whether entries follow each other without gaps, from the first to the checkpoint's."""
        return self.checkpoint.reason != "part"


def canonical(values: dict[str, Any]) -> str:
    """RFC 8785 for values without floating point numbers."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def signed_text(org_id: UUID, checkpoint: Checkpoint) -> str:
    """What the signature of a checkpoint is over."""
    return canonical(
        {
            "at": moment(checkpoint.at),
            "hash": checkpoint.hash.hex(),
            "number": checkpoint.number,
            "org_id": str(org_id),
            "reason": checkpoint.reason,
        }
    )


def head_line(org_id: UUID, checkpoint: Checkpoint) -> str:
    """The first line of a file."""
    said = json.loads(signed_text(org_id, checkpoint))
    return canonical({**said, "log": KIND, "form": FORM, "signature": checkpoint.signature})


def entry_line(entry: Entry) -> str:
    """An entry as a line."""
    return canonical(
        {
            **json.loads(entry.body()),
            "number": entry.number,
            "previous": entry.previous.hex(),
            "hash": entry.hash.hex(),
            "network": entry.network,
            "network_salt": None if entry.network_salt is None else entry.network_salt.hex(),
        }
    )


def read_head(line: str) -> Head:
    """The first line again. ValueError when it is not one of ours."""
    values = _exactly(line)
    if values.pop("log") != KIND or values.pop("form") != FORM:
        raise ValueError("not an audit log of this form")
    org_id = UUID(values["org_id"])
    checkpoint = Checkpoint(
        _moment(values["at"]),
        int(values["number"]),
        bytes.fromhex(values["hash"]),
        values["reason"],
        values["signature"],
    )
    if head_line(org_id, checkpoint) != line:
        raise ValueError("not as it was written")
    return Head(org_id, checkpoint)


def read_entry(line: str) -> Entry:
    """An entry's line again. ValueError when a single character is not as it was written."""
    values = _exactly(line)
    entry = Entry(
        number=int(values["number"]),
        at=_moment(values["at"]),
        actor_kind=values["actor_kind"],
        actor_id=_id(values["actor_id"]),
        action=values["action"],
        subject_kind=values["subject_kind"],
        subject_id=_id(values["subject_id"]),
        details=values["details"],
        request_id=values["request_id"],
        network_digest=_bytes(values["network_digest"]),
        previous=bytes.fromhex(values["previous"]),
        hash=bytes.fromhex(values["hash"]),
        network=values["network"],
        network_salt=_bytes(values["network_salt"]),
    )
    if entry_line(entry) != line:
        raise ValueError("not as it was written")
    return entry


def check_file(lines: Iterable[str], signed_by_us: Callable[[UUID, Checkpoint], bool] | None) -> Verdict:
    """Whether the file is whole and nothing in it was changed.

    `signed_by_us` knows the installation's secret; None where it is not known, and a log that was made up from its
    first entry to its last would then pass.
    """
    numbered = enumerate(lines, 1)
    _first, line = next(numbered, (1, ""))
    try:
        head = read_head(line.removesuffix("\n"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Verdict(0, 0, Finding("line", None, {"line": 1}))
    at = head.checkpoint
    if signed_by_us is not None and not signed_by_us(head.org_id, at):
        return Verdict(0, 1, Finding("signature", at.number, {"day": f"{at.at:%Y-%m-%d}"}))
    previous, number, taken = genesis(head.org_id), 0, 0
    for place, line in numbered:
        try:
            entry = read_entry(line.removesuffix("\n"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return Verdict(taken, 1, Finding("line", None, {"line": place}))
        # A part need not begin at the beginning nor be without gaps; newest first or oldest first it is in order.
        finding = fault(entry, previous, number + 1) if head.complete else _in_part(entry, previous, number)
        if finding is not None:
            return Verdict(taken, 1, finding)
        previous, number, taken = entry.hash, entry.number, taken + 1
    if head.complete and number != at.number:
        return Verdict(taken, 1, Finding("truncated", at.number, {"found": number}))
    if number == at.number and number and previous != at.hash:
        return Verdict(taken, 1, Finding("head", at.number))
    return Verdict(taken, 1, None)


def _in_part(entry: Entry, previous: bytes, number: int) -> Finding | None:
    if entry.number <= number:
        return Finding("order", number + 1, {"found": entry.number})
    if number and entry.number == number + 1 and entry.previous != previous:
        return Finding("unlinked", entry.number)
    return own_fault(entry)


def _exactly(line: str) -> dict[str, Any]:
    values = json.loads(line)
    if not isinstance(values, dict):
        raise TypeError("not an object")
    return values


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
