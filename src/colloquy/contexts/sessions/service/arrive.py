"""Arriving by a link: which interview it leads to, and whether it still admits anybody."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions.errors import InterviewClosed, UnknownLink
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import prefer


@dataclass(frozen=True, slots=True)
class Arrival:
    """A link that leads to an interview."""

    scope: Scope
    link: interviews.Link
    interview: interviews.Interview


async def arrive(db: AsyncSession, token: str, session_id: UUID | None = None, *, returning: bool = False) -> Arrival:
    """The interview behind a link; enters its tenant. `session_id` is the session this browser has begun there.

    `returning`: somebody who says to have begun on another device, and still has to show it.

    UnknownLink, LinkExpired, LinkUsed, InterviewClosed: the last three spare a candidate who is in already.
    """
    found = await interviews.open_link(db, token)
    interview = None if found is None else await interviews.interview(db, found[0], found[1].interview_id)
    if found is None or interview is None or interview.state is interviews.InterviewState.DRAFT:
        raise UnknownLink(_("There is no interview at this address. Check that the whole link was copied."))
    prefer(interview.language)
    scope, link = found
    if returning:
        return Arrival(scope, link, interview)
    interviews.require_usable(link, session_id)
    if interview.state is interviews.InterviewState.CLOSED and session_id is None:
        raise InterviewClosed(_("This interview is closed. Ask the company that invited you."))
    return Arrival(scope, link, interview)
