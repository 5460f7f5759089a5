"""Uploads that begin with a candidate: creation by tus, and a whole file in one request."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Header, Response, UploadFile

from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import ConsentMissing, NoTakesLeft, NotYourSession, QuestionClosed, SessionOver
from colloquy.contexts.sessions.policy.rules import LARGEST_FILE
from colloquy.contexts.sessions.service import devices, start, submit, takes
from colloquy.contexts.sessions.service.candidate import CurrentKey
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.errors import Malformed
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.transcoder.port import EmptyFile, NotMedia
from colloquy.providers.transcoder.sniff import HEAD_BYTES, container_of
from colloquy.web.csrf import CsrfChecked

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

router = APIRouter(prefix="/public", tags=["uploads"], dependencies=[CsrfChecked])

SecretKey = Annotated[Secret, instance(Secret)]
_PIECE = 1 << 20
_PROBLEMS = problems(NotYourSession, ConsentMissing, SessionOver, QuestionClosed, NoTakesLeft)


@router.post("/uploads", status_code=201, responses={**_PROBLEMS, **problems(media.UnknownTusVersion)})
async def create_upload(
    held: CurrentKey,
    db: DbSession,
    secret: SecretKey,
    tus_resumable: Annotated[str | None, Header()] = None,
    upload_length: Annotated[str | None, Header()] = None,
    upload_defer_length: Annotated[str | None, Header()] = None,
    upload_metadata: Annotated[str, Header()] = "",
) -> Response:
    """Tus creation: a take of the open question, named by `question_id` in Upload-Metadata.

    The take's id comes in `Colloquy-Take`, to be sent with the answer once all bytes are here.
    """
    media.require_tus(tus_resumable)
    metadata = _metadata(upload_metadata)
    try:
        question_id = UUID(metadata.get("question_id", ""))
    except ValueError as error:
        raise Malformed(_("Name the question: Upload-Metadata needs question_id.")) from error
    length = None
    if upload_length is not None:
        length = media.number(upload_length, "Upload-Length")
    elif upload_defer_length != "1":
        raise Malformed(_("Send Upload-Length, or Upload-Defer-Length: 1."))
    row = await start.lock_own(db, held.key)
    wanted = takes.Wanted(
        question_id,
        mime_type=metadata.get("filetype", ""),
        source=_source(metadata.get("source")),
        file_name=metadata.get("filename"),
        declared_bytes=length,
    )
    take = await takes.open_take(db, secret, row, wanted, await devices.key_row(db, held.key))
    upload = await media.open_upload(db, take.upload_url.rsplit("/", 1)[1])
    headers = {**media.upload_headers(upload, 0), "Location": take.upload_url, "Colloquy-Take": str(take.id)}
    return Response(status_code=201, headers=headers)


def _source(value: str | None) -> Literal["camera", "screen", "upload"]:
    match value:
        case None | "camera":
            return "camera"
        case "screen":
            return "screen"
        case "upload":
            return "upload"
    raise Malformed(_("Upload-Metadata source is camera, screen or upload."))


def _metadata(header: str) -> dict[str, str]:
    """Tus metadata: `key base64, key base64`."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Malformed(_("Upload-Metadata is not pairs of a key and a base64 value.")) from error
    return found


@router.post(
    "/upload-response",
    status_code=201,
    response_model=schemas.SavedAnswerView,
    responses={**_PROBLEMS, **problems(EmptyFile, NotMedia)},
    max_body_size=LARGEST_FILE,
)
async def upload_response(
    held: CurrentKey,
    database: Annotated[Database, instance(Database)],
    spool: Annotated[UploadSpool, instance(UploadSpool)],
    secret: SecretKey,
    question_id: Annotated[UUID, Form()],
    file: UploadFile,
) -> schemas.SavedAnswerView:
    """A whole recording in one request, which becomes the answer. Prefer tus where connections break.

    A file that is empty or no recording is refused before it costs a take.
    """
    head = await file.read(HEAD_BYTES)
    if not head:
        raise EmptyFile
    if container_of(head) is None:
        raise NotMedia
    await file.seek(0)
    async with database.begin() as db:
        row = await start.lock_own(db, held.key)
        wanted = takes.Wanted(
            question_id, mime_type=file.content_type or "", file_name=file.filename, declared_bytes=file.size
        )
        take = await takes.open_take(db, secret, row, wanted, await devices.key_row(db, held.key))
        upload = await media.open_upload(db, take.upload_url.rsplit("/", 1)[1])
    digest = sha256()
    received = await media.append(database, spool, upload, 0, _pieces(file, digest))
    async with database.begin() as db:
        row = await start.lock_own(db, held.key)
        await takes.stop_take(db, row, take.id, 0.0)
        answer_id = await submit.choose_take(db, row, question_id, take.id)
    return schemas.SavedAnswerView(
        answer_id=answer_id, take=take.number, received_bytes=received, sha256=digest.hexdigest()
    )


async def _pieces(file: UploadFile, digest: HASH) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        digest.update(piece)
        yield piece
