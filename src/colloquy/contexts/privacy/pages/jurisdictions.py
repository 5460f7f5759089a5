"""The table of places and rules, and what the organisation has chosen."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.privacy.policy.gate import BeforeNotice
from colloquy.contexts.privacy.policy.jurisdictions import NAMES, RULES, Jurisdiction, holding, understood
from colloquy.contexts.privacy.service import choices
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

HOME = "/settings/jurisdictions"
Text = Annotated[str, Form()]
router = APIRouter(prefix=HOME)


@router.get("")
async def jurisdictions(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The table, and the form for those who may change it."""
    chosen = await choices.choices(db, actor.scope)
    values = {
        "jurisdictions": [place.value for place in chosen.jurisdictions],
        "people_only": chosen.people_only,
        "before_notice": chosen.before_notice.value,
        "longer_retention_days": chosen.longer_retention_days or "",
    }
    return await _page(request, actor, db, values)


@router.post("")
async def choose(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    people_only: Text = "",
    before_notice: Text = "",
    longer_retention_days: Text = "",
) -> Response:
    """Saves what the organisation chooses."""
    actor.require(Permission.PRIVACY_MANAGE)
    places = [str(place) for place in (await request.form()).getlist("jurisdictions")]
    days = longer_retention_days.strip()
    before = BeforeNotice.PEOPLE if before_notice == BeforeNotice.PEOPLE else BeforeNotice.WAIT
    try:
        await choices.choose(
            db,
            actor,
            jurisdictions=understood(places),
            people_only=bool(people_only),
            before_notice=before,
            # What is no number is none that is possible: it is refused with the same words.
            longer_retention_days=None if not days else int(days) if days.isdecimal() and len(days) <= 4 else 0,  # noqa: PLR2004
        )
    except Malformed as refusal:
        values = {
            "jurisdictions": places,
            "people_only": bool(people_only),
            "before_notice": before.value,
            "longer_retention_days": longer_retention_days,
        }
        return await _page(request, actor, db, values, errors=refusal.fields, status=422)
    return pages.see_other(request, HOME, _("Saved. It holds for candidates who agree from now on."))


async def _page(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    chosen = await choices.choices(db, actor.scope)
    return pages.render(
        request,
        "privacy/jurisdictions.html",
        status=status,
        section="settings",
        may_change=actor.may(Permission.PRIVACY_MANAGE),
        names=NAMES,
        places=list(Jurisdiction),
        rules=RULES,
        holding=holding(chosen.jurisdictions),
        today=clock.now().date(),
        values=values,
        errors=errors or {},
    )
