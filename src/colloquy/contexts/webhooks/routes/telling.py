"""The `webhooks` of the API's description: the same schemas by which messages are made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header

from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE, TEST, EventType, Test, envelope

told = APIRouter(tags=["Webhooks"])
_ANSWERS: dict[int | str, dict[str, Any]] = {
    "2XX": {"description": "Any of them: the message arrived."},
    "410": {"description": "The address is gone for good: the endpoint is switched off."},
    "default": {"description": "Anything else, redirects too, is a failure: up to ten tries over 75 hours."},
}


def _describe(one: EventType) -> None:
    schema = envelope(one.name, one.data)

    async def receive(
        body: Any,
        webhook_id: Annotated[str, Header(description="The same on every try.")],
        webhook_timestamp: Annotated[int, Header(description="Seconds since 1970: when this try was made.")],
        webhook_signature: Annotated[str, Header(description="`v1,…`, one for each secret, between spaces.")],
    ) -> None:
        """Never called: FastAPI reads its parameters."""

    receive.__annotations__["body"] = schema
    name = one.name.replace(".", "_")
    described = told.post(
        one.name, summary=one.words, description=one.data.__doc__ or "", operation_id=name, responses=_ANSWERS
    )
    described(receive)


for _one in (*CATALOGUE.values(), EventType(TEST, "A test event", Test)):
    _describe(_one)
