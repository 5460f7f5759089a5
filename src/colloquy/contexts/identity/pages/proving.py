"""Asking somebody who is signed in for the password once more, before what a borrowed browser must not do."""

from __future__ import annotations

from fastapi import Request

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.service import current_actor
from colloquy.contexts.identity.service.current_actor import SignedIn
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.i18n import gettext as _


async def with_password(
    request: Request, database: Database, secret: Secret, signed_in: SignedIn, password: str
) -> Refusal | None:
    """None when the password is theirs; else what to tell them."""
    try:
        await prove(
            database,
            secret,
            email=signed_in.actor.email,
            password=password,
            network=current_actor.network(request),
        )
    except WrongCredentials:
        return Malformed(_("This is not your current password. Type it again."))
    except TooManyAttempts as refusal:
        return refusal
    return None
