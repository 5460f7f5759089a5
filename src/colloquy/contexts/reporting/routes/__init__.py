"""The reporting API."""

from fastapi import APIRouter

from colloquy.contexts.reporting.routes.again import router as again
from colloquy.contexts.reporting.routes.agreement import router as agreement
from colloquy.contexts.reporting.routes.board import router as board
from colloquy.contexts.reporting.routes.granting import router as granting
from colloquy.contexts.reporting.routes.my_data import router as my_data
from colloquy.contexts.reporting.routes.sessions import router as sessions
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["Reports"], dependencies=[CsrfChecked])
router.include_router(agreement)
router.include_router(board)
router.include_router(again)
router.include_router(sessions)
router.include_router(granting)

candidates = APIRouter(dependencies=[CsrfChecked])
candidates.include_router(my_data)

__all__ = ["candidates", "router"]
