"""Organisations with people in them, and clients that are signed in as one of these people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import httpx

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.policy.roles import PERMISSIONS
from colloquy.contexts.identity.queries import people, teams
from colloquy.contexts.identity.service import passwords, refresh
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.ids import new_id

PASSWORD = "eleven quiet herons"
_numbers = count(1)
_hash: str | None = None


@dataclass(frozen=True, slots=True)
class MadeOrganisation:
    """An organisation with its owner. `members` grows by `member`."""

    id: UUID
    name: str
    owner: identity.Actor
    members: list[identity.Actor] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        return Scope(self.id)


def unique_email(name: str = "person") -> str:
    """An address that no other test has."""
    plain = "".join(c for c in name.lower().replace(" ", ".") if c.isalnum() or c == ".")
    return f"{plain}.{next(_numbers)}.{new_id().hex[-8:]}@example.com"


async def make_organisation(database: Database, name: str = "Northwind", *, email: str | None = None):
    """An organisation and its owner, Olga, whose password is PASSWORD."""
    async with database.begin() as db:
        owner = await identity.create_organisation(
            db, organisation=name, name="Olga Owner", email=email or unique_email("olga"), password=PASSWORD
        )
    return MadeOrganisation(owner.scope.org_id, name, owner, [owner])


async def make_member(
    database: Database, organisation: MadeOrganisation, role: identity.Role, *, name: str | None = None
) -> identity.Actor:
    """Somebody new in the team, whose password is PASSWORD."""
    global _hash  # noqa: PLW0603 - argon2 is slow on purpose; one hash serves all members of all tests
    _hash = _hash or await passwords.hashed(PASSWORD)
    name = name or f"{role.capitalize()} {next(_numbers)}"
    person = Person(new_id(), unique_email(name), name, "en", _hash)
    async with database.begin(organisation.scope) as db:
        assert await people.insert_person(db, person)
        await teams.put_membership(db, organisation.scope, person.id, role, clock.now())
    actor = identity.Actor(person.id, name, person.email, role, organisation.scope)
    organisation.members.append(actor)
    return actor


def least_role(permission: identity.Permission) -> identity.Role:
    """The role with the fewest permissions among those that have this one."""
    return min((role for role in identity.Role if permission in PERMISSIONS[role]), key=lambda r: len(PERMISSIONS[r]))


async def bearer(database: Database, secret: Secret, actor: identity.Actor) -> str:
    """An `Authorization` header for the actor, as `POST /api/auth/login` would give."""
    async with database.begin() as db:
        tokens = await refresh.begin(db, secret, person_id=actor.person_id, scope=actor.scope, user_agent="tests")
    assert tokens is not None
    return f"Bearer {tokens.access}"


class Browser(httpx.AsyncClient):
    """A client with cookies that fills the CSRF field as a page's form would."""

    _csrf: str | None = None

    async def csrf(self) -> str:
        """The token that belongs to this browser's cookie, read from a page."""
        if self._csrf is None:
            page = await self.get("/sign-in?next=/csrf", headers={"accept": "text/html"}, follow_redirects=True)
            found = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
            assert found, f"no CSRF token on {page.url}: {page.status_code}"
            self._csrf = found[1]
        return self._csrf

    async def submit(self, path: str, data: dict | None = None, **kwargs) -> httpx.Response:
        """POSTs a form to `path`, CSRF token included."""
        body = {"csrf_token": await self.csrf(), **(data or {})}
        headers = {"accept": "text/html", **kwargs.pop("headers", {})}
        return await self.post(path, data=body, headers=headers, **kwargs)

    async def page(self, path: str) -> httpx.Response:
        """GETs a page as a person's browser would: errors come as pages."""
        return await self.get(path, headers={"accept": "text/html"})

    async def sign_in(self, email: str, password: str = PASSWORD, **data) -> httpx.Response:
        """Submits the sign-in form."""
        return await self.submit("/sign-in", {"email": email, "password": password, **data})
