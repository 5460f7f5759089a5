"""Interviews as JSON, under /api."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.interviews.routes import competencies, interviews, links, questions, vacancies
from colloquy.web.csrf import CsrfChecked

router = APIRouter(dependencies=[CsrfChecked])
for part in (vacancies.router, interviews.router, questions.router, competencies.router, links.router):
    router.include_router(part)

__all__ = ["router"]
