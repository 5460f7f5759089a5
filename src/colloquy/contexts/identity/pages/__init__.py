"""Identity's HTML: the entrance, the team, the settings, one's own account."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.identity.pages import account, entrance, join, logo, settings, team
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
for _part in (entrance, join, team, settings, logo, account):
    router.include_router(_part.router)
