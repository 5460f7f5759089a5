"""The candidate's pages, under the clean address `/{token}`."""

from fastapi import APIRouter

from colloquy.contexts.sessions.pages import agreeing, answering, arriving, leaving

router = APIRouter(include_in_schema=False)
for part in (arriving, agreeing, answering, leaving):
    router.include_router(part.router)

__all__ = ["router"]
