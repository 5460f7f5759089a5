"""How candidates are let in: the public link and invitations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import (
    InterviewNotFound,
    InvalidInput,
    InvitationNotFound,
    KeyReused,
    LinkUsed,
    PublicLinkNotFound,
    TooMany,
    WrongState,
)
from colloquy.contexts.interviews.policy.accommodation import UNCHANGED
from colloquy.contexts.interviews.policy.addresses import read_invitees
from colloquy.contexts.interviews.policy.cursor import cursor
from colloquy.contexts.interviews.policy.link import Link
from colloquy.contexts.interviews.routes.asking import (
    IdempotencyKey,
    Limit,
    Place,
    TheSecret,
    TheSite,
    Viewer,
)
from colloquy.contexts.interviews.schemas import inputs, views
from colloquy.contexts.interviews.service import idempotency, inviting, links
from colloquy.contexts.interviews.service.reading import PAGE_SIZE
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _

router = APIRouter(prefix="/interviews/{interview_id}", tags=["Links and invitations"])
_ALL = (NotSignedIn, Forbidden, InterviewNotFound)
_ONE = (*_ALL, InvitationNotFound)


@router.get("/public-link", response_model=views.PublicLinkView, responses=problems(*_ALL, PublicLinkNotFound))
async def read_public_link(
    interview_id: UUID, actor: Viewer, db: DbSession, secret: TheSecret, site: TheSite, request: Request
) -> dict[str, Any]:
    """The address that admits everybody who has it."""
    found = await links.public_link(db, secret, actor, interview_id)
    if found is None:
        raise PublicLinkNotFound(_("This interview has no public link. Make one with POST."))
    return _address(found, site.seen_from(request))


@router.post(
    "/public-link",
    status_code=201,
    response_model=views.PublicLinkView,
    responses=problems(*_ALL, WrongState, InvalidInput),
)
async def make_public_link(
    interview_id: UUID,
    given: inputs.PublicLinkInput,
    actor: Viewer,
    db: DbSession,
    secret: TheSecret,
    site: TheSite,
    request: Request,
) -> dict[str, Any]:
    """Makes a public link. The one before opens nothing from now on."""
    made = await links.make_public_link(db, secret, actor, interview_id, days=given.days)
    return _address(made, site.seen_from(request))


@router.delete("/public-link", status_code=204, responses=problems(*_ALL))
async def revoke_public_link(interview_id: UUID, actor: Viewer, db: DbSession) -> None:
    """The public link opens nothing from now on."""
    await links.revoke_public_link(db, actor, interview_id)


@router.post(
    "/invitations",
    status_code=201,
    response_model=views.InvitedView,
    responses=problems(*_ALL, WrongState, InvalidInput, TooMany, KeyReused),
)
async def invite(
    interview_id: UUID,
    given: inputs.InvitationsInput,
    actor: Viewer,
    db: DbSession,
    secret: TheSecret,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Invites everybody who is named in readable lines, and says which lines are not."""

    async def work() -> dict[str, Any]:
        pasted = read_invitees(given.people)
        granted = UNCHANGED if given.accommodation is None else given.accommodation.accommodation()
        invited = await inviting.invite(
            db, secret, actor, interview_id, pasted.people, days=given.days, accommodation=granted
        )
        answer = {
            "invited": [_view(actor, link) for link in invited.new],
            "already": [_view(actor, link) for link in invited.already],
            "bad_lines": [views.BadLineView.model_validate(line) for line in pasted.bad],
        }
        return views.InvitedView.model_validate(answer).model_dump(mode="json")

    request = {"make": "invitations", "in": str(interview_id), **given.model_dump(mode="json")}
    return await idempotency.once(db, actor, idempotency_key, request, work)


@router.get("/invitations", response_model=views.InvitationsView, responses=problems(*_ALL, InvalidInput))
async def list_invitations(
    interview_id: UUID, actor: Viewer, db: DbSession, before: Place, limit: Limit = PAGE_SIZE
) -> dict[str, Any]:
    """Invitations, newest first."""
    found, last = await inviting.invitations_page(db, actor, interview_id, before=before, limit=limit)
    return {"items": [_view(actor, link) for link in found], "next_cursor": cursor(last) if last else None}


@router.post(
    "/invitations/{invitation_id}/resend",
    response_model=views.InvitationView,
    responses=problems(*_ONE, WrongState, LinkUsed),
)
async def invite_again(interview_id: UUID, invitation_id: UUID, actor: Viewer, db: DbSession) -> dict[str, Any]:
    """Sends the invitation once more; an expired one is good again for the usual time."""
    return _view(actor, await inviting.invite_again(db, actor, interview_id, invitation_id))


@router.put(
    "/invitations/{invitation_id}/accommodation",
    response_model=views.InvitationView,
    responses=problems(*_ONE, WrongState, LinkUsed, InvalidInput),
)
async def adjust(
    interview_id: UUID, invitation_id: UUID, given: inputs.AccommodationInput, actor: Viewer, db: DbSession
) -> dict[str, Any]:
    """Changes the rules for one candidate, until they start."""
    return _view(actor, await inviting.adjust(db, actor, interview_id, invitation_id, given.accommodation()))


@router.get(
    "/invitations/{invitation_id}/address",
    response_model=views.InvitationAddressView,
    responses=problems(*_ONE),
)
async def read_invitation_address(
    interview_id: UUID,
    invitation_id: UUID,
    actor: Viewer,
    db: DbSession,
    secret: TheSecret,
    site: TheSite,
    request: Request,
) -> dict[str, Any]:
    """The invitation's address, to hand over by other means than mail. Keep it to the one candidate."""
    found = await links.invitation_link(db, secret, actor, interview_id, invitation_id)
    return _address(found, site.seen_from(request))


@router.delete("/invitations/{invitation_id}", status_code=204, responses=problems(*_ONE, LinkUsed))
async def revoke_invitation(interview_id: UUID, invitation_id: UUID, actor: Viewer, db: DbSession) -> None:
    """The invitation opens nothing from now on."""
    await inviting.revoke_invitation(db, actor, interview_id, invitation_id)


def _address(found: links.OpenableLink, site: str) -> dict[str, Any]:
    return {"address": f"{site}/{found.token}", "expires_at": found.link.expires_at}


def _view(actor: Actor, link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "email": link.email,
        "name": link.name,
        "state": link.state(clock.now()),
        "expires_at": link.expires_at,
        "sent_at": link.sent_at,
        "created_at": link.created_at,
        "accommodation": link.accommodation if actor.may(Permission.INTERVIEWS_EDIT) else None,
    }
