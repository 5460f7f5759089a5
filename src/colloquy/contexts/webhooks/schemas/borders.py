"""Endpoints and messages as they come in and go out. A secret goes out once, when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from colloquy.contexts.webhooks.policy.drafts import EndpointDraft
from colloquy.contexts.webhooks.policy.states import MessageState, Stopped
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.moments import Moment
from colloquy.providers.outbound.errors import OutboundRefused
from colloquy.providers.outbound.guard import HTTPS, Guard

Given = TypeVar("Given", bound=BaseModel)


def _known(names: list[str]) -> list[str]:
    if not names:
        raise ValueError(_("Choose at least one event."))
    if set(names) - CATALOGUE.keys():
        raise ValueError(_("Choose events of the list."))
    return [name for name in CATALOGUE if name in names]


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError(_("Use visible characters on one line only."))
    return text


Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_visible)]
EventTypes = Annotated[list[str], AfterValidator(_known), Field(description="Of GET /api/webhook-event-types.")]


class EndpointInput(BaseModel):
    """An endpoint. Its address is public, begins with https:// and is asked as it stands: redirects are failures."""

    model_config = ConfigDict(strict=True, extra="forbid")

    url: Url
    description: Description = ""
    event_types: EventTypes
    enabled: bool = True

    def draft(self, guard: Guard) -> EndpointDraft:
        """As the use cases take it. Malformed, with what to change, when the address may not be asked."""
        try:
            url = guard.check(self.url, schemes=HTTPS)
        except OutboundRefused as refused:
            raise Malformed(refused.message, fields={"url": refused.message}) from refused
        return EndpointDraft(url, self.description, tuple(self.event_types), enabled=self.enabled)


class SendFailed(BaseModel):
    """From which moment on."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[Moment, Field(description="With its offset from UTC.")]


class EventTypeView(BaseModel):
    """A type of event, and what it means."""

    type: str
    description: str


class EndpointView(BaseModel):
    """An endpoint. `stopped`: we switched it off, and why. `failing_since`: nothing was accepted since.
    `previous_secret_until`: until then messages carry a second signature, by the secret before.
    """

    id: UUID
    url: str
    description: str
    event_types: list[str]
    enabled: bool
    stopped: Stopped | None
    stopped_at: datetime | None
    failing_since: datetime | None
    previous_secret_until: datetime | None
    created_at: datetime


class EndpointWithSecret(EndpointView):
    """The same with its secret, this once."""

    secret: str


class TryView(BaseModel):
    """One try. `problem` is stable: timeout, connect, tls, protocol, redirect, status, private, unknown, address,
    secret. `answer` is the first kilobyte of what came back.
    """

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    status: int | None
    problem: str | None
    duration_ms: int
    answer: str


class MessageView(BaseModel):
    """A message. `reason` says why it ended undelivered: exhausted, gone, off, stopped or erased."""

    id: UUID
    webhook_id: Annotated[str, Field(description="As in the header of that name.")]
    endpoint_id: UUID
    type: str
    timestamp: datetime
    state: MessageState
    reason: str | None
    tries: int
    next_try_at: datetime | None
    ended_at: datetime | None
    last_try: TryView | None


class MessageDetail(MessageView):
    """The same with what is sent (None: the candidate was erased) and every try."""

    body: str | None
    all_tries: list[TryView]


class MessagesView(BaseModel):
    """A page of the log, the newest first."""

    items: list[MessageView]
    next_cursor: UUID | None


class Queued(BaseModel):
    """How many messages are sent again."""

    messages: int


class Sent(BaseModel):
    """Which message was queued."""

    message_id: UUID


def understood(kind: type[Given], **values: object) -> Given:
    """A form as its schema. Malformed, with a sentence for each field."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise _malformed(error) from None


def _malformed(error: ValidationError) -> Malformed:
    fields = {str(one["loc"][0]): _said(one) for one in error.errors()}
    return Malformed(_("Some fields need another look."), fields=fields)


def _said(one: ErrorDetails) -> str:
    match one["type"]:
        case "value_error":
            return str(one["ctx"]["error"])
        case "string_too_short":
            return _("Write the address that messages are sent to.")
        case "string_too_long":
            return _("This is too long.")
    return one["msg"]
