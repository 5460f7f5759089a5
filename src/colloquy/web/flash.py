"""A message that survives one redirect, in a signed cookie: "Interview published.", shown once."""

from __future__ import annotations

import base64
import json

from fastapi import Request, Response

from colloquy.kit.crypto import Secret
from colloquy.kit.http import cookies
from colloquy.kit.http.state import provided

COOKIE = "colloquy_flash"
_LONGEST = 300


def leave(request: Request, response: Response, text: str, kind: str = "good", undo_action: str = "") -> None:
    """Leaves `text` for the next page. `kind` is `good`, `warn` or `bad`."""
    body = base64.urlsafe_b64encode(json.dumps([kind, text[:_LONGEST], undo_action]).encode()).decode()
    signature = provided(request).get(Secret).sign("flash", body)
    cookies.put(request, response, COOKIE, f"{body}.{signature}", seconds=60)


def messages(request: Request) -> list[dict[str, str]]:
    """The message left by the request before, as `[{"kind", "text", "undo_action"}]`; empty when there is none."""
    body, _, signature = (cookies.given(request, COOKIE) or "").partition(".")
    if not body or not provided(request).get(Secret).signed_by_us("flash", body, signature):
        return []
    kind, text, undo_action = json.loads(base64.urlsafe_b64decode(body))
    return [{"kind": kind, "text": text, "undo_action": undo_action}]


def clear(request: Request, response: Response) -> None:
    """Forgets the message once a page has shown it."""
    if cookies.given(request, COOKIE) is not None:
        cookies.take_back(request, response, COOKIE)
