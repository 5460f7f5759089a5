"""The candidate's API of conversations. Authenticated by the candidate's cookie or header."""

from __future__ import annotations

from fastapi import APIRouter

from colloquy.contexts.conversations.routes import chat, looking, voice
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["conversations"], dependencies=[CsrfChecked])
router.include_router(chat.router)
router.include_router(voice.router)
router.include_router(looking.router)
