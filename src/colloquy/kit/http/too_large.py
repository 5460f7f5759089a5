"""Bodies over the limit, told like every other error. Pure ASGI, see `request_id`.

Starlette's own middleware counts the bytes, and answers in plain text as soon as a body is announced that is too long,
in place of whatever would have been said. Here that answer becomes a problem document, or a page. Both stand inside
`SecurityHeaders` and `ReaderLanguage`, so that a refusal is guarded and worded like any other answer.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from colloquy.kit.http.problem import TOO_LARGE, ErrorPage, problem, title_of, too_large_in_words, wants_page

_STATUS = 413


class BodyLimit:
    """Reads no more of a body than `most` bytes, or than the route says for itself (`max_body_size`)."""

    def __init__(self, app: ASGIApp, most: int, page: ErrorPage | None = None) -> None:
        self._limited = RequestBodyLimitMiddleware(app, most)
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (or passes on what is not HTTP)."""
        if scope["type"] != "http":
            await self._limited(scope, receive, send)
            return
        replaced = False

        async def send_in_form(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                replaced = message["status"] == _STATUS and kind.startswith("text/plain")
                if replaced:
                    await self._tell(scope, receive, send)
            if not replaced:
                await send(message)

        await self._limited(scope, receive, send_in_form)

    async def _tell(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self._page is not None and wants_page(request):
            answer = await self._page(request, _STATUS, title_of(_STATUS), too_large_in_words(), TOO_LARGE)
        else:
            answer = problem(_STATUS, TOO_LARGE, too_large_in_words())
        await answer(scope, receive, send)
