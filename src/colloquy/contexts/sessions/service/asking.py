"""Having a session erased because somebody asked: the candidate, by a link in their own mailbox, or the company."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import SessionNotFound
from colloquy.contexts.sessions.events import ErasureAsked
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.service import erase, holding
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue


async def ask_for_erasure(db: AsyncSession, secret: Secret, row: SessionRow) -> retention.Request:
    """A candidate wants everything gone. A letter with a link goes to the address they began with.

    Whoever sits at a computer that was left open has the page, and not the mailbox.
    """
    scope = Scope(row.org_id)
    request = await retention.ask(
        db,
        secret,
        scope,
        session_id=row.id,
        interview_id=row.interview_id,
        address=row.email,
        language=row.language,
    )
    if request.state is retention.RequestState.ASKED:
        at = clock.now().replace(microsecond=0).isoformat()
        await publish(db, ErasureAsked(org_id=scope.org_id, session_id=row.id, request_id=request.id, at=at))
    return request


async def confirm_erasure(db: AsyncSession, token: str) -> retention.Request:
    """The candidate has opened the link and confirmed. It is carried out at once, unless a legal hold is on it."""
    scope, request = await retention.by_link(db, token)
    row = await queries.lock_session(db, scope, request.session_id)
    held = row is not None and bool(await holding.holds_on(db, row))
    scope, request = await retention.confirm(db, token, held=held)
    if request.state is retention.RequestState.DUE:
        await carry_out_soon(db, scope, request.id)
    return request


async def carry_out_soon(db: AsyncSession, scope: Scope, request_id: UUID) -> None:
    """Has a request that is due carried out by the next worker that is free."""
    await enqueue(
        db, "sessions.erase_requested", queue=retention.ERASURE_QUEUE, org_id=scope.org_id, request_id=request_id
    )


async def carry_out(db: AsyncSession, scope: Scope, request_id: UUID) -> erase.Erased | None:
    """Erases what a request is about. None when it is not its turn, or a legal hold is on it: then it waits."""
    request = await retention.request(db, scope, request_id)
    if request.state is not retention.RequestState.DUE:
        return None
    row = await queries.lock_session(db, scope, request.session_id)
    if row is not None and await holding.holds_on(db, row):
        await retention.hold_back(db, scope, request_id)
        return None
    gone = await erase.erase(db, scope, request.session_id, why=erase.Why.REQUEST)
    await retention.rows_gone(db, scope, request_id, gone.counts if gone else {})
    await look_later(db, scope, request_id)
    return gone


async def look_later(db: AsyncSession, scope: Scope, request_id: UUID, *, seconds: float = 0) -> None:
    """Has the erasure looked over, and certified when nothing is left."""
    at = clock.now() + timedelta(seconds=seconds) if seconds else None
    await enqueue(
        db,
        "sessions.certify_erasure",
        queue=retention.ERASURE_QUEUE,
        at=at,
        org_id=scope.org_id,
        request_id=request_id,
    )


async def erase_on_request(db: AsyncSession, secret: Secret, actor: Actor, session_id: UUID) -> erase.Erased:
    """Somebody of the company erases the session now. Forbidden, SessionNotFound, UnderLegalHold.

    The candidate gets the certificate, if they gave an address; it is kept sealed until the letter has left.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    row = await queries.lock_session(db, actor.scope, session_id)
    if row is None:
        raise SessionNotFound(_("There is no such session."))
    if await holding.holds_on(db, row):
        raise retention.UnderLegalHold(_("A legal hold is on these data. Nothing of them is deleted until it ends."))
    request = await retention.order(
        db,
        secret,
        actor.scope,
        session_id=row.id,
        interview_id=row.interview_id,
        address=row.email,
        language=row.language,
    )
    gone = await carry_out(db, actor.scope, request.id)
    if gone is None:
        raise SessionNotFound(_("There is no such session."))
    return gone


async def holds_ended(db: AsyncSession, scope: Scope) -> int:
    """Takes up the requests that waited for a hold which has ended; how many."""
    taken = 0
    for request in await retention.requests(db, scope, retention.RequestState.HELD):
        row = await queries.lock_session(db, scope, request.session_id)
        if row is None or not await holding.holds_on(db, row):
            await retention.let_go(db, scope, request.id)
            await carry_out_soon(db, scope, request.id)
            taken += 1
    return taken


async def take_up(db: AsyncSession, scope: Scope) -> int:
    """Takes up requests whose job was lost, and ends those that nobody confirmed; how many were taken up."""
    await retention.end_unconfirmed(db, scope)
    await retention.end_old_exports(db, scope)
    taken = await holds_ended(db, scope)
    for request in await retention.requests(db, scope, retention.RequestState.DUE, retention.RequestState.ERASING):
        if request.state is retention.RequestState.DUE:
            await carry_out_soon(db, scope, request.id)
        else:
            await look_later(db, scope, request.id)
        taken += 1
    return taken
