"""Signed addresses of recordings: they open one rendition of one recording for an hour."""

from __future__ import annotations

from typing import Literal, get_args
from uuid import UUID

from colloquy.contexts.media.errors import AddressExpired
from colloquy.kit import audit, clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

Rendition = Literal["playback", "thumbnail", "captions", "original"]
RENDITIONS: frozenset[str] = frozenset(get_args(Rendition))
_PURPOSE = "media-address"
SECONDS = 3600


def media_address(
    secret: Secret, scope: Scope, recording_id: UUID, rendition: Rendition, *, seconds: int = SECONDS
) -> str:
    """The path that opens `rendition` until `seconds` from now. Whoever has it may look: treat it as a key.

    Made for a viewer, it opens nothing any more once the interview is not shared with them. Whom it is made for is
    signed with it: a look is noted in the audit log as theirs.
    """
    expires, reader = int(clock.now().timestamp()) + seconds, audit.current_reader()
    signature = secret.sign(_PURPOSE, _signed(scope, recording_id, rendition, expires, reader))
    viewer = f"&viewer={scope.viewer_id}" if scope.viewer_id else ""
    made_for = f"&reader={reader}" if reader else ""
    address = f"/media/{scope.org_id}/{recording_id}/{rendition}"
    return f"{address}?expires={expires}&signature={signature}{viewer}{made_for}"


def reader_of(reader: str) -> tuple[str, UUID | None]:
    """Kind and id of whom a checked address was made for; nobody when a program made it."""
    kind, _dot, actor_id = reader.partition(".")
    return (kind, UUID(actor_id)) if actor_id else ("nobody", None)


def check_address(
    secret: Secret, scope: Scope, recording_id: UUID, rendition: str, expires: int, signature: str, reader: str = ""
) -> None:
    """AddressExpired unless the signature is ours and its hour is not over. The answer is the same for both."""
    ours = secret.signed_by_us(_PURPOSE, _signed(scope, recording_id, rendition, expires, reader), signature)
    if not ours or expires < clock.now().timestamp():
        raise AddressExpired(_("This address of a recording is no longer valid. Reload the page that showed it."))


def _signed(scope: Scope, recording_id: UUID, rendition: str, expires: int, reader: str) -> str:
    return f"{scope.org_id}/{recording_id}/{rendition}/{expires}/{scope.viewer_id or ''}/{reader}"
