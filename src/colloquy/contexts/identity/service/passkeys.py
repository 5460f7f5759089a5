"""Passkeys: adding one, signing in with one (Web Authentication Level 3, by py_webauthn).

Every ceremony begins with options that hold a fresh challenge and a sealed state that holds it too, and ends with the
authenticator's answer and that state. A state is worth one answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from colloquy.contexts.identity.errors import PasskeyRefused, StepGone, TooManyPasskeys
from colloquy.contexts.identity.models import Passkey
from colloquy.contexts.identity.policy.relying_party import NAME, RelyingParty
from colloquy.contexts.identity.policy.roles import Actor
from colloquy.contexts.identity.queries import factors, people
from colloquy.contexts.identity.queries import passkeys as queries
from colloquy.contexts.identity.service import state
from colloquy.contexts.identity.service.factors import added, forget_codes_without_factor
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

MOST = 20
_CHALLENGE_BYTES = 32
_ADDING, _SIGNING_IN = "passkey-adding", "passkey-signing-in"
# What the library raises for an answer that does not hold, and what the bytes in one can make its parsers raise.
_BAD = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, AttributeError)
_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser is given to ask its authenticator with. `options` is JSON as Web Authentication writes it."""

    options: dict[str, Any]
    state: str


async def begin_adding(db: AsyncSession, secret: Secret, actor: Actor, party: RelyingParty) -> Ceremony:
    """Options for a new passkey of the actor; those they have are excluded. Raises TooManyPasskeys."""
    known = await queries.passkeys(db, actor.person_id)
    if len(known) >= MOST:
        raise TooManyPasskeys(_("You have %(number)s passkeys. Remove one that you no longer use first.", number=MOST))
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=actor.person_id.bytes,
        user_name=actor.email,
        user_display_name=actor.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return Ceremony(
        options_to_json_dict(options),
        state.seal(secret, _ADDING, {"challenge": challenge.hex(), "person": actor.person_id.hex}),
    )


async def add(
    db: AsyncSession,
    secret: Secret,
    actor: Actor,
    party: RelyingParty,
    *,
    sealed: str,
    credential: dict[str, Any],
    name: str,
    keep: UUID | None,
) -> list[str] | None:
    """Keeps the new passkey. All sign-ins but `keep` end. Recovery codes to show once, when it is the first factor.

    Raises StepGone, PasskeyRefused and TooManyPasskeys.
    """
    begun = state.opened(secret, _ADDING, sealed)
    if begun is None or begun.values["person"] != actor.person_id.hex or not await state.spend(db, begun):
        raise StepGone(_("This took too long, or was done already. Try again."))
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=bytes.fromhex(begun.values["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _BAD as error:
        raise _refused(error) from error
    await factors.lock_factors(db, actor.person_id)
    if len(await queries.passkeys(db, actor.person_id)) >= MOST:
        raise TooManyPasskeys(_("You have %(number)s passkeys. Remove one that you no longer use first.", number=MOST))
    passkey = Passkey(
        new_id(),
        actor.person_id,
        verified.credential_id,
        verified.credential_public_key,
        verified.sign_count,
        name,
        _transports(credential),
        clock.now(),
    )
    if not await queries.insert_passkey(db, passkey):
        raise PasskeyRefused(_("This passkey is in use already. Make a new one."))
    made = await added(db, actor.person_id, keep=keep)
    _log.info("Passkey added", person_id=str(actor.person_id), passkey_id=str(passkey.id))
    return made


async def remove(db: AsyncSession, actor: Actor, passkey_id: UUID) -> None:
    """Forgets one of the actor's passkeys. Raises NotFound."""
    await factors.lock_factors(db, actor.person_id)
    if not await queries.delete_passkey(db, actor.person_id, passkey_id):
        raise NotFound(_("No such passkey."))
    await forget_codes_without_factor(db, actor.person_id)
    _log.info("Passkey removed", person_id=str(actor.person_id), passkey_id=str(passkey_id))


async def begin_signing_in(
    db: AsyncSession, secret: Secret, party: RelyingParty, person_id: UUID | None = None
) -> Ceremony:
    """Options for signing in: with any passkey of this site, or with one of `person_id`, whose second step it is."""
    known = await queries.passkeys(db, person_id) if person_id else []
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    person = person_id.hex if person_id else None
    return Ceremony(
        options_to_json_dict(options),
        state.seal(secret, _SIGNING_IN, {"challenge": challenge.hex(), "person": person}),
    )


async def sign_in(
    db: AsyncSession,
    secret: Secret,
    party: RelyingParty,
    *,
    sealed: str,
    credential: dict[str, Any],
    person_id: UUID | None = None,
) -> UUID:
    """Whose passkey this is. `person_id`: whose it has to be. Raises StepGone and PasskeyRefused."""
    begun = state.opened(secret, _SIGNING_IN, sealed)
    wanted = person_id.hex if person_id else None
    if begun is None or begun.values["person"] != wanted or not await state.spend(db, begun):
        raise StepGone(_("This took too long, or was done already. Try again."))
    try:
        passkey = await queries.lock_passkey(db, base64url_to_bytes(credential["rawId"]))
        if passkey is None or (person_id is not None and passkey.person_id != person_id):
            raise PasskeyRefused(_("This passkey is not known here. It may have been removed from your account."))
        # The handle that the authenticator kept with the passkey: whose it was when it was made.
        handle = credential["response"].get("userHandle")
        if handle is not None and base64url_to_bytes(handle) != passkey.person_id.bytes:
            raise PasskeyRefused(_("This passkey is not known here. It may have been removed from your account."))
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=bytes.fromhex(begun.values["challenge"]),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BAD as error:
        raise _refused(error) from error
    await queries.used(db, passkey.id, verified.new_sign_count, clock.now())
    if await people.person(db, passkey.person_id) is None:
        raise PasskeyRefused(_("This passkey is not known here. It may have been removed from your account."))
    return passkey.person_id


def _refused(error: Exception) -> PasskeyRefused:
    # A counter that went back, a foreign origin: what the operator would want to see, and the person cannot help.
    _log.warning("Passkey refused", kind=type(error).__name__, reason=str(error)[:200])
    return PasskeyRefused(_("The passkey was not accepted. Try again, or sign in with your password."))


def _descriptors(known: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=passkey.credential_id, transports=[AuthenticatorTransport(one) for one in passkey.transports] or None
        )
        for passkey in known
    ]


def _transports(credential: dict[str, Any]) -> tuple[str, ...]:
    given = credential.get("response", {}).get("transports")
    known = {transport.value for transport in AuthenticatorTransport}
    return tuple(sorted({one for one in given if isinstance(one, str)} & known)) if isinstance(given, list) else ()
