"""Voice messages arriving."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile

from colloquy.contexts.conversations import schemas
from colloquy.contexts.conversations.errors import MessageNotFound, NotAVoice, VoiceEmpty, VoiceTooLarge
from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.routes import given
from colloquy.contexts.conversations.service import open as opening
from colloquy.contexts.conversations.service import read, views, voice
from colloquy.contexts.sessions.public import CurrentKey
from colloquy.kit.db import Scope
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.transcoder.sniff import HEAD_BYTES, container_of

router = APIRouter(prefix="/interview")

_PIECE = 1 << 20
_MOST_READ = 2 * limits.VOICE_BYTES
"""Bodies are cut off here; a file between the limit and this one is refused in words."""


@router.post(
    "/upload-voice",
    status_code=202,
    response_model=schemas.StoredView,
    responses={**given.OWN_PROBLEMS, **given.SAY_PROBLEMS, **problems(VoiceEmpty, VoiceTooLarge, NotAVoice)},
    max_body_size=_MOST_READ,
)
async def upload_voice(
    held: CurrentKey,
    parts: given.TheParts,
    spool: Annotated[UploadSpool, instance(UploadSpool)],
    file: UploadFile,
    conversation_id: Annotated[UUID, Form()],
    client_message_id: Annotated[UUID, Form()],
    tab: Annotated[schemas.Tab | None, Form()] = None,
) -> schemas.StoredView:
    """A voice message, up to five minutes or 25 MB. Its words arrive by themselves: see events, or history.

    What it is, its bytes say. The same `client_message_id` again is the same message.
    """
    head = await file.read(HEAD_BYTES)
    if not head:
        raise VoiceEmpty(_("The recording is empty. Record the message again, or write it."))
    if (file.size or 0) > limits.VOICE_BYTES:
        raise VoiceTooLarge(_("A voice message may have up to 25 MB. Record a shorter one, or send it in two parts."))
    if container_of(head) is None:
        raise NotAVoice(_("This file is not a recording. Record the message again, or write it."))
    await file.seek(0)
    async with parts.database.begin() as db:
        row, language = await given.locked(db, held, conversation_id, tab)
        scope, message = Scope(row.org_id), await voice.known_as(db, row, client_message_id)
        upload = None
        if message is None:
            upload = await voice.expect(db, row, language, file.content_type or "", file.size or 0)
    if upload is not None:
        await voice.receive(parts.database, spool, upload, _pieces(file))
        async with parts.database.begin() as db:
            row, _other = await given.locked(db, held, conversation_id, tab)
            message = await voice.keep(db, row, client_message_id, upload)
    async with parts.database.begin(scope) as db:
        row = await opening.own(db, scope, row.session_id, conversation_id)
        standing = read.standing(row, await read.messages(db, scope, conversation_id))
    if message is None:
        raise MessageNotFound(_("The message is not there any more."))
    return schemas.StoredView(message=views.message_view(message), conversation=views.standing_view(standing))


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
