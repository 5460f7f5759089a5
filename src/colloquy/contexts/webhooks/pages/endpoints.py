"""The list of webhooks, and the forms for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.webhooks.errors import EndpointOff, TooManyEndpoints
from colloquy.contexts.webhooks.models import EndpointRow
from colloquy.contexts.webhooks.policy.states import KEPT_DAYS, OVERLAP_HOURS, PROBLEMS
from colloquy.contexts.webhooks.queries.messages import Wanted
from colloquy.contexts.webhooks.schemas import borders
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import again, change, reading
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.providers.outbound.guard import Guard
from colloquy.web import pages

HOME = "/settings/webhooks"
router = APIRouter(prefix=HOME)
Text = Annotated[str, Form()]
Names = Annotated[list[str], Form()]
TheSecret = Annotated[Secret, instance(Secret)]
TheGuard = Annotated[Guard, instance(Guard)]
_SINCE = {
    "1": timedelta(hours=1),
    "24": timedelta(hours=24),
    "120": timedelta(days=5),
    "720": timedelta(days=KEPT_DAYS),
}


@router.get("")
async def webhooks(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Every webhook and how it does."""
    rows = await change.endpoints(db, actor)
    return pages.render(request, "webhooks/list.html", section="settings", endpoints=[_shown(row) for row in rows])


@router.get("/new")
async def new_webhook(request: Request, actor: CurrentActor) -> Response:
    """The form for a webhook."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    chosen = ["session.completed", "report.ready", "session.decided", "candidate.erased"]
    return _form(request, {"url": "", "description": "", "event_types": chosen})


@router.post("")
async def add_webhook(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: TheSecret,
    guard: TheGuard,
    url: Text = "",
    description: Text = "",
    event_types: Names = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Adds a webhook and shows its secret, this once."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    values = {"url": url, "description": description, "event_types": event_types}
    try:
        draft = borders.understood(borders.EndpointInput, **values).draft(guard)
        row, value = await change.add_endpoint(db, secret, actor, draft)
    except Malformed as error:
        return _form(request, values, errors=error.fields, status=422)
    except TooManyEndpoints as refusal:
        return _form(request, values, errors={"url": refusal.message}, status=refusal.status)
    return _secret(request, row, value, rotated=False)


@router.get("/{endpoint_id}")
async def webhook(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """One webhook, with the newest of its log."""
    row = await change.endpoint(db, actor, endpoint_id)
    found = await reading.log(db, actor, Wanted(endpoint_id), limit=10)
    return pages.render(
        request,
        "webhooks/endpoint.html",
        section="settings",
        endpoint=_shown(row),
        deliveries=[{"row": one, "last": found.last.get(one.id)} for one in found.messages],
        counts=found.counts,
        problems=PROBLEMS,
        hours=OVERLAP_HOURS,
    )


@router.get("/{endpoint_id}/edit")
async def edit_webhook(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The form for a webhook that is there."""
    row = await change.endpoint(db, actor, endpoint_id)
    values = {"url": row.url, "description": row.description, "event_types": row.event_types}
    return _form(request, values, row=row)


@router.post("/{endpoint_id}/edit")
async def change_webhook(
    request: Request,
    endpoint_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    guard: TheGuard,
    url: Text = "",
    description: Text = "",
    event_types: Names = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Another address, other events."""
    row = await change.endpoint(db, actor, endpoint_id)
    values = {"url": url, "description": description, "event_types": event_types}
    try:
        draft = borders.understood(borders.EndpointInput, **values, enabled=row.enabled).draft(guard)
    except Malformed as error:
        return _form(request, values, row=row, errors=error.fields, status=422)
    await change.change_endpoint(db, actor, endpoint_id, draft)
    return pages.see_other(request, f"{HOME}/{endpoint_id}", _("The webhook was saved."))


@router.post("/{endpoint_id}/rotate")
async def rotate(
    request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession, secret: TheSecret
) -> Response:
    """A new secret, shown this once."""
    row, value = await change.rotate_secret(db, secret, actor, endpoint_id)
    return _secret(request, row, value, rotated=True)


@router.post("/{endpoint_id}/enable")
async def enable(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Sends to it again."""
    await change.enable_endpoint(db, actor, endpoint_id, enabled=True)
    return pages.see_other(request, f"{HOME}/{endpoint_id}", _("The webhook is on. What happens from now on is sent."))


@router.post("/{endpoint_id}/disable")
async def disable(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Sends nothing to it."""
    await change.enable_endpoint(db, actor, endpoint_id, enabled=False)
    undo = f"{HOME}/{endpoint_id}/enable"
    return pages.see_other(request, f"{HOME}/{endpoint_id}", _("The webhook is off."), undo_action=undo)


@router.get("/{endpoint_id}/delete")
async def ask_to_delete(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Asks once more."""
    row = await change.endpoint(db, actor, endpoint_id)
    return pages.render(request, "webhooks/delete.html", section="settings", endpoint=_shown(row))


@router.post("/{endpoint_id}/delete")
async def delete(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Deletes it with its log."""
    await change.remove_endpoint(db, actor, endpoint_id)
    return pages.see_other(request, HOME, _("The webhook and its log were deleted."))


@router.post("/{endpoint_id}/test")
async def test(request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Sends a test event and shows how it goes."""
    try:
        message_id = await again.send_test(db, actor, endpoint_id)
    except EndpointOff as refusal:
        return pages.see_other(request, f"{HOME}/{endpoint_id}", refusal.message, kind="bad")
    return pages.see_other(request, f"{HOME}/messages/{message_id}", _("A test event is on its way."))


@router.post("/{endpoint_id}/send-failed")
async def send_failed(
    request: Request, endpoint_id: UUID, actor: CurrentActor, db: DbSession, since: Text = "24"
) -> Response:
    """Sends once more what failed in the last hours."""
    moment = clock.now() - _SINCE.get(since, _SINCE["24"])
    try:
        number = await again.send_failed(db, actor, endpoint_id, moment)
    except EndpointOff as refusal:
        return pages.see_other(request, f"{HOME}/{endpoint_id}", refusal.message, kind="bad")
    words = (
        ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", number)
        if number
        else _("Nothing failed in that time.")
    )
    return pages.see_other(request, f"{HOME}/{endpoint_id}", words)


def _secret(request: Request, row: EndpointRow, value: str, *, rotated: bool) -> Response:
    return pages.render(
        request,
        "webhooks/secret.html",
        section="settings",
        endpoint=_shown(row),
        secret=value,
        rotated=rotated,
        hours=OVERLAP_HOURS,
    )


def _form(
    request: Request,
    values: dict[str, Any],
    *,
    row: EndpointRow | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "webhooks/form.html",
        status=status,
        section="settings",
        endpoint=_shown(row) if row else None,
        values=values,
        types=[(one.name, f"{_(one.words)} · {one.name}") for one in CATALOGUE.values()],
        errors=errors or {},
    )


def _shown(row: EndpointRow) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": row.id,
        "url": row.url,
        "name": row.description or row.url,
        "description": row.description,
        "event_types": row.event_types,
        "enabled": row.enabled,
        "stopped": row.stopped,
        "stopped_at": row.stopped_at,
        "failing_since": row.failing_since,
        "before_until": row.before_until if row.before_until and row.before_until > now else None,
        "created_at": row.created_at,
    }
