"""The recruiter's pages of interviews. Each works as plain forms; scripts only make it quicker."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.interviews.pages import (
    bank,
    competencies,
    details,
    editor,
    invite,
    listing,
    paths,
    places,
    preview,
    questions,
    rubric,
    sharing,
    vacancies,
)
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
# `listing` and `vacancies` first: `/interviews/new` is not the interview called "new".
for _part in (
    *(listing, vacancies, bank, editor, details, places, questions, competencies, rubric, invite, sharing),
    *(preview, paths),
):
    router.include_router(_part.router)

__all__ = ["router"]
