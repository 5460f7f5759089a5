"""Errors as answers: RFC 9457 problem documents for programs, pages for people.

The four kinds of failure (see `kit.errors`) become HTTP here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from procrastinate.exceptions import ConnectorException
from psycopg import Error as DriverError
from psycopg import OperationalError as DriverOperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from colloquy.kit import log
from colloquy.kit.errors import Malformed, Refusal, Transient
from colloquy.kit.http.language import speaking
from colloquy.kit.http.request_id import current_request_id
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.kit.outage import Outage, outage

TOO_LARGE = "too_large"
ErrorPage = Callable[[Request, int, str, str, str], Awaitable[Response]]

_log = log.get_logger(__name__)
_TITLES = {
    400: N_("Bad request"),
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    409: N_("Not possible now"),
    410: N_("Gone"),
    413: N_("Too large"),
    415: N_("Unsupported type"),
    422: N_("Malformed input"),
    423: N_("Busy"),
    429: N_("Too many requests"),
    500: N_("Something broke"),
    503: N_("Not available just now"),
    507: N_("Storage full"),
}
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
RETRY_SECONDS = 2
FULL_RETRY_SECONDS = 15
_PASSING = (Transient, OperationalError, InterfaceError, DriverOperationalError)
"""Beyond an outage these are locks that were waited for too long and the like: not the request's fault either."""


def title_of(status: int) -> str:
    """What a page about this status is called."""
    return _(_TITLES.get(status, N_("Not possible")))


def too_large_in_words() -> str:
    """What is said of a body over the limit."""
    return _("This is more than can be taken at once. Send less, or send it in parts.")


def problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """A problem document. `code` is stable and snake_case; `detail` is written for a person."""
    body = {
        "type": f"https://colloquy.dev/problems/{code}",
        "title": _(_TITLES.get(status, N_("Refused"))),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        **extra,
    }
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


def problems(*kinds: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: documents the refusals it can answer with, grouped by status."""
    grouped: dict[int | str, list[str]] = {}
    for kind in kinds:
        grouped.setdefault(kind.status, []).append(kind.code)
    return {
        status: {
            "description": ", ".join(sorted(set(codes))),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, codes in grouped.items()
    }


def wants_page(request: Request) -> bool:
    """Whether the one asking is a person in front of a browser, not a program."""
    path = request.url.path
    if path.startswith(("/api/", "/healthz", "/readyz", "/metrics", "/static/", "/media/")):
        return False
    return "text/html" in request.headers.get("accept", "")


def _allowed(request: Request) -> list[str]:
    """The methods that the request's address answers to: of all routes; Starlette tells those of the first."""
    routes = request.app.router.routes

    def answers(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    return [method for method in _METHODS if answers(method)]


def install(app: FastAPI, page: ErrorPage | None) -> None:  # noqa: C901 - a list of handlers, not a decision
    """Registers the handlers. `page(request, status, title, detail, code)` draws errors for people."""

    async def answer(
        request: Request, status: int, code: str, detail: str, *, wait: int | None = None, **extra: Any
    ) -> Response:
        headers = {} if wait is None else {"Retry-After": str(wait)}
        if page is not None and wants_page(request):
            response = await page(request, status, title_of(status), detail, code)
            response.headers.update(headers)
            return response
        return problem(status, code, detail, headers=headers, **extra)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)  # noqa: S101 - registered for this class
        extra = dict(error.extra)
        wait = extra.pop("retry_after", None)
        if isinstance(error, Malformed):
            extra["fields"] = error.fields
        return await answer(request, error.status, error.code, error.message, wait=wait, **extra)

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
        fields = {".".join(str(part) for part in item["loc"]): item["msg"] for item in error.errors()}
        return await answer(request, 422, "malformed", _("Some of the input could not be understood."), fields=fields)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
        ours = {404: _("There is nothing at this address."), 413: too_large_in_words()}
        detail = ours.get(error.status_code, error.detail)
        code = _TITLES.get(error.status_code, "refused").lower().replace(" ", "_")
        response = await answer(request, error.status_code, code, detail)
        response.headers.update(error.headers or {})
        if error.status_code == 405:
            response.headers["Allow"] = ", ".join(_allowed(request))
        return response

    async def unavailable(request: Request, error: Exception) -> Response:
        _log.warning("Something needed is not available", exc_info=error)
        wait = error.retry_after if isinstance(error, Transient) else None
        if outage(error) is Outage.FULL:
            detail = _(
                "The disk of this installation is full. Nothing that was saved is lost; try again when it has room."
            )
            return await answer(request, 507, "storage_full", detail, wait=int(wait or FULL_RETRY_SECONDS))
        detail = _("Colloquy cannot reach something it needs just now. Nothing was lost; try again in a moment.")
        return await answer(request, 503, "unavailable", detail, wait=int(wait or RETRY_SECONDS))

    async def passing(request: Request, error: Exception) -> Response:
        if outage(error) is None and not isinstance(error, _PASSING):
            raise error  # a bug: on to `broke`
        return await unavailable(request, error)

    async def broke(request: Request, error: Exception) -> Response:
        # Starlette answers for bugs outside of all other layers, where no language is being spoken. What is away comes
        # here out of those layers themselves.
        with speaking(request.scope):
            if outage(error) is not None or isinstance(error, _PASSING):
                return await unavailable(request, error)
            _log.error("Request failed", exc_info=error)
            detail = _("This is our fault. Nothing you entered was lost; quote the id below when you report it.")
            return await answer(request, 500, "internal", detail)

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http_error)
    for kind in (*_PASSING, SQLAlchemyError, DriverError, ConnectorException, PoolTimeout, OSError, ExceptionGroup):
        app.add_exception_handler(kind, passing)
    app.add_exception_handler(Exception, broke)
