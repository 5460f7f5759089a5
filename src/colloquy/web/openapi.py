"""The API's description at `/api/openapi.json` (OpenAPI 3.1) and a page to try it at `/api/docs`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from colloquy.web import pages

router = APIRouter(include_in_schema=False)

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `detail` is written for a person.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
EVERYWHERE = {
    "400": "bad_request",
    "401": "not_signed_in",
    "403": "forbidden",
    "404": "not_found",
    "409": "refused",
    "422": "malformed",
    "429": "too_many_requests",
}
"""What any operation may answer, by the code of the plainest case: somebody signed out, a role that changed, a thing
that is gone or somebody else's, something done meanwhile, a character that is no text, too much at once. A program that
knows these knows what to expect everywhere; an operation that says more about one of them keeps its own words."""


@router.get("/api/docs")
async def try_it(request: Request) -> Response:
    """The interactive page. Its scripts are ours to serve: it works without a network."""
    return pages.render(request, "api_docs.html")


def install(app: FastAPI) -> None:
    """Makes every operation describe its errors as problems, in place of FastAPI's own shape."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                openapi_version="3.1.0",
                description="Interviews, candidates' answers and reports. Errors are RFC 9457 problems.",
                routes=app.routes,
                webhooks=app.webhooks.routes,
            )
            app.openapi_schema = _with_problems(schema)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign] # FastAPI documents this as the way


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = PROBLEM
    components.pop("HTTPValidationError", None)
    components.pop("ValidationError", None)
    for operations in schema.get("webhooks", {}).values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # what receivers answer is theirs
            operation["responses"].pop("200", None)
    for operations in schema.get("paths", {}).values():
        for operation in operations.values():
            responses = operation["responses"]
            if "422" in responses:
                responses["422"] = {"description": "malformed", "content": _CONTENT}
            for status, code in EVERYWHERE.items():
                responses.setdefault(status, {"description": code, "content": _CONTENT})
            if "requestBody" in operation:
                responses.setdefault("413", {"description": "too_large", "content": _CONTENT})
    return schema
