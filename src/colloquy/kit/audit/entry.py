"""One entry of the log: the exact bytes that are hashed, and the hash. Everything here can be done by a stranger.

`hash = SHA-256(previous hash || number as 8 bytes, big-endian || body)`, where the body is the entry's other members
as JSON in the form of RFC 8785: members sorted, no spaces, UTF-8. Members are strings, whole numbers, booleans and
null, so the parts of RFC 8785 about floating point never apply. The first entry's previous hash is `genesis(org_id)`.

Nothing that a person may ask to have erased is in the body: people are ids, and of a network address there is only
the SHA-256 of 16 random bytes and the address. Address and salt stand beside the entry and can be removed; the digest
stays, proves nothing without them, and the chain still holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

GENESIS_TEXT = b"colloquy audit log of "
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored. `number` counts from 1 in each organisation, without gaps."""

    number: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    details: Mapping[str, Any]
    request_id: str
    network_digest: bytes | None
    previous: bytes
    hash: bytes
    network: str | None = None
    network_salt: bytes | None = None

    def body(self) -> str:
        """What was hashed, made again from what is stored."""
        return body(
            at=self.at,
            actor_kind=self.actor_kind,
            actor_id=self.actor_id,
            action=self.action,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            details=self.details,
            request_id=self.request_id,
            digest=self.network_digest,
        )


def body(
    *,
    at: datetime,
    actor_kind: str,
    actor_id: UUID | None,
    action: str,
    subject_kind: str,
    subject_id: UUID | None,
    details: Mapping[str, Any],
    request_id: str,
    digest: bytes | None,
) -> str:
    """The members as one canonical text."""
    return json.dumps(
        {
            "action": action,
            "actor_id": None if actor_id is None else str(actor_id),
            "actor_kind": actor_kind,
            "at": moment(at),
            "details": details,
            "network_digest": None if digest is None else digest.hex(),
            "request_id": request_id,
            "subject_id": None if subject_id is None else str(subject_id),
            "subject_kind": subject_kind,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds: one text for one moment."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def genesis(org_id: UUID) -> bytes:
    """The hash before an organisation's first entry: its chain cannot be passed off as another's."""
    return sha256(GENESIS_TEXT + str(org_id).encode()).digest()


def entry_hash(previous: bytes, number: int, text: str) -> bytes:
    """The hash of the entry with this number and body, after the one with the hash `previous`."""
    return sha256(previous + number.to_bytes(8, "big", signed=True) + text.encode()).digest()


def network_digest(salt: bytes, network: str) -> bytes:
    """What an entry says of a network address for ever."""
    return sha256(salt + network.encode()).digest()
