"""The team: who is in it, as what, and who was asked to join."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import AlreadyInvited, AlreadyMember
from colloquy.contexts.identity.pages.given import Text, TheSecret
from colloquy.contexts.identity.policy.role_words import explained, make_words
from colloquy.contexts.identity.policy.roles import Actor, AnyRole, Permission, Role, may_appoint, role_key, role_name
from colloquy.contexts.identity.queries import teams
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import invite, members, roles
from colloquy.contexts.identity.service.current_actor import CurrentActor, join_link
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.web import pages

router = APIRouter(prefix="/team")


@router.get("")
async def team(request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret) -> Response:
    """Members, invitations that wait, and the form that invites."""
    return await _page(request, actor, db, secret)


@router.post("/invitations")
async def invite_colleague(
    request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, email: Text = "", role: Text = ""
) -> Response:
    """Invites; the link is then on the page to be copied."""
    values = {"email": email, "role": role}
    try:
        given = schemas.understood(schemas.InvitationInput, **values)
        chosen = await roles.chosen(db, actor.scope, given.role)
        await invite.invite(db, secret, actor, email=given.email, role=chosen)
    except Malformed as error:
        return await _page(request, actor, db, secret, values=values, errors=error.fields, status=422)
    except (AlreadyInvited, AlreadyMember) as refusal:
        errors = {"email": refusal.message}
        return await _page(request, actor, db, secret, values=values, errors=errors, status=refusal.status)
    return pages.see_other(
        request, "/team", _("%(email)s is invited. The link is below; a letter is on its way.", email=given.email)
    )


@router.post("/invitations/{invitation_id}/revoke")
async def take_back(request: Request, invitation_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Takes an invitation back."""
    await invite.take_back(db, actor, invitation_id)
    return pages.see_other(request, "/team", _("The invitation was taken back; its link no longer works."))


@router.post("/members/{person_id}/role/{role}")
async def change_role(request: Request, person_id: UUID, role: str, actor: CurrentActor, db: DbSession) -> Response:
    """Gives a member another role."""
    before = await teams.membership(db, actor.scope, person_id)
    await members.change_role(db, actor, person_id, await roles.chosen(db, actor.scope, role))
    undo = f"/team/members/{person_id}/role/{role_key(before)}" if before and person_id != actor.person_id else ""
    return pages.see_other(request, "/team", _("The role was changed."), undo_action=undo)


@router.post("/members/{person_id}/remove")
async def remove(request: Request, person_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Takes a member out of the team. It can be undone."""
    names = await teams.person_names(db, actor.scope, [person_id])
    await members.remove(db, actor, person_id)
    if person_id == actor.person_id:
        return pages.see_other(request, "/sign-in", _("You have left the team."))
    undo = f"/team/members/{person_id}/restore"
    return pages.see_other(
        request, "/team", _("%(name)s is no longer in the team.", name=names[person_id]), undo_action=undo
    )


@router.get("/members/{person_id}/end-sessions")
async def ask_end_sessions(request: Request, person_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Asks whether a member is to be signed out everywhere: nothing brings these sessions back."""
    await members.may_end_sessions(db, actor, person_id)
    names = await teams.person_names(db, actor.scope, [person_id])
    return pages.render(
        request, "identity/end_sessions.html", section="team", name=names[person_id], action=request.url.path
    )


@router.post("/members/{person_id}/end-sessions")
async def end_sessions(request: Request, person_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Signs a member out of the organisation, everywhere."""
    await members.end_sessions(db, actor, person_id)
    if person_id == actor.person_id:
        return pages.see_other(request, "/sign-in")
    names = await teams.person_names(db, actor.scope, [person_id])
    return pages.see_other(request, "/team", _("%(name)s is signed out everywhere.", name=names[person_id]))


@router.get("/end-sessions")
async def ask_end_all_sessions(request: Request, actor: CurrentActor) -> Response:
    """Asks whether everybody else is to be signed out."""
    actor.require(Permission.TEAM_MANAGE)
    return pages.render(request, "identity/end_sessions.html", section="team", name="", action=request.url.path)


@router.post("/end-sessions")
async def end_all_sessions(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Signs everybody out whom one could also remove, but for oneself."""
    count = await members.end_all_sessions(db, actor)
    told = ngettext("%(num)s person is signed out everywhere.", "%(num)s people are signed out everywhere.", count)
    return pages.see_other(request, "/team", told)


@router.post("/members/{person_id}/restore")
async def restore(request: Request, person_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Takes a removed member back."""
    await members.restore(db, actor, person_id)
    names = await teams.person_names(db, actor.scope, [person_id])
    return pages.see_other(request, "/team", _("%(name)s is in the team again.", name=names[person_id]))


async def _page(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    secret: Secret,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor.require(Permission.TEAM_MANAGE)
    everybody = await teams.team(db, actor.scope)
    owners = sum(member.role is Role.OWNER for member in everybody)
    every_role = await roles.all_roles(db, actor.scope)
    return pages.render(
        request,
        "identity/team.html",
        status=status,
        section="team",
        members=[
            {
                "person_id": member.person_id,
                "name": member.name,
                "email": member.email,
                "role_name": role_name(member.role),
                "owner": member.role is Role.OWNER,
                "joined_at": member.joined_at,
                "me": member.person_id == actor.person_id,
                "can_end": may_appoint(actor, member.role, None) and member.person_id != actor.person_id,
                **_allowed(actor, member.role, every_role, last_owner=member.role is Role.OWNER and owners == 1),
            }
            for member in everybody
        ],
        waiting=[
            {
                "invitation": invited.invitation,
                "role_name": role_name(invited.invitation.role),
                "link": join_link(request, invited.token),
            }
            for invited in await invite.pending(db, secret, actor)
        ],
        roles=[
            {"value": role_key(role), "text": role_name(role), "help": explained(role)}
            for role in every_role
            if may_appoint(actor, None, role)
        ],
        values=values or {"email": "", "role": Role.RECRUITER.value},
        errors=errors or {},
    )


def _allowed(actor: Actor, role: AnyRole, every_role: list[AnyRole], *, last_owner: bool) -> dict[str, object]:
    """What the page may offer to do with a member: nothing that would then be refused."""
    if last_owner:
        return {"roles": [], "removable": False, "last_owner": True}
    others = [
        {"key": role_key(other), "words": make_words(other)}
        for other in every_role
        if other != role and may_appoint(actor, role, other)
    ]
    return {"roles": others, "removable": may_appoint(actor, role, None), "last_owner": False}
