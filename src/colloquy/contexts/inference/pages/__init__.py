"""The page "Models and keys", and the forms behind it."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.inference.pages import budget, keys, models
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
for _part in (budget, keys, models):
    router.include_router(_part.router)
