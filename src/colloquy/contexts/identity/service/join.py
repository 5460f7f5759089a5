"""Accepting an invitation: as somebody new, or as somebody who has an account here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import EmailTaken, InvitationGone
from colloquy.contexts.identity.models import Invitation, Organisation, Person
from colloquy.contexts.identity.queries import invitations, organisations, people, teams
from colloquy.contexts.identity.service.invite import LINK_KIND, waits
from colloquy.contexts.identity.service.token_routes import scope_of
from colloquy.kit import audit, clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.errors import NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, token_hash


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can be accepted now. `person` is who has its address already, if anybody."""

    scope: Scope
    invitation: Invitation
    organisation: Organisation
    person: Person | None


async def open_invitation(db: AsyncSession, token: str) -> OpenInvitation:
    """The invitation behind the link; enters its tenant. Raises NotFound and InvitationGone."""
    scope = await scope_of(db, token, LINK_KIND)
    if scope is None:
        raise NotFound(_("There is no such invitation. Check that the whole link was copied."))
    await enter(db, scope)
    invitation = await invitations.by_token(db, scope, token_hash(token))
    organisation = await organisations.organisation(db, scope)
    if invitation is None or organisation is None:
        raise NotFound(_("There is no such invitation. Check that the whole link was copied."))
    if invitation.accepted_at is not None:
        raise InvitationGone(_("This invitation has been used. If it was you, sign in."))
    if not waits(invitation, clock.now()):
        raise InvitationGone(_("This invitation has expired or was taken back. Ask your colleague for a new one."))
    return OpenInvitation(scope, invitation, organisation, await people.person_by_email(db, invitation.email))


async def join_as_new(db: AsyncSession, opened: OpenInvitation, *, name: str, password_hash: str) -> UUID:
    """Makes the person and puts them in the team. Returns their id; raises EmailTaken and InvitationGone."""
    person = Person(new_id(), opened.invitation.email, name, opened.organisation.language, password_hash)
    if not await people.insert_person(db, person):
        raise EmailTaken(_("Somebody has this e-mail address now. Open the link again to join with it."))
    await _join(db, opened, person.id)
    return person.id


async def join_as(db: AsyncSession, opened: OpenInvitation, person_id: UUID) -> None:
    """Puts somebody who has proved to own the invitation's address in the team. Raises InvitationGone."""
    await _join(db, opened, person_id)


async def _join(db: AsyncSession, opened: OpenInvitation, person_id: UUID) -> None:
    now = clock.now()
    if not await invitations.accept(db, opened.scope, opened.invitation.id, person_id, now):
        raise InvitationGone(_("This invitation has been used. If it was you, sign in."))
    who = (audit.ActorKind.PERSON, person_id)
    audit.note(db, opened.scope, "team.joined", actor=who, subject=("invitation", opened.invitation.id))
    # Somebody who came back into the team meanwhile keeps the role they have: it may be the last owner's.
    if await teams.membership(db, opened.scope, person_id) is None:
        await teams.put_membership(db, opened.scope, person_id, opened.invitation.role, now)
