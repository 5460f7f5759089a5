"""Identity's HTML: the entrance, the team, the settings, one's own account."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.identity.pages import (
    account,
    api_keys,
    confirm,
    entrance,
    join,
    logo,
    passkeys,
    roles,
    second_factor,
    second_step,
    settings,
    sign_in_settings,
    sign_on,
    team,
)
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
for _part in (
    *(entrance, second_step, join, team, settings, sign_in_settings, roles, api_keys, logo),
    *(account, confirm, second_factor, passkeys, sign_on),
):
    router.include_router(_part.router)
