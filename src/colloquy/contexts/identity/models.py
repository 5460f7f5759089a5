"""What the queries return: frozen rows, never objects that load more behind one's back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from colloquy.contexts.identity.policy.roles import AnyRole, Permission, permissions_of
from colloquy.contexts.identity.policy.sign_ins import How


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant. `accent` is `#rrggbb`; `language` is `en` or `ru`."""

    id: UUID
    name: str
    accent: str
    language: str
    contact_email: str | None
    logo_hash: str | None = None

    @property
    def logo_address(self) -> str | None:
        """Where the logo is on this site, for everybody to see; it names the content and can be kept for ever."""
        return None if self.logo_hash is None else f"/logo/{self.id}/{self.logo_hash}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in; the same person in every organisation they belong to."""

    id: UUID
    email: str
    name: str
    language: str
    password_hash: str | None
    """None: they have none, and come by their organisation's own sign-in alone."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organisation's team."""

    person_id: UUID
    name: str
    email: str
    role: AnyRole
    language: str
    joined_at: datetime

    def may(self, permission: Permission) -> bool:
        """Whether their role has `permission`."""
        return permission in permissions_of(self.role)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A valid sign-in found by its secret: who, where, and which browser session or program (`id`),
    and `how` it was made.
    """

    id: UUID
    org_id: UUID
    person_id: UUID
    name: str
    email: str
    language: str
    seen_at: datetime | None
    how: How
    proved_at: datetime | None
    """When they last proved who they are; None where a provider did not say."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser or program somebody is signed in with. `by` is what it calls itself, maybe nothing."""

    id: UUID
    by: str
    program: bool
    created_at: datetime
    last_seen_at: datetime
    how: How


@dataclass(frozen=True, slots=True)
class Invitation:
    """A colleague asked to join. `sealed_token` opens only with the installation's secret."""

    id: UUID
    org_id: UUID
    email: str
    role: AnyRole
    sealed_token: bytes
    invited_by: UUID
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of an authenticator. `public_key` is a COSE key; `sign_count` is the authenticator's own counter,

    0 for those that do not count.
    """

    id: UUID
    person_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An account for programs: it has a role and keys, and no way of signing in. `id` is its person's."""

    id: UUID
    name: str
    role: AnyRole
    created_by: UUID
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a service account. `prefix` is what of it may be shown; `last_used_network` is coarse."""

    id: UUID
    account_id: UUID
    name: str
    prefix: str
    scopes: frozenset[Permission]
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    replaced_by: UUID | None = None
    last_used_at: datetime | None = None
    last_used_network: str | None = None

    def works(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > now
