"""Proving who one is by a password, with guessing made slow."""

from __future__ import annotations

import hmac
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.policy import attempts as policy
from colloquy.contexts.identity.queries import attempts, people
from colloquy.contexts.identity.service import passwords
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def prove(database: Database, secret: Secret, *, email: str, password: str, network: str) -> Person:
    """The person with this e-mail address and password. `network` is the address the request came from.

    Opens its own transactions, against the rule of this folder: an attempt is counted *before* the password
    is looked at, and stays counted although the request is then refused; and no transaction waits for argon2.
    Raises WrongCredentials (the same, and as late, for an unknown address) and TooManyAttempts.
    """
    key = hmac.new(secret.derive("sign-in-attempts"), email.strip().lower().encode(), sha256).digest()
    async with database.begin() as db:
        await _count(db, key, network)
        person = await people.person_by_email(db, email.strip())
    verdict = await passwords.verify(person.password_hash if person else None, password)
    if person is None or not verdict.right:
        raise WrongCredentials(_("This e-mail address and password do not belong together. Check both and try again."))
    async with database.begin() as db:
        await attempts.forgive(db, key, network)
        if verdict.rehashed is not None:
            await people.update_password(db, person.id, verdict.rehashed)
    return person


async def _count(db: AsyncSession, key: bytes, network: str) -> None:
    now = clock.now()
    await attempts.lock(db, key, network)
    await attempts.forget_old(db, now - 2 * policy.WINDOW)
    tried = await attempts.counts(db, key, network, now - policy.WINDOW)
    wait = max(
        policy.seconds_to_wait(tried.pair, policy.PAIR_LIMIT, tried.pair_first, now),
        policy.seconds_to_wait(tried.email, policy.EMAIL_LIMIT, tried.email_first, now),
        policy.seconds_to_wait(tried.network, policy.NETWORK_LIMIT, tried.network_first, now),
    )
    if wait:
        # Attempts while waiting are not looked at and not counted: the wait does not grow by trying.
        minutes = -(-wait // 60)
        raise TooManyAttempts(
            _(
                "Too many wrong passwords. Wait %(minutes)s min, then try again; nothing else is needed.",
                minutes=minutes,
            ),
            retry_after=wait,
        )
    await attempts.insert(db, new_id(), key, network, now)
