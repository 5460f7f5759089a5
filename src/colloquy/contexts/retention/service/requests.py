"""Requests to erase: asked, confirmed, held or due, carried out, certified. Who carries them out stands above."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.retention.errors import RequestNotFound
from colloquy.contexts.retention.models import RequestRow
from colloquy.contexts.retention.policy.certificate import Certificate, signed, written
from colloquy.contexts.retention.queries import requests as queries
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope, enter
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, token_hash

ROUTE = "erasure"
WITHIN = timedelta(hours=1)
"""From the confirmation on. The work takes minutes; the rest is for machines that are down."""
LINK_HOURS = 72
_LINK, _REPLY = "erasure-link", "erasure-reply"
_SHOWN = 500


class RequestState(StrEnum):
    """Where a request is.

    Asked: the candidate has been sent a link and has not opened it. Needs a person: there is no address to send one to.
    Held: a legal hold is on it. Erasing: the rows are gone, files and traces go.
    """

    ASKED = "asked"
    DUE = "due"
    HELD = "held"
    ERASING = "erasing"
    DONE = "done"
    NOT_CONFIRMED = "not_confirmed"
    NEEDS_PERSON = "needs_person"


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `certificate` is the signed text once it is done; `letter` says whether the candidate has it."""

    id: UUID
    session_id: UUID
    interview_id: UUID
    asked_by: str
    state: RequestState
    asked_at: datetime
    link_until: datetime | None
    link_hash: bytes | None
    confirmed_at: datetime | None
    due_at: datetime | None
    erased_at: datetime | None
    done_at: datetime | None
    letter: str
    language: str
    certificate: str | None
    signature: str | None

    @property
    def late(self) -> bool:
        """Whether it should have been carried out before now."""
        waits = self.state in {RequestState.DUE, RequestState.ERASING, RequestState.NEEDS_PERSON}
        return waits and self.due_at is not None and self.due_at < clock.now()


async def ask(
    db: AsyncSession,
    secret: Secret,
    scope: Scope,
    *,
    session_id: UUID,
    interview_id: UUID,
    address: str,
    language: str,
) -> Request:
    """A candidate wants everything erased. With an address they confirm by a link; without one a person has to.

    Asking again while a request is open gives that one, with a new term for its link.
    """
    row = await queries.open_request(db, scope, session_id)
    now = clock.now()
    if row is None:
        row = RequestRow(
            id=new_id(),
            org_id=scope.org_id,
            session_id=session_id,
            interview_id=interview_id,
            asked_by="candidate",
            state=(RequestState.ASKED if address else RequestState.NEEDS_PERSON).value,
            asked_at=now,
            due_at=None if address else now + WITHIN,
            language=language,
        )
        db.add(row)
        await db.flush()
        if address:
            row.reply_to = secret.seal(_REPLY, address.encode(), row.id.bytes)
    if row.state == RequestState.ASKED:
        row.link_until = now + timedelta(hours=LINK_HOURS)
        # The letter before had the same link, unless the secret that made it is retired and nobody can write it again.
        if _token(secret, row.id, row.link_hash) is None:
            token = secret.sign(_LINK, str(row.id))
            row.link_hash = token_hash(token)
            await identity.keep_route(db, token, scope, ROUTE)
    await db.flush()
    return _request(row)


def link_token(secret: Secret, request: Request) -> str | None:
    """The secret of the link in the letter, made again from the request: only its hash is stored.

    With whichever of our secrets made it first, so that a letter written after a rotation has the link that counts;
    None when the request has no link, or that secret is retired.
    """
    return _token(secret, request.id, request.link_hash)


def _token(secret: Secret, request_id: UUID, link_hash: bytes | None) -> str | None:
    if link_hash is None:
        return None
    made = secret.signatures(_LINK, str(request_id))
    return next((token for token in made if hmac.compare_digest(token_hash(token), link_hash)), None)


async def by_link(db: AsyncSession, token: str) -> tuple[Scope, Request]:
    """The request that this link confirms; enters its tenant. RequestNotFound, also once the link has run out."""
    scope, row = await _by_link(db, token, lock=False)
    return scope, _request(row)


async def confirm(db: AsyncSession, token: str, *, held: bool) -> tuple[Scope, Request]:
    """The candidate has opened the link and said yes. A link counts once; again tells where the request is."""
    scope, row = await _by_link(db, token, lock=True)
    if row.state == RequestState.ASKED:
        now = clock.now()
        row.state = (RequestState.HELD if held else RequestState.DUE).value
        row.confirmed_at, row.due_at = now, None if held else now + WITHIN
        await db.flush()
    return scope, _request(row)


async def _by_link(db: AsyncSession, token: str, *, lock: bool) -> tuple[Scope, RequestRow]:
    scope = await identity.scope_of(db, token, ROUTE)
    if scope is not None:
        await enter(db, scope)
        row = await queries.request_by_link(db, scope, token_hash(token), lock=lock)
        over = row is None or (
            row.state == RequestState.NOT_CONFIRMED
            or (row.state == RequestState.ASKED and (row.link_until is None or row.link_until <= clock.now()))
        )
        if row is not None and not over:
            return scope, row
    raise RequestNotFound(_("This link has run out. Ask once more on the page with your data."))


async def order(
    db: AsyncSession, secret: Secret, scope: Scope, *, session_id: UUID, interview_id: UUID, address: str, language: str
) -> Request:
    """Somebody of the company has it erased; a request of the candidate's that is open is taken up."""
    row = await queries.open_request(db, scope, session_id)
    now = clock.now()
    if row is None:
        row = RequestRow(
            id=new_id(),
            org_id=scope.org_id,
            session_id=session_id,
            interview_id=interview_id,
            asked_by="company",
            state=RequestState.DUE.value,
            asked_at=now,
            language=language,
        )
        db.add(row)
        await db.flush()
    if address and row.reply_to is None:
        row.reply_to = secret.seal(_REPLY, address.encode(), row.id.bytes)
    row.state, row.confirmed_at, row.due_at = (
        RequestState.DUE.value,
        row.confirmed_at or now,
        row.due_at or now + WITHIN,
    )
    await db.flush()
    return _request(row)


async def rows_gone(db: AsyncSession, scope: Scope, request_id: UUID, counts: Mapping[str, int]) -> None:
    """The rows are deleted, and how many of which kind there were."""
    row = await queries.request(db, scope, request_id, lock=True)
    if row is not None:
        row.state, row.erased_at, row.counts = RequestState.ERASING.value, clock.now(), dict(counts)
        await db.flush()


async def hold_back(db: AsyncSession, scope: Scope, request_id: UUID) -> None:
    """A legal hold is on it: it waits."""
    row = await queries.request(db, scope, request_id, lock=True)
    if row is not None and row.state in {RequestState.DUE, RequestState.NEEDS_PERSON}:
        row.state, row.due_at = RequestState.HELD.value, None
        await db.flush()


async def let_go(db: AsyncSession, scope: Scope, request_id: UUID) -> None:
    """No hold is on it any more: the hour begins."""
    row = await queries.request(db, scope, request_id, lock=True)
    if row is not None and row.state == RequestState.HELD:
        row.state, row.due_at = RequestState.DUE.value, clock.now() + WITHIN
        await db.flush()


async def certify(
    db: AsyncSession, secret: Secret, scope: Scope, request_id: UUID, *, remains: Mapping[str, str]
) -> Request | None:
    """Everything is gone and was looked for: signs the certificate. None when it was signed before."""
    row = await queries.request(db, scope, request_id, lock=True)
    if row is None or row.state != RequestState.ERASING or row.erased_at is None:
        return None
    row.done_at = clock.now()
    text = written(
        Certificate(
            id=row.id,
            session_id=row.session_id,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            confirmed_at=row.confirmed_at,
            erased_at=row.erased_at,
            finished_at=row.done_at,
            counts=dict(row.counts),
            remains=dict(remains),
        )
    )
    row.certificate, row.signature = text, signed(secret, text)
    row.state = RequestState.DONE.value
    row.letter = "none" if row.reply_to is None else "waiting"
    row.link_hash = None
    await db.flush()
    return _request(row)


async def certificate_letter(
    db: AsyncSession, secret: Secret, scope: Scope, request_id: UUID
) -> tuple[Request, str] | None:
    """Who gets the certificate: the request and the address; None when it has left or there is no address."""
    row = await queries.request(db, scope, request_id)
    if row is None or row.reply_to is None or row.state != RequestState.DONE:
        return None
    return _request(row), secret.unseal(_REPLY, row.reply_to, row.id.bytes).decode()


async def letter_ended(db: AsyncSession, scope: Scope, request_id: UUID, *, sent: bool) -> None:
    """The letter has left, or never will: the address goes."""
    row = await queries.request(db, scope, request_id, lock=True)
    if row is not None:
        row.reply_to, row.letter = None, "sent" if sent else "refused"
        await db.flush()


async def request(db: AsyncSession, scope: Scope, request_id: UUID) -> Request:
    """One. RequestNotFound."""
    row = await queries.request(db, scope, request_id)
    if row is None:
        raise RequestNotFound(_("There is no such request."))
    return _request(row)


async def open_request(db: AsyncSession, scope: Scope, session_id: UUID) -> Request | None:
    """The session's request that has not ended, if there is one."""
    row = await queries.open_request(db, scope, session_id)
    return None if row is None else _request(row)


async def requests(db: AsyncSession, scope: Scope, *states: RequestState) -> list[Request]:
    """Those in these states, the oldest first; without any, the newest of all."""
    rows = (
        await queries.in_state(db, scope, [one.value for one in states])
        if states
        else await queries.newest(db, scope, _SHOWN)
    )
    return [_request(row) for row in rows]


async def end_unconfirmed(db: AsyncSession, scope: Scope) -> int:
    """Ends those whose link has run out, and forgets their addresses; how many."""
    ended = 0
    for row in await queries.in_state(db, scope, [RequestState.ASKED.value]):
        if row.link_until is not None and row.link_until <= clock.now():
            row.state, row.reply_to = RequestState.NOT_CONFIRMED.value, None
            ended += 1
    await db.flush()
    return ended


def _request(row: RequestRow) -> Request:
    return Request(
        id=row.id,
        session_id=row.session_id,
        interview_id=row.interview_id,
        asked_by=row.asked_by,
        state=RequestState(row.state),
        asked_at=row.asked_at,
        link_until=row.link_until,
        link_hash=None if row.link_hash is None else bytes(row.link_hash),
        confirmed_at=row.confirmed_at,
        due_at=row.due_at,
        erased_at=row.erased_at,
        done_at=row.done_at,
        letter=row.letter,
        language=row.language,
        certificate=row.certificate,
        signature=row.signature,
    )
