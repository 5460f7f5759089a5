"""Where rules hold and what the product does for each, and the notices that candidates were shown."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.privacy.pages import jurisdictions, notices
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
for _part in (jurisdictions, notices):
    router.include_router(_part.router)

__all__ = ["router"]
