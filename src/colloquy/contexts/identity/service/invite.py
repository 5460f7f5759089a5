"""Asking a colleague to join the team, by a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import AlreadyInvited, AlreadyMember
from colloquy.contexts.identity.events import ColleagueInvited
from colloquy.contexts.identity.models import Invitation
from colloquy.contexts.identity.policy.roles import Actor, AnyRole, Permission, Role, may_appoint
from colloquy.contexts.identity.queries import invitations, organisations, people, teams
from colloquy.contexts.identity.service.token_routes import keep_route
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.errors import Forbidden, NotFound
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, new_token, token_hash

LIFE = timedelta(days=7)
LINK_KIND = "colleague_invitation"
_PURPOSE = "colleague-invitation"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with the secret of its link, `/join/{token}`."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What the invitation's letter says. The link is `/join/{token}` at the installation's address."""

    token: str
    email: str
    organisation: str
    invited_by: str
    role: AnyRole
    language: str
    expires_at: datetime


async def invite(db: AsyncSession, secret: Secret, actor: Actor, *, email: str, role: AnyRole) -> Invited:
    """Asks the owner of this address to join. Raises Forbidden, AlreadyMember, AlreadyInvited."""
    actor.require(Permission.TEAM_MANAGE)
    if not may_appoint(actor, None, role):
        if role is Role.OWNER:
            raise Forbidden(_("Only an owner can invite an owner."))
        raise Forbidden(_("This role allows more than your own does. Choose another, or ask an admin."))
    person = await people.person_by_email(db, email)
    if person is not None and await teams.membership(db, actor.scope, person.id) is not None:
        raise AlreadyMember(_("%(name)s is in the team already.", name=person.name))
    now, token, invitation_id = clock.now(), new_token(), new_id()
    sealed = secret.seal(_PURPOSE, token.encode(), invitation_id.bytes)
    invitation = Invitation(
        invitation_id,
        actor.scope.org_id,
        email,
        role,
        sealed,
        invited_by=actor.person_id,
        created_at=now,
        expires_at=now + LIFE,
        accepted_at=None,
        revoked_at=None,
    )
    if not await invitations.insert(db, actor.scope, invitation, token_hash(token)):
        raise AlreadyInvited(_("There is an invitation for this address. Copy its link below, or take it back first."))
    await keep_route(db, token, actor.scope, LINK_KIND)
    await publish(db, ColleagueInvited(actor.scope.org_id, invitation_id))
    return Invited(invitation, token)


async def pending(db: AsyncSession, secret: Secret, actor: Actor) -> list[Invited]:
    """Invitations that wait for an answer, with their links. Raises Forbidden."""
    actor.require(Permission.TEAM_MANAGE)
    waiting = await invitations.pending(db, actor.scope, clock.now())
    return [Invited(invitation, _token(secret, invitation)) for invitation in waiting]


async def take_back(db: AsyncSession, actor: Actor, invitation_id: UUID) -> None:
    """Makes the link worthless. Raises Forbidden, and NotFound when there is none or it was accepted."""
    actor.require(Permission.TEAM_MANAGE)
    if not await invitations.revoke(db, actor.scope, invitation_id, clock.now()):
        raise NotFound(_("No such invitation, or it has been accepted."))


async def colleague_letter_facts(
    db: AsyncSession, secret: Secret, scope: Scope, invitation_id: UUID
) -> LetterFacts | None:
    """What to write to the invited colleague; None once the invitation waits no more."""
    invitation = await invitations.by_id(db, scope, invitation_id)
    organisation = await organisations.organisation(db, scope)
    if invitation is None or organisation is None or not waits(invitation, clock.now()):
        return None
    names = await teams.person_names(db, scope, [invitation.invited_by])
    return LetterFacts(
        token=_token(secret, invitation),
        email=invitation.email,
        organisation=organisation.name,
        invited_by=names.get(invitation.invited_by, organisation.name),
        role=invitation.role,
        language=organisation.language,
        expires_at=invitation.expires_at,
    )


def waits(invitation: Invitation, now: datetime) -> bool:
    """Whether the invitation can still be accepted."""
    return invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > now


def _token(secret: Secret, invitation: Invitation) -> str:
    return secret.unseal(_PURPOSE, invitation.sealed_token, invitation.id.bytes).decode()
