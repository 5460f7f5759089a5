"""Finding what an address of a recording opens."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.errors import RecordingNotFound
from colloquy.contexts.media.models import RecordingRow
from colloquy.contexts.media.policy.captions import webvtt
from colloquy.contexts.media.policy.names import with_ending
from colloquy.contexts.media.service.addresses import RENDITIONS
from colloquy.contexts.media.service.erase import FILES_GONE
from colloquy.kit.db import Scope, enter
from colloquy.kit.i18n import gettext as _
from colloquy.providers.speech.port import from_json
from colloquy.providers.transcoder import sniff


@dataclass(frozen=True, slots=True)
class Found:
    """A rendition: an object in storage (`key`), or text that is made on the spot; neither while it is made.

    `save_as` is the name under which a browser saves it instead of showing it.
    """

    content_type: str
    key: str | None = None
    text: str | None = None
    save_as: str | None = None


async def find(db: AsyncSession, scope: Scope, recording_id: UUID, rendition: str) -> Found:
    """What `rendition` of the recording is. Enters the tenant: the signed address was its permission."""
    await enter(db, scope)
    row = await queries.recording(db, scope, recording_id)
    if row is None or rendition not in RENDITIONS:
        raise RecordingNotFound(_("There is no such recording."))
    if row.files_gone_at is not None and rendition != "captions":
        raise RecordingNotFound(_(FILES_GONE))
    if rendition == "captions":
        stored = await queries.transcript(db, scope, recording_id)
        text = "WEBVTT\n" if stored is None else webvtt(from_json(stored.document))
        return Found("text/vtt; charset=utf-8", text=text)
    if rendition == "thumbnail":
        return Found("image/jpeg", key=row.thumbnail_key)
    if rendition == "original":
        # To be kept, never to be shown: it is whatever a stranger sent. A document's type was found in its content,
        # and saved with it a phone opens it in the right program.
        kind = row.content_type if row.kind == "file" and row.content_type else "application/octet-stream"
        return Found(kind, key=row.original_key, save_as=_name(row))
    return Found(row.playback_type or "video/mp4", key=row.playback_key)


def _name(row: RecordingRow) -> str:
    container = (row.facts or {}).get("container")
    if row.kind == "file" or container is None:
        return row.file_name or "recording"
    return with_ending(row.file_name or "recording", sniff.endings(container))
