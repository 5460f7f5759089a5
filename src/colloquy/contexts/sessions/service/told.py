"""When a candidate was told that a program may evaluate, and what holds for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions.models import SessionRow
from colloquy.kit import clock
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Told:
    """What holds for a candidate. `at`: when they were told of the program; None where no notice comes first."""

    holding: privacy.Applied
    at: datetime | None


async def told(db: AsyncSession, row: SessionRow) -> Told:
    """What holds for this candidate as things are now."""
    scope = Scope(row.org_id)
    holding = await privacy.applied(db, scope, row.interview_id)
    return Told(holding, _at(holding, await interviews.link(db, scope, row.link_id), row.opened_at))


async def on_arrival(
    db: AsyncSession, scope: Scope, link: interviews.Link, row: SessionRow | None
) -> tuple[privacy.Applied, datetime | None]:
    """The same for somebody who reads the first page and may not have begun: the page tells them, if nothing did."""
    holding = await privacy.applied(db, scope, link.interview_id)
    return holding, _at(holding, link, row.opened_at if row else clock.now())


def _at(holding: privacy.Applied, link: interviews.Link | None, seen_at: datetime) -> datetime | None:
    public = link is not None and link.kind is interviews.LinkKind.PUBLIC
    return holding.told_at(
        # The page behind a public link is the posting: whoever comes by it could read the notice since it is there.
        posted_at=link.created_at if link and public else None,
        letter_at=link.sent_at if link and not public else None,
        seen_at=seen_at,
    )
