"""Uploads by tus 1.0 (https://tus.io/protocols/resumable-upload) and the signed addresses of recordings.

The address of an upload is its key: whoever has it may continue it. Creation is in the sessions context,
which knows who may record. An acknowledged `Upload-Offset` means bytes that are encrypted and synced to disk.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from colloquy.contexts.media.errors import (
    NotReady,
    UnknownTusVersion,
    UploadExpired,
    UploadFinished,
    UploadNotFound,
    WrongUploadRequest,
    WrongUploadType,
)
from colloquy.contexts.media.policy.names import attachment
from colloquy.contexts.media.service import addresses, arrive, receive, renditions
from colloquy.contexts.media.service.tus import DIGITS, TUS_HEADERS, TUS_VERSION, number, require_tus, upload_headers
from colloquy.kit import audit
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import (
    CHECKSUMS,
    ChecksumMismatch,
    OffsetMismatch,
    UploadBusy,
    UploadSilent,
    UploadSpool,
    UploadTakenOver,
)

router = APIRouter(tags=["uploads"])
files = APIRouter(include_in_schema=False)

EXTENSIONS = "creation,creation-defer-length,termination,expiration,checksum"
MAX_BYTES = 1 << 40
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE_TYPE = "application/offset+octet-stream"

Spool = Annotated[UploadSpool, instance(UploadSpool)]
Db = Annotated[Database, instance(Database)]


@router.options("/public/uploads/{upload_id}", status_code=204)
async def describe_upload(upload_id: str) -> Response:  # noqa: ARG001 - named so that the description has it
    """What this tus server can do, asked at the address of an upload: the same for every one."""
    return await describe_uploads()


@router.options("/public/uploads", status_code=204)
async def describe_uploads() -> Response:
    """What this tus server can do."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": TUS_VERSION,
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            "Tus-Max-Size": str(MAX_BYTES),
        },
    )


@router.head("/public/uploads/{upload_id}", responses=problems(UploadNotFound, UploadExpired, UnknownTusVersion))
async def upload_offset(
    upload_id: str, database: Db, spool: Spool, tus_resumable: Annotated[str | None, Header()] = None
) -> Response:
    """How many bytes are durable: where the client continues.

    Who asks has most likely lost its connection, so an append that has been silent for a second ends before this
    answer, and its bytes count.
    """
    require_tus(tus_resumable)
    async with database.begin() as db:
        upload = await receive.open_upload(db, upload_id)
    if not upload.open:
        return Response(headers=upload_headers(upload, upload.total_bytes or 0))
    offset = await arrive.resume_at(spool, upload.recording_id)
    if upload.total_bytes is not None and offset >= upload.total_bytes:
        await arrive.finish_if_whole(database, spool, upload.scope, upload.recording_id)
    return Response(headers=upload_headers(upload, offset))


@router.patch(
    "/public/uploads/{upload_id}",
    status_code=204,
    responses=problems(
        *(UploadNotFound, UploadExpired, WrongUploadType, OffsetMismatch),
        *(UploadBusy, UploadTakenOver, UploadSilent, ChecksumMismatch, UnknownTusVersion),
    ),
    max_body_size=MAX_BYTES,
)
async def append_to_upload(
    upload_id: str,
    request: Request,
    database: Db,
    spool: Spool,
    tus_resumable: Annotated[str | None, Header()] = None,
    upload_offset: Annotated[str | None, Header()] = None,
    upload_length: Annotated[str | None, Header()] = None,
    upload_checksum: Annotated[str | None, Header()] = None,
) -> Response:
    """Appends the body. The answer comes when every byte of it is on the disk."""
    require_tus(tus_resumable)
    if request.headers.get("content-type") != _PIECE_TYPE:
        raise WrongUploadType(_("Send the piece as %(piece_type)s.", piece_type=_PIECE_TYPE))
    at, checksum = number(upload_offset, "Upload-Offset"), _checksum(upload_checksum)
    async with database.begin() as db:
        upload = await receive.open_upload(db, upload_id)
        if upload_length is not None and upload.open:
            total = number(upload_length, "Upload-Length")
            await receive.declare_length(db, upload.scope, upload.recording_id, total)
            upload = await receive.open_upload(db, upload_id)
    if not upload.open:
        if upload.total_bytes is not None and at == upload.total_bytes:
            return Response(status_code=204, headers=upload_headers(upload, at))
        raise UploadFinished(_("All bytes of this upload are here already."), offset=upload.total_bytes)
    try:
        offset = await arrive.append(database, spool, upload, at, request.stream(), checksum=checksum)
    except ClientDisconnect:  # nobody hears this answer, and it is no error of ours: the log says what happened
        return Response(status_code=499)
    return Response(status_code=204, headers=upload_headers(upload, offset))


def _checksum(header: str | None) -> tuple[str, bytes] | None:
    if header is None:
        return None
    name, _mark, digest = header.partition(" ")
    try:
        return name, base64.b64decode(digest, validate=True)
    except binascii.Error as error:
        raise WrongUploadRequest(
            _("Send Upload-Checksum as an algorithm, a space and the digest in base64.")
        ) from error


@router.delete(
    "/public/uploads/{upload_id}",
    status_code=204,
    responses=problems(UploadNotFound, UploadExpired, UploadFinished, UnknownTusVersion),
)
async def end_upload(
    upload_id: str, database: Db, spool: Spool, tus_resumable: Annotated[str | None, Header()] = None
) -> Response:
    """Gives an unfinished upload up: its bytes are deleted. A finished one stays."""
    require_tus(tus_resumable)
    async with database.begin() as db:
        upload = await receive.open_upload(db, upload_id)
        ended = await receive.give_up(
            db, upload.scope, upload.recording_id, "upload_given_up", N_("The upload was given up by its sender.")
        )
    if not ended:
        raise UploadFinished(_("This upload is finished and stays with the interview."))
    await spool.delete(receive.spool_name(upload.recording_id))
    return Response(status_code=204, headers=TUS_HEADERS)


@files.get("/media/{org_id}/{recording_id}/{rendition}")
async def play(
    org_id: UUID,
    recording_id: UUID,
    rendition: str,
    expires: int,
    signature: str,
    request: Request,
    db: DbSession,
    secret: Annotated[Secret, instance(Secret)],
    store: Annotated[ObjectStore, instance(ObjectStore)],
    viewer: UUID | None = None,
    reader: str = "",
) -> Response:
    """A rendition of a recording, whole or in ranges (RFC 9110 section 14)."""
    scope = Scope(org_id, viewer)
    addresses.check_address(secret, scope, recording_id, rendition, expires, signature, reader)
    found = await renditions.find(db, scope, recording_id, rendition)
    looked = ("recording", recording_id)
    # A player asks for many ranges: they are one look.
    who = addresses.reader_of(reader)
    audit.note(db, scope, audit.READ, subject=looked, details={"what": rendition}, once=True, actor=who)
    if found.text is not None:
        return Response(found.text, media_type=found.content_type, headers={"Cache-Control": "private, max-age=60"})
    if found.key is None:
        raise NotReady(_("This recording is still being prepared. Try again in a moment."))
    size = await store.size(found.key)
    start, end, status = _wanted(request.headers.get("range"), size)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Cache-Control": "private, max-age=3600",
        "Content-Disposition": attachment(found.save_as) if found.save_as else "inline",
        "X-Content-Type-Options": "nosniff",
    }
    if found.save_as:
        headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    if status == 206:  # noqa: PLR2004 - partial content
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    elif status == 416:  # noqa: PLR2004 - nothing of the range is there
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    body: AsyncIterator[bytes] = store.read(found.key, start, end)
    return StreamingResponse(body, status, headers=headers, media_type=found.content_type)


def _wanted(header: str | None, size: int) -> tuple[int, int, int]:
    """(start, end, status) for a Range header: one range is served, anything else gets the whole."""
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return 0, size, 200
    first, last = match.groups()
    if not first:
        length = min(int(last[:DIGITS]), size)
        return (size - length, size, 206) if length else (0, 0, 416)
    start = int(first[:DIGITS])
    end = min(int(last[:DIGITS]) + 1, size) if last else size
    return (start, end, 206) if start < end else (0, 0, 416)
