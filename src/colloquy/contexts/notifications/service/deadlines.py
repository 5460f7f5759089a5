"""The end of a candidate's time, for their calendar."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.notifications.errors import NoDeadline
from colloquy.contexts.notifications.policy.deadline import Deadline
from colloquy.contexts.notifications.policy.reminders import ends_at
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.i18n import gettext as _


async def deadline_of(db: AsyncSession, address: PublicAddress, token: str, held: sessions.HeldKey | None) -> Deadline:
    """Until when the holder of this link may answer; with the key of a session begun by it, that session's end.

    Raises what arriving by the link raises; NoDeadline once there is nothing left to answer.
    """
    row = await sessions.own(db, held.key) if held else None
    arrival = await sessions.arrive(db, token, row.id if row else None)
    session = await sessions.session(db, arrival.scope, row.id) if row else None
    if session is None:
        end = ends_at(arrival.link.expires_at, arrival.interview.closes_at)
    else:
        end = None if session.state.over else ends_at(session.expires_at, session.must_end_at)
    if end is None or end <= clock.now():
        raise NoDeadline(_("There is nothing left to answer, so there is no deadline."))
    # A public link is everybody's: only with a session is there an end of one's own, which may be moved.
    about = session.id if session and arrival.link.email is None else arrival.link.id
    return Deadline(
        about_id=about,
        ends_at=end,
        company=arrival.interview.company,
        interview_title=arrival.interview.title,
        language=arrival.interview.language,
        link=address.of(f"/{token}"),
        host=urlsplit(address.origin).hostname or "localhost",
    )
