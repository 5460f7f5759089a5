"""The notices that this organisation's candidates were shown, word by word."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.privacy.service import shown
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

HOME = "/settings/notices"
router = APIRouter(prefix=HOME)


@router.get("")
async def notices(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Which there are, since when, and how many candidates decided on each."""
    found = await shown.notices(db, actor)
    return pages.render(request, "privacy/notices.html", section="settings", notices=found)


@router.get("/{notice_hash}")
async def notice(request: Request, notice_hash: str, actor: CurrentActor, db: DbSession) -> Response:
    """One of them, exactly as it was shown."""
    found = await shown.notice(db, actor, notice_hash)
    return pages.render(request, "privacy/notice.html", section="settings", notice=found)
