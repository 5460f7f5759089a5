"""The delivery log, and one message of it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.webhooks.errors import EndpointOff, NothingToSend
from colloquy.contexts.webhooks.policy import signing
from colloquy.contexts.webhooks.policy.states import KEPT_DAYS, PROBLEMS, REASONS, MessageState
from colloquy.contexts.webhooks.queries.messages import Wanted
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import again, change, reading
from colloquy.kit.address import PublicAddress
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

HOME = "/settings/webhooks/messages"
router = APIRouter(prefix=HOME)
TheAddress = Annotated[PublicAddress, instance(PublicAddress)]


@router.get("")
async def log(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    endpoint: str = "",
    state: str = "",
    type: str = "",  # noqa: A002 - the parameter's name in the address
    before: str = "",
) -> Response:
    """What was sent, the newest first. A filter that makes no sense filters nothing."""
    endpoints = {row.id: row.description or row.url for row in await change.endpoints(db, actor)}
    wanted = Wanted(
        endpoint_id=chosen if (chosen := _id(endpoint)) in endpoints else None,
        state=MessageState(state) if state in set(MessageState) else None,
        event_type=type if type in CATALOGUE else None,
        before=_id(before),
    )
    found = await reading.log(db, actor, wanted)

    def address(**other: str) -> str:
        given = {
            "endpoint": str(wanted.endpoint_id or ""),
            "state": wanted.state.value if wanted.state else "",
            "type": wanted.event_type or "",
            **other,
        }
        query = urlencode({key: value for key, value in given.items() if value})
        return f"{HOME}?{query}" if query else HOME

    return pages.render(
        request,
        "webhooks/log.html",
        section="settings",
        deliveries=[{"row": row, "last": found.last.get(row.id)} for row in found.messages],
        endpoints=endpoints,
        chosen=wanted,
        counts=found.counts,
        states=[(one.value, address(state=one.value)) for one in MessageState],
        everything=address(state=""),
        types=list(CATALOGUE),
        newest=address() if wanted.before else None,
        older=address(before=str(found.older)) if found.older else None,
        problems=PROBLEMS,
        days=KEPT_DAYS,
    )


@router.get("/{message_id}")
async def message(
    request: Request, message_id: UUID, actor: CurrentActor, db: DbSession, address: TheAddress
) -> Response:
    """One message: what is sent, and every try."""
    found = await reading.detail(db, actor, address, message_id)
    row = found.message
    endpoint = await change.endpoint(db, actor, row.endpoint_id)
    known: dict[str, Any] = {
        "message": row,
        "webhook_id": signing.message_id(row.id),
        "body": found.body,
        "tries": found.tries,
        "endpoint": {"id": endpoint.id, "name": endpoint.description or endpoint.url, "enabled": endpoint.enabled},
    }
    return pages.render(
        request, "webhooks/message.html", section="settings", problems=PROBLEMS, reasons=REASONS, **known
    )


@router.post("/{message_id}/send-again")
async def send_again(request: Request, message_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Sends it once more."""
    address = f"{HOME}/{message_id}"
    try:
        await again.send_again(db, actor, message_id)
    except (EndpointOff, NothingToSend) as refusal:
        return pages.see_other(request, address, refusal.message, kind="bad")
    return pages.see_other(request, address, _("The message is sent again."))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
