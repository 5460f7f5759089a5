"""Webhooks as JSON, under /api; and what is told by them, for the API's description."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.webhooks.routes import endpoints, messages
from colloquy.contexts.webhooks.routes.telling import told
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["Webhooks"], dependencies=[CsrfChecked])
for part in (endpoints.router, messages.router):
    router.include_router(part)

__all__ = ["router", "told"]
