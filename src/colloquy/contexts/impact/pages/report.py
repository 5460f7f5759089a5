"""`/settings/impact`: the tables, and whether candidates are asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.impact.policy.categories import race_name, sex_name
from colloquy.contexts.impact.policy.rates import FEWEST_SHOWN, SMALL
from colloquy.contexts.impact.service import asking
from colloquy.contexts.impact.service.report import FEWEST_PEOPLE, impact, titles
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/settings/impact")


async def _chosen(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in ("interview", "first", "last")}


@router.get("")
async def report(
    request: Request, actor: CurrentActor, db: DbSession, chosen: Annotated[dict[str, str], Depends(_chosen)]
) -> Response:
    """The tables. What was chosen stays in the address; what is no day or no interview counts as nothing."""
    actor.require(Permission.PRIVACY_MANAGE)
    choices = await titles(db, actor)
    known = {str(one): one for one, _title in choices}
    interview_id = known.get(chosen["interview"])
    first, last = _day(chosen["first"]), _day(chosen["last"])
    query = {"interview_id": interview_id, "first": first, "last": last}
    return pages.render(
        request,
        "impact/report.html",
        section="settings",
        found=await impact(db, actor, interview_id, first=first, last=last),
        asks=await asking.asks(db, actor.scope),
        choices=choices,
        interview_id=interview_id,
        sex_name=sex_name,
        race_name=race_name,
        fewest_people=FEWEST_PEOPLE,
        fewest_shown=FEWEST_SHOWN,
        small=SMALL,
        csv=f"/api/impact.csv?{urlencode({name: value for name, value in query.items() if value})}",
    )


@router.post("")
async def set_asking(request: Request, actor: CurrentActor, db: DbSession, on: Annotated[str, Form()] = "") -> Response:
    """Turns asking on or off."""
    await asking.set_asks(db, actor, on=on == "yes")
    text = _("Candidates are asked once somebody has decided about them.") if on == "yes" else _("Nobody is asked.")
    return pages.see_other(request, "/settings/impact", text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
