"""Webhooks for people: endpoints, the log, one message."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.webhooks.pages import endpoints, log
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
for _part in (log, endpoints):
    router.include_router(_part.router)
