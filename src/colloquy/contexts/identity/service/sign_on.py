"""Sign-in by an organisation's own provider: how it is configured, and who is let in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import NoSignOn, NotAdmitted
from colloquy.contexts.identity.models import Organisation, Person
from colloquy.contexts.identity.policy.roles import Actor, Permission, Role, may_appoint
from colloquy.contexts.identity.queries import organisations, people, teams
from colloquy.contexts.identity.queries import sign_on as queries
from colloquy.contexts.identity.queries.sign_on import SignOn
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope, enter
from colloquy.kit.errors import Malformed, NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.providers.oidc.port import Client, Identity

_PURPOSE = "sign-on-client-secret"
_LONGEST_NAME = 120
_log = log.get_logger(__name__)


async def configured(db: AsyncSession, actor: Actor) -> SignOn | None:
    """How the organisation's provider is configured. Raises Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    return await queries.sign_on(db, actor.scope)


async def configure(db: AsyncSession, secret: Secret, actor: Actor, given: schemas.SignOnInput, issuer: str) -> None:
    """Writes how the provider is asked; `issuer` is the checked address. Raises Forbidden and Malformed."""
    actor.require(Permission.ORG_MANAGE)
    before = await queries.sign_on(db, actor.scope)
    if not may_appoint(actor, None, given.role):
        wrong = _("This role allows more than your own does.")
        raise Malformed(_("Some fields need another look."), fields={"role": wrong})
    same_client = before is not None and (before.issuer, before.client_id) == (issuer, given.client_id)
    if given.client_secret:
        sealed = secret.seal(_PURPOSE, given.client_secret.encode(), actor.scope.org_id.bytes)
    elif before is not None and before.sealed_secret is not None and not given.public:
        if not same_client:
            # The stored one would be sent to an address that whoever typed it may not know it for.
            wrong = _("Issuer or client id changed: enter the client secret that belongs to them.")
            raise Malformed(_("Some fields need another look."), fields={"client_secret": wrong})
        sealed = before.sealed_secret
    elif given.public:
        sealed = None
    else:
        wrong = _("Enter the client secret, or say that the client has none.")
        raise Malformed(_("Some fields need another look."), fields={"client_secret": wrong})
    # An owner's word for a provider stands while it is the same one; an admin's own is no word about owners.
    vouched = actor.owns or (before is not None and same_client and before.owners_too)
    values = SignOn(
        issuer, given.client_id, sealed, given.create_people, given.role, given.required, vouched, given.domains
    )
    await queries.put_sign_on(db, actor.scope, values, clock.now())
    _log.info("Single sign-on configured", org_id=str(actor.scope.org_id), issuer=issuer, required=given.required)


async def remove(db: AsyncSession, actor: Actor) -> None:
    """Ends sign-in by the provider. Raises Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    await queries.delete_sign_on(db, actor.scope)
    _log.info("Single sign-on removed", org_id=str(actor.scope.org_id))


async def forget(db: AsyncSession, actor: Actor, email: str) -> None:
    """Lets a member come as another account of the provider. Raises Forbidden and NotFound."""
    actor.require(Permission.ORG_MANAGE)
    person = await people.person_by_email(db, email)
    if person is None or not await queries.unlink(db, actor.scope, person.id):
        raise NotFound(_("Nobody of your team with this address has come by single sign-on."))
    _log.info("Single sign-on link forgotten", org_id=str(actor.scope.org_id), person_id=str(person.id))


async def provider_of(db: AsyncSession, secret: Secret, org_id: UUID) -> tuple[Organisation, SignOn, Client]:
    """The organisation and how its provider is asked; enters its tenant. Raises NoSignOn."""
    scope = Scope(org_id)
    await enter(db, scope)
    organisation, found = await organisations.organisation(db, scope), await queries.sign_on(db, scope)
    if organisation is None or found is None:
        raise NoSignOn(_("There is no such sign-in. Check the address, or sign in with your e-mail address."))
    sealed = found.sealed_secret
    opened = None if sealed is None else secret.unseal(_PURPOSE, sealed, org_id.bytes).decode()
    return organisation, found, Client(found.issuer, found.client_id, opened)


async def choices(db: AsyncSession, email: str, *, most: int = 5) -> list[Organisation]:
    """Organisations that let in people with such an address by a provider of their own.

    By the domain alone: whether the person is in one of their teams is nobody's to find out here.
    """
    found: list[Organisation] = []
    for org_id in await queries.organisations_for(db, _domain(email), most):
        scope = Scope(org_id)
        await enter(db, scope)
        organisation = await organisations.organisation(db, scope)
        if organisation is not None:
            found.append(organisation)
    return found


async def admit(db: AsyncSession, organisation: Organisation, configured_as: SignOn, identity: Identity) -> UUID:
    """The person that the provider speaks of, let into the organisation. Raises NotAdmitted.

    Whoever came before is known by the provider's own name for them. Only the first time is it the e-mail address
    that says who they are, and only one that the provider has verified, of a domain that the organisation listed.
    """
    scope, now = Scope(organisation.id), clock.now()
    await teams.lock_team(db, scope)
    person_id = await queries.linked_person(db, scope, configured_as.issuer, identity.subject, now)
    if person_id is None:
        person_id = await _first_time(db, organisation, configured_as, identity)
        await queries.link(db, scope, configured_as.issuer, identity.subject, person_id, now)
    role = await teams.membership(db, scope, person_id)
    if role is None:
        raise _refused("removed", _("You are not in the team of %(name)s any more.", name=organisation.name))
    if role is Role.OWNER and not configured_as.owners_too:
        raise _refused("owner", _("Owners sign in with their password until an owner has saved single sign-on."))
    return person_id


async def _first_time(db: AsyncSession, organisation: Organisation, chosen: SignOn, identity: Identity) -> UUID:
    scope, email = Scope(organisation.id), (identity.email or "").strip()
    if not email:
        raise _refused("no_email", _("Your provider does not say your e-mail address. It has to be shared with us."))
    if not identity.email_verified:
        raise _refused("email_unverified", _("Your provider has not verified your e-mail address. Have it verified."))
    if _domain(email) not in chosen.domains:
        raise _refused("domain", _("%(name)s does not let in addresses like yours.", name=organisation.name))
    person = await people.person_by_email(db, email)
    if person is not None:
        if await teams.membership(db, scope, person.id) is not None:
            if await queries.is_linked(db, scope, chosen.issuer, person.id):
                raise _refused(
                    "other_account",
                    _("You came as another account of your provider before. Ask an admin to forget that one."),
                )
            return person.id
        if await teams.membership(db, scope, person.id, removed=True) is not None:
            raise _refused("removed", _("You are not in the team of %(name)s any more.", name=organisation.name))
    if not chosen.create_people:
        raise _refused("not_in_team", _("You are not in the team of %(name)s yet. Ask there.", name=organisation.name))
    return await _newcomer(db, organisation, chosen, identity, person, email)


async def _newcomer(
    db: AsyncSession,
    organisation: Organisation,
    chosen: SignOn,
    identity: Identity,
    person: Person | None,
    email: str,
) -> UUID:
    if person is None:
        try:
            given = schemas.understood(schemas.Particulars, email=email, name=_name(identity, email))
        except Malformed:
            raise _refused("no_email", _("Your provider gives an e-mail address that is none.")) from None
        person = Person(new_id(), given.email, given.name, organisation.language, None)
        await people.insert_person(db, person)
    await teams.put_membership(db, Scope(organisation.id), person.id, chosen.role, clock.now())
    _log.info("Member added by single sign-on", org_id=str(organisation.id), person_id=str(person.id))
    return person.id


def _name(identity: Identity, email: str) -> str:
    said = "".join(c for c in identity.name or "" if c.isprintable()).strip()
    return (said or email.partition("@")[0])[:_LONGEST_NAME]


def _domain(email: str) -> str:
    return email.rpartition("@")[2].strip().lower()


def _refused(reason: str, message: str) -> NotAdmitted:
    _log.info("Single sign-on refused", reason=reason)
    return NotAdmitted(message, reason=reason)
