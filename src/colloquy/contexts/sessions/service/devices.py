"""Keys of a candidate's devices, and the one-time code by which another device gets one."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import NotYourSession, WrongCode
from colloquy.contexts.sessions.events import ContinueRequested
from colloquy.contexts.sessions.models import CodeRow, KeyRow, SessionRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.devices import device_label
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.keys import Key
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, new_token, token_hash

CODE_MINUTES = 10
CODE_TRIES = 5
"""Five guesses at six digits: one chance in 200,000 a code."""
CODES_AN_HOUR = 5
_DIGITS = 6
_CODE, _TOKEN = "sessions.code", "sessions.code.token"
_WRONG = N_("This code is not right, or too old. Check it, or have a new one sent.")


@dataclass(frozen=True, slots=True)
class ContinueLetter:
    """What the letter with the code says. `token` leads back to the interview's page."""

    name: str
    email: str
    language: str
    title: str
    company: str
    code: str
    token: str
    expires_at: datetime


async def ask_for_code(db: AsyncSession, secret: Secret, arrival: Arrival, token: str, email: str) -> None:
    """Has a code sent to the candidate who began this interview with this address; for any other does nothing.

    Nobody learns from the answer whether there is such a candidate. At most CODES_AN_HOUR for a session.
    """
    scope, now = arrival.scope, clock.now()
    row = await queries.same_candidate(db, scope, arrival.interview.id, rules.email_key(email), None)
    if row is None or row.state == SessionState.WITHDRAWN:
        return
    if await queries.lock_session(db, scope, row.id) is None:
        return
    before = await queries.code(db, scope, row.id, lock=True)
    if before is None or now - before.asked_since > timedelta(hours=1):
        asked, since = 1, now
    elif before.asked >= CODES_AN_HOUR:
        return
    else:
        asked, since = before.asked + 1, before.asked_since
    if before is not None:
        await db.delete(before)
        await db.flush()
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    about = scope.org_id.bytes + row.id.bytes
    db.add(
        CodeRow(
            session_id=row.id,
            org_id=scope.org_id,
            code_sealed=secret.seal(_CODE, code.encode(), about),
            token_sealed=secret.seal(_TOKEN, token.encode(), about),
            expires_at=now + timedelta(minutes=CODE_MINUTES),
            tries=0,
            asked=asked,
            asked_since=since,
        )
    )
    await publish(db, ContinueRequested(org_id=scope.org_id, session_id=row.id, asked=asked))


async def continue_here(
    database: Database, secret: Secret, arrival: Arrival, *, email: str, code: str, user_agent: str
) -> Key:
    """A key for this device, in exchange for the code that was sent. WrongCode.

    Opens its own transactions: a try is counted before the code is looked at, and stays counted when it is refused.
    The code is good once; of several at the same time one wins.
    """
    scope = arrival.scope
    async with database.begin(scope) as db:
        row = await queries.same_candidate(db, scope, arrival.interview.id, rules.email_key(email), None)
        sent = None if row is None else await queries.code(db, scope, row.id, lock=True)
        if row is None or sent is None or sent.tries >= CODE_TRIES or sent.expires_at <= clock.now():
            raise WrongCode(_(_WRONG))
        sent.tries += 1
    async with database.begin(scope) as db:
        locked = await queries.lock_session(db, scope, row.id)
        sent = await queries.code(db, scope, row.id, lock=True)
        if locked is None or sent is None:
            raise WrongCode(_(_WRONG))
        right = secret.unseal(_CODE, sent.code_sealed, scope.org_id.bytes + row.id.bytes)
        if not hmac.compare_digest(right, code.strip().replace(" ", "").encode()):
            raise WrongCode(_(_WRONG))
        await db.delete(sent)
        return await new_key(db, locked, user_agent)


async def new_key(db: AsyncSession, row: SessionRow, user_agent: str) -> Key:
    """A key to the session for one more device."""
    secret = new_token()
    db.add(
        KeyRow(
            id=new_id(),
            org_id=row.org_id,
            session_id=row.id,
            secret_hash=token_hash(secret),
            label=device_label(user_agent),
            created_at=clock.now(),
        )
    )
    await db.flush()
    return Key(row.org_id, row.id, secret)


async def key_row(db: AsyncSession, key: Key) -> KeyRow:
    """The device that asks. NotYourSession when its key is gone."""
    row = await queries.key(db, Scope(key.org_id), key.session_id, token_hash(key.secret))
    if row is None:
        raise NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    return row


async def continue_letter_facts(
    db: AsyncSession, secret: Secret, scope: Scope, session_id: UUID
) -> ContinueLetter | None:
    """What the letter about a session's code needs; None when the code was used or replaced, or the session is gone."""
    row = await queries.session(db, scope, session_id)
    sent = await queries.code(db, scope, session_id)
    if row is None or sent is None or sent.expires_at <= clock.now():
        return None
    interview = await interviews.interview(db, scope, row.interview_id)
    if interview is None:
        return None
    about = scope.org_id.bytes + row.id.bytes
    return ContinueLetter(
        name=row.name,
        email=row.email,
        language=row.language,
        title=interview.title,
        company=interview.company,
        code=secret.unseal(_CODE, sent.code_sealed, about).decode(),
        token=secret.unseal(_TOKEN, sent.token_sealed, about).decode(),
        expires_at=sent.expires_at,
    )
