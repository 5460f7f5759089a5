"""Who is asking, and the team, as JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from colloquy.contexts.identity.errors import AlreadyInvited, AlreadyMember
from colloquy.contexts.identity.policy.roles import role_key, role_name
from colloquy.contexts.identity.queries import teams
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import current_actor, invite, members, roles
from colloquy.contexts.identity.service.current_actor import CurrentActor, CurrentSignIn
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Forbidden, Malformed, NotFound, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance

router = APIRouter(tags=["Team"])

TheSecret = Annotated[Secret, instance(Secret)]


@router.get("/me", response_model=schemas.MeView, responses=problems(NotSignedIn))
async def me(signed_in: CurrentSignIn) -> schemas.MeView:
    """Who is asking."""
    actor, organisation = signed_in.actor, signed_in.organisation
    return schemas.MeView(
        person=schemas.PersonView(id=actor.person_id, name=actor.name, email=actor.email, language=signed_in.language),
        organisation=schemas.OrganisationView(
            id=organisation.id,
            name=organisation.name,
            accent=organisation.accent,
            language=organisation.language,
            contact_email=organisation.contact_email,
        ),
        role=role_key(actor.role),
        role_name=role_name(actor.role),
        permissions=sorted(actor.permissions),
    )


@router.get("/team", response_model=schemas.TeamView, responses=problems(NotSignedIn, Forbidden))
async def team(actor: CurrentActor, request: Request, db: DbSession, secret: TheSecret) -> schemas.TeamView:
    """The team and the invitations that wait."""
    waiting = await invite.pending(db, secret, actor)
    members = await teams.team(db, actor.scope)
    return schemas.TeamView(
        members=[
            schemas.MemberView(
                person_id=member.person_id,
                name=member.name,
                email=member.email,
                role=role_key(member.role),
                role_name=role_name(member.role),
                joined_at=member.joined_at,
            )
            for member in members
        ],
        invitations=[_invitation(request, invited) for invited in waiting],
    )


@router.post(
    "/team/invitations",
    status_code=201,
    response_model=schemas.InvitationView,
    responses=problems(NotSignedIn, Forbidden, AlreadyInvited, AlreadyMember, Malformed),
)
async def invite_colleague(
    given: schemas.InvitationInput, actor: CurrentActor, request: Request, db: DbSession, secret: TheSecret
) -> schemas.InvitationView:
    """Invites a colleague: a letter goes out, and the link is answered too."""
    role = await roles.chosen(db, actor.scope, given.role)
    return _invitation(request, await invite.invite(db, secret, actor, email=given.email, role=role))


def _invitation(request: Request, invited: invite.Invited) -> schemas.InvitationView:
    return schemas.InvitationView(
        id=invited.invitation.id,
        email=invited.invitation.email,
        role=role_key(invited.invitation.role),
        role_name=role_name(invited.invitation.role),
        link=current_actor.join_link(request, invited.token),
        expires_at=invited.invitation.expires_at,
    )


@router.delete(
    "/team/members/{person_id}/sessions", status_code=204, responses=problems(NotSignedIn, Forbidden, NotFound)
)
async def end_member_sessions(person_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Signs a member out of the organisation, everywhere."""
    await members.end_sessions(db, actor, person_id)


@router.delete("/team/sessions", status_code=204, responses=problems(NotSignedIn, Forbidden))
async def end_all_sessions(actor: CurrentActor, db: DbSession) -> None:
    """Signs everybody out of the organisation whom one could also remove, but for oneself."""
    await members.end_all_sessions(db, actor)
