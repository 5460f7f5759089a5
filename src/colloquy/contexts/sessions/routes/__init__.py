"""The candidate's API."""

from colloquy.contexts.sessions.routes.captioning import router as captions
from colloquy.contexts.sessions.routes.leaving import router as leaving
from colloquy.contexts.sessions.routes.room import router
from colloquy.contexts.sessions.routes.uploads import router as uploads

__all__ = ["captions", "leaving", "router", "uploads"]
