"""Second factors: an authenticator app with recovery codes, and whether a code that was given counts."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import CodeNeeded, WrongCode
from colloquy.contexts.identity.policy import attempts as limits
from colloquy.contexts.identity.policy import codes
from colloquy.contexts.identity.policy.sign_ins import How
from colloquy.contexts.identity.queries import attempts, passkeys, sign_ins
from colloquy.contexts.identity.queries import factors as queries
from colloquy.contexts.identity.service.prove import attempts_key, count, note_failure
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.i18n import gettext as _

_PURPOSE = "authenticator-app"
_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Setup:
    """A secret that waits for its first code: in letters to type, and as the address of a QR code."""

    typed: str
    address: str


async def begin_app(db: AsyncSession, secret: Secret, person_id: UUID) -> None:
    """A new secret that waits to be confirmed, in place of one that waited. Nothing happens beside a confirmed one."""
    sealed = secret.seal(_PURPOSE, codes.new_secret().encode(), person_id.bytes)
    await queries.put_unconfirmed_app(db, person_id, sealed, clock.now())


async def waiting_app(db: AsyncSession, secret: Secret, person_id: UUID, email: str) -> Setup | None:
    """The secret that waits to be confirmed. None when there is none, or it counts already: it is shown no more."""
    app = await queries.app(db, person_id)
    if app is None or app.confirmed_at is not None:
        return None
    plain = _opened(secret, person_id, app.sealed)
    typed = " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    return Setup(typed, codes.app_address(plain, email))


async def confirm_app(
    db: AsyncSession, secret: Secret, person_id: UUID, code: str, *, keep: UUID | None
) -> list[str] | None:
    """Makes the waiting app count, with a code of it. Every sign-in but `keep` ends. Raises WrongCode.

    Returns recovery codes, to be shown now and never again; None when the person has some from another factor.
    """
    await queries.lock_factors(db, person_id)
    app = await queries.app(db, person_id)
    step = None
    if app is not None and app.confirmed_at is None:
        step = codes.matching_step(_opened(secret, person_id, app.sealed), codes.plain(code), clock.now())
    if app is None or step is None:
        raise WrongCode(_("This code does not fit. Type the six digits that the app shows now."))
    await queries.confirm_app(db, person_id, app.sealed, step, clock.now())
    made = await added(db, person_id, keep=keep)
    _log.info("Authenticator app added", person_id=str(person_id))
    return made


async def added(db: AsyncSession, person_id: UUID, *, keep: UUID | None) -> list[str] | None:
    """After a factor was added: all sign-ins but `keep` end, and the first factor brings recovery codes."""
    await sign_ins.revoke_all(db, person_id, clock.now(), keep=keep)
    if (await queries.factors(db, person_id)).recovery_codes:
        return None
    return await new_recovery_codes(db, person_id)


async def new_recovery_codes(db: AsyncSession, person_id: UUID) -> list[str]:
    """Ten new codes, shown once; the former ones open nothing any more."""
    made = codes.new_recovery_codes()
    hashes = [_code_hash(person_id, code) for code in made]
    await queries.replace_recovery_codes(db, person_id, hashes, clock.now())
    _log.info("Recovery codes made", person_id=str(person_id))
    return made


async def remove_app(db: AsyncSession, person_id: UUID) -> None:
    """Turns the app off. With the last factor the recovery codes go as well."""
    await queries.lock_factors(db, person_id)
    await queries.delete_app(db, person_id)
    await forget_codes_without_factor(db, person_id)
    _log.info("Authenticator app removed", person_id=str(person_id))


async def forget_factors(db: AsyncSession, person_id: UUID) -> None:
    """For the operator: takes every second factor away from somebody who lost theirs, and ends all their sign-ins."""
    await queries.lock_factors(db, person_id)
    await queries.delete_app(db, person_id)
    for passkey in await passkeys.passkeys(db, person_id):
        await passkeys.delete_passkey(db, person_id, passkey.id)
    await queries.delete_recovery_codes(db, person_id)
    await sign_ins.revoke_all(db, person_id, clock.now())
    _log.info("Second factors forgotten by the operator", person_id=str(person_id))


async def forget_codes_without_factor(db: AsyncSession, person_id: UUID) -> None:
    """Recovery codes stand in for a factor; without one they are forgotten."""
    if not (await queries.factors(db, person_id)).any:
        await queries.delete_recovery_codes(db, person_id)


async def prove_code(database: Database, secret: Secret, person_id: UUID, code: str, network: str) -> How:
    """Uses a code up, of the app or a recovery code, and says which it was. Raises WrongCode and TooManyAttempts.

    Opens its own transactions, for the reason that `prove` gives: an attempt stays counted although it is refused.
    """
    key = attempts_key(secret, f"code:{person_id}")
    async with database.begin() as db:
        await count(db, key, network, limit=limits.CODE_LIMIT)
    async with database.begin() as db:
        how = await _spend(db, secret, person_id, codes.plain(code))
        if how is not None:
            await attempts.forgive(db, key, network)
            return how
    await note_failure(database, person_id)
    raise WrongCode(_("This code is wrong, too old or was used before. Type the one that the app shows now."))


async def program_code(database: Database, secret: Secret, person_id: UUID, code: str | None, network: str) -> How:
    """How a program signs in that gave the right password. Raises CodeNeeded, and what `prove_code` raises."""
    async with database.begin() as db:
        has = await queries.factors(db, person_id)
    if not has.any:
        return How.PASSWORD
    if code:
        return await prove_code(database, secret, person_id, code, network)
    if not has.app:
        raise CodeNeeded(
            _("This account's second step is a passkey, which programs do not have. Send a recovery code as `code`.")
        )
    raise CodeNeeded(_("This account has a second step. Send the code of the authenticator app as `code`."))


async def _spend(db: AsyncSession, secret: Secret, person_id: UUID, code: str) -> How | None:
    if not codes.is_of_an_app(code):
        hashed = _code_hash(person_id, code)
        used = await queries.spend_recovery_code(db, person_id, hashed, clock.now())
        return How.PASSWORD_RECOVERY if used else None
    app = await queries.app(db, person_id)
    if app is None or app.confirmed_at is None:
        return None
    step = codes.matching_step(_opened(secret, person_id, app.sealed), code, clock.now())
    return How.PASSWORD_CODE if step is not None and await queries.spend_step(db, person_id, step) else None


def _opened(secret: Secret, person_id: UUID, sealed: bytes) -> str:
    return secret.unseal(_PURPOSE, sealed, person_id.bytes).decode()


def _code_hash(person_id: UUID, code: str) -> bytes:
    return sha256(person_id.bytes + codes.canonical_recovery(code).encode()).digest()
