"""The scoring API: scorecards, decisions, corrections, comments, and who is asked to review."""

from fastapi import APIRouter

from colloquy.contexts.scoring.routes.comments import router as comments
from colloquy.contexts.scoring.routes.panel import router as panel
from colloquy.contexts.scoring.routes.review import router as review
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["Review"], dependencies=[CsrfChecked])
for part in (review, comments, panel):
    router.include_router(part)

__all__ = ["router"]
