"""The candidate's API."""

from colloquy.contexts.sessions.routes.leaving import router as leaving
from colloquy.contexts.sessions.routes.room import router
from colloquy.contexts.sessions.routes.uploads import router as uploads

__all__ = ["leaving", "router", "uploads"]
