"""Refusals of the webhooks context."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class EndpointNotFound(NotFound):
    """There is no such endpoint, or it is another organisation's."""

    code = "webhook_not_found"


class MessageNotFound(NotFound):
    """There is no such message, it is another organisation's, or it is older than 30 days."""

    code = "webhook_message_not_found"


class TooManyEndpoints(Refusal):
    """An organisation keeps a limited number of endpoints."""

    code = "too_many_webhooks"


class EndpointOff(Refusal):
    """Nothing is sent to an endpoint that is switched off."""

    code = "webhook_off"


class NothingToSend(Refusal):
    """The message's content is gone, with the candidate whom it was about."""

    code = "webhook_message_erased"
