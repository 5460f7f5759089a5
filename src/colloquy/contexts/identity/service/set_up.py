"""The first run, and every other way an organisation comes to be."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import AlreadySetUp, EmailTaken
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.policy.roles import Actor, Role
from colloquy.contexts.identity.queries import organisations, people, teams
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import passwords
from colloquy.kit import audit, clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

_DONE = N_("This installation has been set up. Sign in, or ask your team for an invitation.")


async def create_organisation(db: AsyncSession, *, organisation: str, name: str, email: str, password: str) -> Actor:
    """A new organisation and the person who owns it; the transaction has then entered it.

    `name`, `email` and `password` are the owner's, as typed. Raises EmailTaken, and Malformed with a sentence for
    each of the four that cannot be.
    """
    given = schemas.understood(schemas.SetUp, organisation=organisation, name=name, email=email, password=password)
    return await _create(
        db,
        organisation=given.organisation,
        name=given.name,
        email=given.email,
        password_hash=await passwords.hashed(given.password),
    )


async def set_up_is_waiting(db: AsyncSession) -> bool:
    """Whether nobody has set this installation up yet, so that `/set-up` is the first thing to do."""
    return not await people.anybody(db)


async def check_not_set_up(db: AsyncSession) -> None:
    """Raises AlreadySetUp. A quick look before the costly work; `set_up` decides."""
    if await people.anybody(db):
        raise AlreadySetUp(_(_DONE))


async def set_up(db: AsyncSession, *, organisation: str, name: str, email: str, password_hash: str) -> Actor:
    """The first organisation of the installation. Raises AlreadySetUp ever after, to the slower of two as well."""
    await organisations.lock_set_up(db)
    if await people.anybody(db):
        raise AlreadySetUp(_(_DONE))
    return await _create(db, organisation=organisation, name=name, email=email, password_hash=password_hash)


async def _create(db: AsyncSession, *, organisation: str, name: str, email: str, password_hash: str) -> Actor:
    scope = Scope(new_id())
    await enter(db, scope)
    person = Person(new_id(), email, name, "en", password_hash)
    if not await people.insert_person(db, person):
        raise EmailTaken(_("Somebody has this e-mail address already. Use another, or sign in."))
    await organisations.insert_organisation(db, scope.org_id, organisation, email)
    await teams.put_membership(db, scope, person.id, Role.OWNER, clock.now())
    audit.acting(audit.ActorKind.PERSON, person.id)
    audit.note(db, scope, "organisation.created", subject=("person", person.id))
    return Actor(person.id, name, email, Role.OWNER, scope)
