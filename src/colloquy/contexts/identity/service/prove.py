"""Proving who one is by a password, with guessing made slow."""

from __future__ import annotations

import hmac
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.policy import attempts as policy
from colloquy.contexts.identity.queries import attempts, people, teams
from colloquy.contexts.identity.service import passwords
from colloquy.kit import audit, clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def prove(database: Database, secret: Secret, *, email: str, password: str, network: str) -> Person:
    """The person with this e-mail address and password. `network` is the address the request came from.

    Opens its own transactions, against the rule of this folder: an attempt is counted *before* the password
    is looked at, and stays counted although the request is then refused; and no transaction waits for argon2.
    Raises WrongCredentials (the same, and as late, for an unknown address) and TooManyAttempts.
    """
    key = attempts_key(secret, email.strip().lower())
    async with database.begin() as db:
        await count(db, key, network)
        person = await people.person_by_email(db, email.strip())
    verdict = await passwords.verify(person.password_hash if person else None, password)
    if person is None or not verdict.right:
        await note_failure(database, person.id if person else None)
        raise WrongCredentials(_("This e-mail address and password do not belong together. Check both and try again."))
    async with database.begin() as db:
        await attempts.forgive(db, key, network)
        if verdict.rehashed is not None:
            await people.update_password(db, person.id, verdict.rehashed)
    return person


async def note_failure(database: Database, person_id: UUID | None) -> None:
    """Notes, in the log of every organisation the person is in, that a password or code was wrong."""
    # The same statements for an address that nobody has: how long a refusal takes tells nobody who is known here.
    # They are kept in a log of the installation's own, which no organisation reads.
    nobody = UUID(int=0)
    async with database.begin() as db:
        theirs = await teams.organisations_of(db, person_id or nobody)
        for org_id in [one.id for one in theirs] or [nobody]:
            subject = None if person_id is None else ("person", person_id)
            audit.note(db, Scope(org_id), "sign_in.failed", subject=subject, from_network=True)


def attempts_key(secret: Secret, what: str) -> bytes:
    """What attempts on `what` are counted under: nobody reads from the table whom they were made on."""
    return hmac.new(secret.derive("sign-in-attempts"), what.encode(), sha256).digest()


async def count(db: AsyncSession, key: bytes, network: str, *, limit: int | None = None) -> None:
    """Counts one attempt; from everywhere at most `limit` within the window, as on passwords when not given.

    Raises TooManyAttempts.
    """
    now = clock.now()
    await attempts.lock(db, key, network)
    await attempts.forget_old(db, now - 2 * policy.WINDOW)
    tried = await attempts.counts(db, key, network, now - policy.WINDOW)
    wait = max(
        policy.seconds_to_wait(tried.pair, policy.PAIR_LIMIT, tried.pair_first, now),
        policy.seconds_to_wait(tried.email, limit or policy.EMAIL_LIMIT, tried.email_first, now),
        policy.seconds_to_wait(tried.network, policy.NETWORK_LIMIT, tried.network_first, now),
    )
    if wait:
        # Attempts while waiting are not looked at and not counted: the wait does not grow by trying.
        minutes = -(-wait // 60)
        raise TooManyAttempts(
            _(
                "Too many wrong attempts. Wait %(minutes)s min, then try again; nothing else is needed.",
                minutes=minutes,
            ),
            retry_after=wait,
        )
    await attempts.insert(db, new_id(), key, network, now)
