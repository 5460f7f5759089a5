"""Where an interview's candidates are, and what follows from it: a part of the page "Details"."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.pages.given import SentForm, Viewer, whole
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.service import places
from colloquy.contexts.privacy import public as privacy
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}")


@router.post("/places")
async def choose_places(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Saves where candidates are, and whether people alone evaluate."""
    interview = await whole(db, actor, interview_id)
    own = sent.text("places") == "own"
    home = f"/interviews/{interview_id}/details#places"
    try:
        await places.choose(
            db,
            actor,
            interview.id,
            jurisdictions=privacy.understood(sent.texts("jurisdictions")) if own else None,
            people_only=bool(sent.text("people_only")),
            posted_on=_day(sent.text("posted_on")),
        )
    except Malformed as refusal:
        return pages.see_other(request, home, " ".join(refusal.fields.values()) or refusal.message, kind="bad")
    return pages.see_other(request, home, _("Saved. It holds for candidates who agree from now on."))


async def shown(db: AsyncSession, actor: Actor, interview: Interview) -> dict[str, Any]:
    """What the part of the page shows: the choices, what holds, and from when a program may evaluate."""
    follows = await places.follows(db, actor, interview.id)
    chosen = follows.chosen
    return {
        "follows": follows,
        "place_names": privacy.NAMES,
        "all_places": list(privacy.Jurisdiction),
        "place_values": {
            "places": "common" if chosen.jurisdictions is None else "own",
            "jurisdictions": [place.value for place in chosen.jurisdictions or follows.holding.jurisdictions],
            "people_only": chosen.people_only,
            "posted_on": chosen.posted_on.isoformat() if chosen.posted_on else "",
        },
        "today": clock.now().date(),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Malformed(
            _("The choices were not saved."), fields={"posted_on": _("Enter a day, or leave it empty.")}
        ) from None
