"""Server-sent events as an ASGI answer of our own.

Starlette's StreamingResponse costs a task group and a wrapped send for every event; here an event is one `send`. The
events stop being made when the reader has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import cast

import msgspec
from fastapi import Response
from starlette.types import Receive, Scope, Send

from colloquy.contexts.conversations.errors import ConversationNotFound
from colloquy.contexts.conversations.service.follow import Event
from colloquy.kit import log
from colloquy.kit.i18n import gettext as _

_log = log.get_logger(__name__)
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy that collects events makes them worthless
]


class EventStream(Response):
    """Answers with `events` until they end or the reader leaves."""

    def __init__(self, events: AsyncIterator[Event]) -> None:
        self.status_code = 200
        self.background = None
        self.raw_headers = list(_HEADERS)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Sends the events."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_all(send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            for task in (sending, leaving):
                with suppress(asyncio.CancelledError):
                    await task

    async def _send_all(self, send: Send) -> None:
        events = cast("AsyncGenerator[Event, None]", self._events)
        try:
            async for event in events:
                await send({"type": "http.response.body", "body": encode(event), "more_body": True})
        except ConversationNotFound:
            await send({"type": "http.response.body", "body": encode(_gone()), "more_body": True})
        except OSError:  # the reader left in the middle of a line
            return
        except Exception as error:  # noqa: BLE001 - the edge: headers are out, so this is the only way to say it
            _log.warning("A stream of events broke", exc_info=error)
            await send({"type": "http.response.body", "body": encode(_broke()), "more_body": True})
        finally:
            await events.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _broke() -> Event:
    text = _("Something did not answer. Nothing is lost; go on in a moment.")
    return Event("error", {"code": "unavailable", "message": text, "retry": True})


def _gone() -> Event:
    text = _("This conversation is not there any more.")
    return Event("error", {"code": ConversationNotFound.code, "message": text, "retry": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def encode(event: Event) -> bytes:
    """An event as it stands on the wire; one without a name is a comment that keeps the connection open."""
    if not event.name:
        return b": still here\n\n"
    data = msgspec.json.encode(event.data)
    place = b"" if event.position is None else b"id: %s\n" % str(event.position).encode()
    return b"event: %s\n%sdata: %s\n\n" % (event.name.encode(), place, data)
