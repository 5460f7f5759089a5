"""Requests to erase as the company sees them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request, with the candidate's name while it is known, and the interview's title."""

    request: retention.Request
    name: str | None
    title: str | None


async def shown(db: AsyncSession, actor: Actor) -> list[ShownRequest]:
    """The organisation's requests. Forbidden."""
    _may_read(actor)
    found = []
    titles: dict[UUID, str | None] = {}
    for one in await retention.requests(db, actor.scope):
        if one.interview_id not in titles:
            interview = await interviews.interview(db, actor.scope, one.interview_id)
            titles[one.interview_id] = interview.title if interview else None
        session = None if one.erased_at else await sessions.session(db, actor.scope, one.session_id)
        found.append(ShownRequest(one, session.candidate.name if session else None, titles[one.interview_id]))
    return found


async def certified(db: AsyncSession, actor: Actor, request_id: UUID) -> retention.Request:
    """A request that is done, with its certificate. Forbidden, RequestNotFound, also while it is not done."""
    _may_read(actor)
    request = await retention.request(db, actor.scope, request_id)
    if request.certificate is None:
        raise retention.RequestNotFound(_("There is no certificate: the erasure is not complete yet."))
    return request


def _may_read(actor: Actor) -> None:
    # Those who delete candidates, and those who answer for the law and may hold and export all of it anyway.
    if not actor.may(Permission.PRIVACY_MANAGE):
        actor.require(Permission.SESSIONS_DECIDE)
