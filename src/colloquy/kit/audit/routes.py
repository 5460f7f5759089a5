"""What a request is called in the log: by its address, which is a promise to callers and so does not change.

`POST /api/interviews/{interview_id}/publish` and `POST /interviews/{interview_id}/publish` are both
`interviews.publish`; `DELETE /api/interviews/{interview_id}` is `interviews.one.delete`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from colloquy.kit import clock
from colloquy.kit.audit.cause import SAFE_METHODS, ActorKind, Cause
from colloquy.kit.audit.noted import Noted

READ = "media.read"
QUIET = frozenset({"uploads.one.patch"})
"""Operations that are noted by what they lead to: the pieces of an upload, by its end."""
HOURLY = frozenset({"room.drafts", "room.tab"})
"""What a page does by itself every few seconds: once an hour for each candidate."""
_SPOKEN = frozenset({"role", "direction", "key", "rendition"})
"""Parts of addresses that are codes of ours. All others are ids, or secrets (`token`, `upload_id`) and stay out."""
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_LEFT_OUT = frozenset({"api", "public"})


def action_of(method: str, template: str) -> str:
    """The name of an operation. Addresses that begin with a candidate's secret are `candidate`'s."""
    words = []
    parts = template.strip("/").split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            if place == 0:
                words.append("candidate")
            elif place == len(parts) - 1:
                words.append("one")
        elif part not in _LEFT_OUT and part:
            words.append(re.sub(r"[^a-z0-9]+", "_", part.lower()))
    if method != "POST":
        words.append(method.lower())
    return ".".join(words) or "home"


def operations(routes: Any) -> Iterator[tuple[Any, str, str]]:
    """Every operation among `routes`: its endpoint, method and address as a template."""
    from fastapi.routing import iter_route_contexts  # commands that serve nothing do without it

    for route in iter_route_contexts(routes):
        if route.path and route.endpoint:
            for method in route.methods or ():
                yield route.endpoint, method, route.path


def operation(cause: Cause) -> list[Noted]:
    """The entry of an operation that nobody noted by a better name."""
    action = _action(cause)
    if action in QUIET:
        return []
    return [_noted(cause, action, {}, once=action in HOURLY)]


def read(cause: Cause) -> list[Noted]:
    """The entry of a reading that the route announces."""
    return [_noted(cause, READ, {"what": cause.reads}, once=True)]


def _noted(cause: Cause, action: str, details: dict[str, Any], *, once: bool) -> Noted:
    ids, codes = _said(cause.scope.get("path_params", {}))
    if ids:
        kind, subject = ids.pop()
    elif cause.kind is ActorKind.CANDIDATE and cause.actor_id is not None:
        kind, subject = "session", cause.actor_id
    else:
        kind, subject = "", None
    details |= {f"{name}_id": str(value) for name, value in ids} | codes
    known = cause.kind in {ActorKind.PERSON, ActorKind.SERVICE_ACCOUNT}
    return Noted(
        org_id=None,
        at=clock.now(),
        actor_kind=str(cause.kind),
        actor_id=cause.actor_id,
        action=action,
        subject_kind=kind,
        subject_id=subject,
        details=details,
        request_id=cause.request_id,
        network=cause.network if known else None,
        once=once,
    )


def _said(parameters: dict[str, Any]) -> tuple[list[tuple[str, UUID]], dict[str, str]]:
    """Ids in the address, in their order, and codes."""
    ids, codes = [], {}
    for name, value in parameters.items():
        if name in _SPOKEN and _CODE.fullmatch(str(value)):
            codes[name] = str(value)
        elif name.endswith("_id") and name not in {"org_id", "upload_id"}:
            try:
                ids.append((name.removesuffix("_id"), UUID(str(value))))
            except ValueError:
                continue
    return ids, codes


def _action(cause: Cause) -> str:
    app, endpoint = cause.scope.get("app"), cause.scope.get("endpoint")
    if app is None or endpoint is None:
        return "other"
    known = getattr(app.state, "audit_actions", None)
    if known is None or (endpoint, cause.method) not in known:
        known = {
            (found, method): action_of(method, path)
            for found, method, path in operations(app.routes)
            if method not in SAFE_METHODS
        }
        app.state.audit_actions = known
    return str(known.get((endpoint, cause.method), "other"))
