"""What the product asks of an OpenID provider (OpenID Connect Core 1.0, Discovery 1.0; RFC 7636; RFC 9207)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SignOnFailed(Exception):  # noqa: N818 - see `kit.errors.Refusal`
    """The provider did not do what it should. `message` is for people, in the reader's language; `code` is stable.

    Codes: address (it may not be asked), unreachable, discovery (what it says of itself does not do), exchange (it
    does not give a token for the code), token (the id token does not hold).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows this installation as. `secret` is None for a public client."""

    issuer: str
    client_id: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the provider says of itself. `algorithms`: asymmetric ones it may sign id tokens with that we accept too.

    `names_issuer`: it says in its answers who it is (RFC 9207), so an answer that does not is not its own.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    algorithms: tuple[str, ...]
    token_auth: tuple[str, ...]
    pkce: bool
    names_issuer: bool
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One sign-in on its way: what was sent along, and is compared when somebody comes back."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str
    anew: bool = False
    """The provider is to ask who they are, although they are signed in with it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is. `subject` is theirs for ever; e-mail and name are what they are called now."""

    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    proved_at: datetime | None = None
    """When the provider last asked them who they are (`auth_time`); None where it does not say."""


class OpenId(Protocol):
    """Speaks to providers. Every method that asks one raises SignOnFailed."""

    def checked_address(self, address: str) -> str:
        """The address of an issuer as it is stored. SignOnFailed for one that may not be asked."""
        ...

    async def test(self, issuer: str) -> Discovered:
        """Asks afresh what the provider says of itself, and for its keys."""
        ...

    async def address(self, client: Client, asked: Asked, login_hint: str = "") -> str:
        """Where to send the browser."""
        ...

    async def redeem(self, client: Client, asked: Asked, code: str, issuer: str | None) -> Identity:
        """Who it is that came back with `code`. `issuer` is what the answer named as its author, if it did."""
        ...
