"""What language models were used for, and what it cost."""

from __future__ import annotations

from datetime import UTC, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.reporting.service.usage import GROUPS, PERIODS, usage_page
from colloquy.kit import clock
from colloquy.kit.http.state import DbSession
from colloquy.kit.numbers import whole
from colloquy.web import pages
from colloquy.web.i18n import money

router = APIRouter(prefix="/settings/usage")


@router.get("")
async def usage(request: Request, actor: CurrentActor, db: DbSession, days: str = "", by: str = "") -> Response:
    """Charts by day and a table by whatever is chosen; both choices stay in the address."""
    actor.require(Permission.ORG_MANAGE)
    asked = whole(days)
    period = asked if asked in PERIODS else PERIODS[1]
    group = next((one for one in GROUPS if one == by), GROUPS[0])
    today = clock.now().astimezone(UTC).date()
    query = urlencode({"by": group, "since": today - timedelta(days=period - 1), "until": today})
    return pages.render(
        request,
        "reporting/usage.html",
        section="settings",
        page=await usage_page(db, actor, days=period, by=group),
        days=period,
        periods=PERIODS,
        by=group,
        groups=GROUPS,
        money=money,
        csv=f"/api/model-usage.csv?{query}",
    )
