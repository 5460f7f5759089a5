"""What language models were used for, and what it cost."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.reporting.service.usage import GROUPS, PERIODS, usage_page
from colloquy.kit import clock
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import language
from colloquy.web import pages

router = APIRouter(prefix="/settings/usage")
_MICRO = 1_000_000
_CENTS = Decimal("0.1")


@router.get("")
async def usage(request: Request, actor: CurrentActor, db: DbSession, days: str = "", by: str = "") -> Response:
    """Charts by day and a table by whatever is chosen; both choices stay in the address."""
    actor.require(Permission.ORG_MANAGE)
    period = int(days) if days.isdecimal() and int(days) in PERIODS else PERIODS[1]
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
        money=_money,
        csv=f"/api/model-usage.csv?{query}",
    )


def _money(microdollars: int) -> str:
    """Dollars in the reader's manner; four decimals where two would show nothing."""
    from babel.numbers import format_currency  # half a second of the start, for a page that few open

    dollars = Decimal(microdollars) / _MICRO
    if not microdollars or dollars >= _CENTS:
        return str(format_currency(round(dollars, 2), "USD", locale=language()))
    return str(format_currency(round(dollars, 4), "USD", locale=language(), decimal_quantization=False))
