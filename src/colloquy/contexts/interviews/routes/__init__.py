"""Interviews as JSON, under /api."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.interviews.routes import competencies, interviews, links, questions
from colloquy.web.csrf import CsrfChecked

router = APIRouter(dependencies=[CsrfChecked])
for part in (interviews.router, questions.router, competencies.router, links.router):
    router.include_router(part)

__all__ = ["router"]
