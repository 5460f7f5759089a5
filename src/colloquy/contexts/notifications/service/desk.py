"""What letters are written with: the row, and the facts that several letters need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.notifications.service.recipients import HIRING
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Desk:
    """What a letter is written with."""

    db: AsyncSession
    secret: Secret
    address: PublicAddress
    scope: Scope
    row: SendingRow

    @property
    def host(self) -> str:
        """The name of this installation, as in its address."""
        return urlsplit(self.address.origin).hostname or "localhost"


async def member(desk: Desk, permission: identity.Permission = HIRING) -> Reader | None:
    """The recipient as a member of the team; None when they left it, or may not do that any more, since."""
    session = await sessions.session(desk.db, desk.scope, desk.row.about_id)
    sharing = session and await interviews.sharing(desk.db, desk.scope, session.interview_id)
    for one in await identity.team(desk.db, desk.scope):
        allowed = sharing.allows(one, permission) if sharing else one.may(permission)
        if one.email == desk.row.recipient and allowed:
            return Reader(one.email, one.name, one.language)
    return None


async def about_session(desk: Desk) -> tuple[sessions.Session, interviews.Interview] | None:
    """The session that the letter is about, with its interview; None when it was erased."""
    session = await sessions.session(desk.db, desk.scope, desk.row.about_id)
    if session is None:
        return None
    interview = await interviews.interview(desk.db, desk.scope, session.interview_id)
    return None if interview is None else (session, interview)


async def contact(desk: Desk) -> str | None:
    """Whom candidates of this organisation write to."""
    return (await identity.organisation(desk.db, desk.scope)).contact_email


async def address_of(desk: Desk, session: sessions.Session, path: str = "") -> str | None:
    """The address of a page of the session's candidate; None when its link was revoked and opens nothing."""
    if session.link_id is None:
        return None
    token = await interviews.link_token(desk.db, desk.scope, session.link_id, desk.secret)
    return None if token is None else desk.address.of(f"/{token}{path}")


async def kept_until(desk: Desk) -> date:
    """The day on which the session of the letter is erased, or was to be when it is gone."""
    kept = await sessions.kept(desk.db, desk.scope, desk.row.about_id)
    return clock.now().date() if kept is None else kept.record_until
