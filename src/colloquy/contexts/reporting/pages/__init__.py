"""The recruiter's pages: the board, the review of a session, operations. And the candidate's own data."""

from fastapi import APIRouter

from colloquy.contexts.reporting.pages.accommodations import router as accommodations
from colloquy.contexts.reporting.pages.again import router as again
from colloquy.contexts.reporting.pages.board import router as board
from colloquy.contexts.reporting.pages.cohort import router as cohort
from colloquy.contexts.reporting.pages.erase import router as erase
from colloquy.contexts.reporting.pages.erasure import router as erasure
from colloquy.contexts.reporting.pages.erasures import router as erasures
from colloquy.contexts.reporting.pages.explanation import router as explanation
from colloquy.contexts.reporting.pages.holds import router as holds
from colloquy.contexts.reporting.pages.home import router as home
from colloquy.contexts.reporting.pages.keeping import router as keeping
from colloquy.contexts.reporting.pages.my_data import router as my_data
from colloquy.contexts.reporting.pages.noting import router as noting
from colloquy.contexts.reporting.pages.operations import router as operations
from colloquy.contexts.reporting.pages.panel import router as panel
from colloquy.contexts.reporting.pages.review import router as review
from colloquy.contexts.reporting.pages.taking_out import router as taking_out
from colloquy.contexts.reporting.pages.usage import router as usage
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
_PARTS = (
    home,
    board,
    again,
    cohort,
    review,
    noting,
    panel,
    accommodations,
    erase,
    operations,
    erasure,
    erasures,
    holds,
    keeping,
    taking_out,
    my_data,
    explanation,
    usage,
)
for part in _PARTS:
    router.include_router(part)

__all__ = ["router"]
