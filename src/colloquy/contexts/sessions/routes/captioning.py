"""Captions while a candidate speaks: sound comes in by a WebSocket, words go out by the same.

The browser sends binary messages, 16 kHz mono signed 16-bit little-endian; it gets `{"text", "final"}` for each
caption (see `Caption`), or `{"closed": reason}` before the server closes. Who may not have them gets no connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from colloquy.contexts.sessions.errors import CaptionsFull, NotYourSession
from colloquy.contexts.sessions.policy.hearing import Hearing
from colloquy.contexts.sessions.service import candidate, captions
from colloquy.contexts.sessions.service.captions import LiveCaptions, Speaking
from colloquy.kit import log
from colloquy.kit.address import PublicAddress
from colloquy.kit.db import Database
from colloquy.kit.errors import Refusal
from colloquy.kit.http.state import provided
from colloquy.kit.i18n import gettext as _
from colloquy.providers.speech.port import CaptionStream, SpeechUnavailable

router = APIRouter()

SILENT_SECONDS = 15.0
"""A microphone that is open sends without a pause; one that does not is gone."""
_CODES = {"over": 1000, "elsewhere": 1000, "malformed": 1003, "too_fast": 1008, "silent": 1001, "failed": 1011}
_FULL = 1013
_REFUSED = 1008
_log = log.get_logger(__name__)


@router.websocket("/ws/captions/{take_id}")
async def caption(socket: WebSocket, take_id: UUID) -> None:
    """Captions for the take that this candidate is recording, until it ends or either side closes."""
    found = provided(socket)
    offer = found.get(LiveCaptions)
    try:
        _require_same_origin(socket, found.get(PublicAddress))
        held = candidate.current(socket)
        async with found.get(Database).begin() as db:
            speaking = await captions.speaking(db, held.key, take_id)
    except Refusal:
        await socket.close(_REFUSED)
        return
    if not offer.offered(speaking.language):
        await socket.close(_REFUSED)
        return
    await socket.accept()
    with suppress(WebSocketDisconnect):  # the candidate was faster than our last word
        await _serve(socket, offer, speaking)


def _require_same_origin(socket: WebSocket, address: PublicAddress) -> None:
    """NotYourSession for a page of another site: a browser sends cookies along with its WebSockets as well."""
    if "authorization" in socket.headers:
        return  # a program, which rides on no cookie
    origin = socket.headers.get("origin", "")
    # A proxy may pass another Host on; the configured address is ours in any case.
    if origin != address.origin and urlsplit(origin).netloc != socket.headers.get("host"):
        raise NotYourSession(_("This request came from another site."))


async def _serve(socket: WebSocket, offer: LiveCaptions, speaking: Speaking) -> None:
    try:
        with offer.seat(speaking.session_id) as given_up:
            async with offer.live.open(speaking.language) as stream:
                reason = await _first(
                    speaking.seconds,
                    _listen(socket, stream, Hearing(speaking.seconds, time.monotonic())),
                    _tell(socket, stream),
                    _given_up(given_up),
                )
    except CaptionsFull:
        await socket.send_json({"closed": "full"})
        await socket.close(_FULL)
        return
    except SpeechUnavailable as error:
        _log.warning("Captions failed", why=error.message)
        reason = "failed"
    if reason != "left":
        await socket.send_json({"closed": reason})
        await socket.close(_CODES[reason])


async def _first(seconds: float, *parts: Coroutine[Any, Any, str]) -> str:
    """What the first of these returns or raises; the others are ended. `over` after so many seconds."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _others = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result() if done else "over"
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(socket: WebSocket, stream: CaptionStream, hearing: Hearing) -> str:
    while True:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                message = await socket.receive()
        except TimeoutError:
            return "silent"
        if message["type"] == "websocket.disconnect":
            return "left"
        pcm = message.get("bytes") or b""
        refused = hearing.refuses(len(pcm), time.monotonic())
        if refused is not None:
            return refused
        await stream.feed(pcm)


async def _tell(socket: WebSocket, stream: CaptionStream) -> str:
    async for said in stream.captions():
        await socket.send_json({"text": said.text, "final": said.final})
    return "failed"  # it ends by itself only when it is broken: nobody has said that the sound is over


async def _given_up(event: asyncio.Event) -> str:
    await event.wait()
    return "elsewhere"
