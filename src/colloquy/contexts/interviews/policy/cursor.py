"""Places in lists that are read from the newest on: the id of the last item seen, as an opaque word."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID


def cursor(last: UUID) -> str:
    """The word for the place behind this item."""
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def place(word: str) -> UUID | None:
    """The item that the word stands for; None for anything that is not one of our words."""
    try:
        # The padding of a 16-byte value is always two signs.
        return UUID(bytes=base64.b64decode(word + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
