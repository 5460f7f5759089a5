"""HTML of this context."""

from fastapi import APIRouter

from colloquy.contexts.impact.pages import own, report
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])
router.include_router(report.router)
router.include_router(own.router)
