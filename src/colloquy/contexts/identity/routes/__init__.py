"""Identity as JSON, under /api."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.identity.routes import programs, roles, signing_in, team
from colloquy.web.csrf import CsrfChecked

auth = signing_in.router
router = APIRouter(dependencies=[CsrfChecked])
for part in (team, roles, programs):
    router.include_router(part.router)

__all__ = ["auth", "router"]
