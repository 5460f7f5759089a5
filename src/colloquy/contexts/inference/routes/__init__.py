"""Models, keys, budget and usage as JSON, under /api."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.inference.routes import keys, models, usage
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["Models"], dependencies=[CsrfChecked])
for part in (models.router, keys.router, usage.router):
    router.include_router(part)

__all__ = ["router"]
