"""The keys in a candidate's browser: one cookie, the sessions it has begun, the latest first.

Each entry is `organisation.session.secret.link`: the first two find the session, the third opens it, the last is
the link it was begun by, so that pages can lead back to it. The cookie is HttpOnly; only hashes are stored here.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

COOKIE = "colloquy_candidate"
KEPT = 4
DAYS = 60
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a session: kept by the candidate's browser, stored as a hash."""

    org_id: UUID
    session_id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key and the link that it was got by."""

    key: Key
    token: str

    def text(self) -> str:
        """The entry as it stands in the cookie."""
        return f"{self.key.org_id.hex}.{self.key.session_id.hex}.{self.key.secret}.{self.token}"


def held_keys(cookie: str) -> list[HeldKey]:
    """The keys in the cookie; entries that cannot be read are passed over."""
    found = (_entry(text) for text in cookie.split("/")[:KEPT])
    return [entry for entry in found if entry is not None]


def _entry(text: str) -> HeldKey | None:
    parts = text.split(".")
    if len(parts) != _PARTS or not parts[2]:
        return None
    try:
        return HeldKey(Key(UUID(hex=parts[0]), UUID(hex=parts[1]), parts[2]), parts[3])
    except ValueError:
        return None


def with_first(keys: list[HeldKey], first: HeldKey) -> str:
    """The cookie with `first` in front: the session that the API speaks of from now on."""
    others = [key for key in keys if key.key.session_id != first.key.session_id]
    return "/".join(key.text() for key in [first, *others][:KEPT])
