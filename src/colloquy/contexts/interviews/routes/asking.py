"""What the routes of interviews have in common: who asks, for which page, with which key."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound, InvalidInput
from colloquy.contexts.interviews.policy.cursor import place
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.service import reading
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site

TheSecret = Annotated[Secret, instance(Secret)]
TheSite = Annotated[Site, instance(Site)]
IdempotencyKey = Annotated[
    str | None,
    Header(description="Any text of your own. The same request sent again within 24 hours is not carried out twice."),
]
Limit = Annotated[int, Query(ge=1, le=100)]


async def _viewer(actor: CurrentActor) -> Actor:
    actor.require(Permission.INTERVIEWS_VIEW)
    return actor


Viewer = Annotated[Actor, Depends(_viewer)]
"""Somebody who may see interviews. What changes them asks for more, in its use case."""


def _place(
    cursor: Annotated[str | None, Query(max_length=64, description="`next_cursor` of the page before.")] = None,
) -> UUID | None:
    if cursor is None:
        return None
    found = place(cursor)
    if found is None:
        words = _("Pass `next_cursor` as you got it, or leave it out for the first page.")
        raise InvalidInput(words, fields={"cursor": words})
    return found


Place = Annotated[UUID | None, Depends(_place)]


async def whole(db: AsyncSession, actor: Actor, interview_id: UUID) -> Interview:
    """The interview with everything in it. Raises InterviewNotFound."""
    found = await reading.interview(db, actor.scope, interview_id)
    if found is None:
        raise InterviewNotFound(_("There is no such interview."))
    return found
