"""The certificate of an erasure: what went, how much of it, when, and what remains and why. No person is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from colloquy.kit.crypto import Secret

FORMAT = "colloquy-erasure-certificate"
VERSION = 1
_PURPOSE = "erasure-certificate"
MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """What it says. `counts` by kind of row, and `files`; `remains` says of each thing that stays why it does."""

    id: UUID
    session_id: UUID
    asked_by: str
    asked_at: datetime
    confirmed_at: datetime | None
    erased_at: datetime
    finished_at: datetime
    counts: Mapping[str, int]
    remains: Mapping[str, str]


def written(certificate: Certificate) -> str:
    """The text that is signed: JSON with sorted members and no spaces, the same bytes for the same certificate."""
    return _canonical(
        {
            "format": FORMAT,
            "version": VERSION,
            "id": str(certificate.id),
            "session": str(certificate.session_id),
            "asked_by": certificate.asked_by,
            "asked_at": _moment(certificate.asked_at),
            "confirmed_at": None if certificate.confirmed_at is None else _moment(certificate.confirmed_at),
            "erased_at": _moment(certificate.erased_at),
            "finished_at": _moment(certificate.finished_at),
            "erased": dict(certificate.counts),
            "remains": dict(certificate.remains),
        }
    )


def signed(secret: Secret, text: str) -> str:
    """The installation's signature of the text."""
    return secret.sign(_PURPOSE, text)


def document(text: str, signature: str) -> bytes:
    """The file that people get: the certificate with its signature, to be read and to be verified."""
    content = json.loads(text) | {"signature": signature}
    return json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"


def verified(secret: Secret, data: bytes | str) -> dict[str, Any] | None:
    """What the file says, when this installation signed exactly that; None for anything else."""
    if len(data) > MOST_CHARACTERS:
        return None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return None
    signature = content.pop("signature", None)
    if not isinstance(signature, str):
        return None
    try:
        return content if secret.signed_by_us(_PURPOSE, _canonical(content), signature) else None
    except UnicodeEncodeError:  # half of a character that only JSON can spell: we sign none
        return None


def _canonical(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
