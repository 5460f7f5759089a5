"""The candidate's API."""

from colloquy.contexts.sessions.routes.room import router
from colloquy.contexts.sessions.routes.uploads import router as uploads

__all__ = ["router", "uploads"]
