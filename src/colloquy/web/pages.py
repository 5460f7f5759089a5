"""Rendering pages: one function that every context calls, and the page for errors.

Each page is given the request, a CSRF token, the messages left by the request before and, when somebody is
signed in, `person`, `organisation` and the `navigation` they may use.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from colloquy.kit.http.request_id import current_request_id
from colloquy.web import csrf, flash, i18n
from colloquy.web.templating import build_environment

_LEADS_TO = {
    "second_factor_required": "/account/second-factor",
    "single_sign_on_required": "/sign-in/single-sign-on",
    "confirm_first": "/account/confirm",
}
"""Refusals that a page answers by itself, by their code."""


class Pages:
    """The template environment, built once an application."""

    def __init__(self) -> None:
        self.environment = build_environment()


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """The page `template` with `context`. Sets the CSRF cookie when the browser has none."""
    html = render_text(request, template, **context)
    response = HTMLResponse(html, status)
    response.headers["Cache-Control"] = "no-store"
    csrf.keep(request, response)
    flash.clear(request, response)
    return response


def render_text(request: Request, template: str, /, **context: Any) -> str:
    """The same as text, for fragments and for pages inside other answers."""
    environment = request.app.state.pages.environment
    shared = {
        "request": request,
        "csrf_token": csrf.token(request),
        "messages": flash.messages(request),
        **getattr(request.state, "page_context", {}),
    }
    values = {**shared, **context}
    i18n.page_language(values)
    return str(environment.get_template(template).render(**values))


def see_other(
    request: Request, address: str, message: str | None = None, *, kind: str = "good", undo_action: str = ""
) -> Response:
    """After a form: go to `address` (303), with a message that the next page shows once.

    `undo_action` is the address of a POST that takes the change back; the message then has an Undo button.
    """
    response = RedirectResponse(address, 303)
    if message is not None:
        flash.leave(request, response, message, kind, undo_action)
    return response


async def error_page(request: Request, status: int, title: str, detail: str, code: str) -> Response:
    """The page for an error: what happened, what to do next, the id to quote. 401 leads to sign-in."""
    if status == 401:
        return RedirectResponse(f"/sign-in?next={_return_address(request)}", 303)
    if code in _LEADS_TO:
        return RedirectResponse(_LEADS_TO[code], 303)
    return render(
        request,
        "error.html",
        status=status,
        status_code=status,
        title=title,
        detail=detail,
        code=code,
        request_id=current_request_id(),
    )


def _return_address(request: Request) -> str:
    path = request.url.path
    if request.method != "GET":
        path = "/"
    elif request.url.query:
        path = f"{path}?{request.url.query}"
    return quote(path, safe="")
