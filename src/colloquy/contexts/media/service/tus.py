"""The vocabulary of tus 1.0 that every upload endpoint speaks, whichever context it lives in."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime

from colloquy.contexts.media.errors import UnknownTusVersion, WrongUploadRequest
from colloquy.contexts.media.service.receive import Upload
from colloquy.kit.i18n import gettext as _

TUS_VERSION = "1.0.0"
TUS_HEADERS = {"Tus-Resumable": TUS_VERSION, "Cache-Control": "no-store"}
DIGITS = 15


def require_tus(version: str | None) -> None:
    """UnknownTusVersion unless the client speaks the version that we do."""
    if version != TUS_VERSION:
        raise UnknownTusVersion(_("Send the header Tus-Resumable: 1.0.0."))


def upload_headers(upload: Upload, offset: int) -> dict[str, str]:
    """What tus says of an upload: where it ends, how long it is, until when it may be continued."""
    expires = format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)
    headers = {**TUS_HEADERS, "Upload-Offset": str(offset), "Upload-Expires": expires}
    if upload.total_bytes is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.total_bytes)
    return headers


def number(value: str | None, name: str) -> int:
    """A header that must be a plain number of bytes."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > DIGITS:
        raise WrongUploadRequest(_("Send the header %(name)s as a number of bytes.", name=name))
    return int(value)
