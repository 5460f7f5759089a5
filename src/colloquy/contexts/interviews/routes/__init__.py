"""Interviews as JSON, under /api."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.interviews.routes import competencies, interviews, links, questions, sharing, vacancies
from colloquy.web.csrf import CsrfChecked

router = APIRouter(dependencies=[CsrfChecked])
for part in (vacancies, interviews, questions, competencies, links, sharing):
    router.include_router(part.router)

__all__ = ["router"]
