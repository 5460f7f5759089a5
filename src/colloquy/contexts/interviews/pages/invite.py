"""Letting candidates in: the public link, invitations by mail, and what became of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InvalidInput, InvitationNotFound, LinkUsed, TooMany, WrongState
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Sent, SentForm, TheSecret, TheSite, Viewer, an_id, choices, whole
from colloquy.contexts.interviews.policy.accommodation import TIME_MULTIPLIERS, UNCHANGED, Accommodation
from colloquy.contexts.interviews.policy.addresses import BadLine, Pasted, read_invitees
from colloquy.contexts.interviews.policy.cursor import cursor, place
from colloquy.contexts.interviews.policy.link import INVITATION_DAYS, PUBLIC_DAYS, Link, LinkState
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import inviting, links
from colloquy.contexts.interviews.service.editing import accept
from colloquy.contexts.interviews.service.inviting import Invited
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.kit.site import Site
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/invite")
_PAGE_SIZE = 50
INVITATION_CHOICES = (3, 7, 14, 30, 60)
PUBLIC_CHOICES = (7, 30, 90, 180, 365)


@router.get("")
async def read_invite(
    request: Request,
    interview_id: UUID,
    actor: Viewer,
    db: DbSession,
    secret: TheSecret,
    site: TheSite,
    link: str = "",
    after: str = "",
) -> Response:
    """The page. `link=<id>` shows the address of one invitation."""
    shown = await _shown(db, secret, site, request, actor, interview_id, an_id(link))
    return await _page(request, interview_id, actor, db, secret, site, shown=shown, after=after)


@router.post("")
async def invite(
    request: Request,
    interview_id: UUID,
    actor: Viewer,
    db: DbSession,
    secret: TheSecret,
    site: TheSite,
    sent: SentForm,
) -> Response:
    """Invites everybody in readable lines; the others stay in the field, each with what is wrong."""
    pasted = read_invitees(sent.text("people"))
    try:
        invited = await _invite(db, secret, actor, interview_id, sent, pasted)
    except (InvalidInput, TooMany, WrongState) as refusal:
        errors = refusal.fields if isinstance(refusal, InvalidInput) else {"people": refusal.message}
        values = {"people": sent.text("people"), "days": sent.text("days"), "granted": _accommodation(sent, {})}
        return await _page(
            request, interview_id, actor, db, secret, site, values=values, errors=errors, status=refusal.status
        )
    text = _summary(invited)
    if not pasted.bad:
        kind = "good" if invited.new else "warn"
        return pages.see_other(request, f"/interviews/{interview_id}/invite", text, kind=kind)
    values = {
        "people": "\n".join(line.text for line in pasted.bad),
        "days": sent.text("days"),
        "granted": _accommodation(sent, {}),
    }
    return await _page(
        request, interview_id, actor, db, secret, site, values=values, bad=pasted.bad, invited=text, status=422
    )


async def _invite(
    db: DbSession, secret: Secret, actor: Actor, interview_id: UUID, sent: Sent, pasted: Pasted
) -> Invited:
    problems: Problems = {}
    days = sent.number("days", problems, default=INVITATION_DAYS)
    if not pasted.people and not pasted.bad:
        problems["people"] = _("Write at least one e-mail address, one on each line.")
    accommodation = _accommodation(sent, problems)
    accept(problems)
    async with db.begin_nested():
        return await inviting.invite(
            db, secret, actor, interview_id, pasted.people, days=days, accommodation=accommodation
        )


@router.post("/public-link")
async def make_public_link(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, secret: TheSecret, sent: SentForm
) -> Response:
    """Makes the public link, or a new one in the place of the old."""
    problems: Problems = {}
    days = sent.number("days", problems, default=PUBLIC_DAYS)
    await links.make_public_link(db, secret, actor, interview_id, days=days)
    text = _("The public link is ready. Any link made before it no longer works.")
    return pages.see_other(request, f"/interviews/{interview_id}/invite", text)


@router.post("/public-link/revoke")
async def revoke_public_link(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Takes the public link away."""
    await links.revoke_public_link(db, actor, interview_id)
    return pages.see_other(request, f"/interviews/{interview_id}/invite", _("The public link no longer works."))


@router.get("/{link_id}/adjust")
async def read_adjustments(
    request: Request, interview_id: UUID, link_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """What is changed for one invited candidate, to be changed until they start."""
    link = await inviting.invitation(db, actor, interview_id, link_id)
    return await _adjust_page(request, interview_id, actor, db, link, link.accommodation, {})


@router.post("/{link_id}/adjust")
async def adjust(
    request: Request, interview_id: UUID, link_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Saves it."""
    problems: Problems = {}
    accommodation = _accommodation(sent, problems)
    try:
        accept(problems)
        async with db.begin_nested():
            link = await inviting.adjust(db, actor, interview_id, link_id, accommodation)
    except InvalidInput as refusal:
        link = await inviting.invitation(db, actor, interview_id, link_id)
        return await _adjust_page(request, interview_id, actor, db, link, accommodation, refusal.fields)
    except (LinkUsed, WrongState) as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}/invite", refusal.message, kind="bad")
    text = _("The rules for %(email)s are saved.", email=link.email)
    return pages.see_other(request, f"/interviews/{interview_id}/invite", text)


async def _adjust_page(
    request: Request,
    interview_id: UUID,
    actor: Actor,
    db: DbSession,
    link: Link,
    granted: Accommodation,
    errors: Problems,
) -> Response:
    interview = await whole(db, actor, interview_id)
    return framing.render(
        request,
        "interviews/adjust.html",
        interview,
        actor,
        tab="invite",
        status=422 if errors else 200,
        link=link,
        open=link.state(clock.now()) in {LinkState.OPEN, LinkState.EXPIRED},
        granted=granted,
        errors=errors,
        multipliers=TIME_MULTIPLIERS,
    )


def _accommodation(sent: Sent, problems: Problems) -> Accommodation:
    """What the part "Adjust" of a form grants; a field that was left out grants nothing."""
    try:
        multiplier = float(sent.text("time_multiplier") or 1)
    except ValueError:
        multiplier = 1.0
        problems["time_multiplier"] = _("Choose from the list.")
    return Accommodation(
        time_multiplier=multiplier,
        extra_takes=sent.number("extra_takes", problems) if sent.text("extra_takes") else 0,
        text_instead=bool(sent.text("text_instead")),
        no_camera=bool(sent.text("no_camera")),
        own_captions=bool(sent.text("own_captions")),
    )


@router.post("/{link_id}/resend")
async def invite_again(request: Request, interview_id: UUID, link_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Sends the invitation once more."""
    link = await inviting.invite_again(db, actor, interview_id, link_id)
    return pages.see_other(
        request, f"/interviews/{interview_id}/invite", _("A letter to %(email)s is on its way.", email=link.email)
    )


@router.post("/{link_id}/revoke")
async def revoke_invitation(
    request: Request, interview_id: UUID, link_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Takes the invitation back."""
    await inviting.revoke_invitation(db, actor, interview_id, link_id)
    return pages.see_other(request, f"/interviews/{interview_id}/invite", _("The invitation no longer works."))


async def _page(
    request: Request,
    interview_id: UUID,
    actor: Actor,
    db: DbSession,
    secret: Secret,
    site: Site,
    *,
    values: dict[str, Any] | None = None,
    errors: Problems | None = None,
    bad: tuple[BadLine, ...] = (),
    invited: str = "",
    shown: dict[str, Any] | None = None,
    after: str = "",
    status: int = 200,
) -> Response:
    interview = await whole(db, actor, interview_id)
    actor.require(Permission.INTERVIEWS_EDIT)
    public = await links.public_link(db, secret, actor, interview_id)
    found, last = await inviting.invitations_page(db, actor, interview_id, before=place(after), limit=_PAGE_SIZE)
    now = clock.now()
    address = f"/interviews/{interview_id}/invite"
    return framing.render(
        request,
        "interviews/invite.html",
        interview,
        actor,
        tab="invite",
        status=status,
        public={
            "address": f"{site.seen_from(request)}/{public.token}",
            "expires_at": public.link.expires_at,
            "expired": public.link.expires_at <= now,
        }
        if public
        else None,
        invitations=[{"link": link, "state": link.state(now).value} for link in found],
        newest=address if after else None,
        older=f"{address}?after={cursor(last)}" if last else None,
        values=values or {"people": "", "days": INVITATION_DAYS, "granted": UNCHANGED},
        errors=errors or {},
        bad=bad,
        invited=invited,
        shown=shown,
        invitation_days=choices(INVITATION_CHOICES, INVITATION_DAYS),
        public_days=choices(PUBLIC_CHOICES, PUBLIC_DAYS),
        default_public_days=PUBLIC_DAYS,
        multipliers=TIME_MULTIPLIERS,
    )


async def _shown(
    db: DbSession,
    secret: Secret,
    site: Site,
    request: Request,
    actor: Actor,
    interview_id: UUID,
    link_id: UUID | None,
) -> dict[str, Any] | None:
    if link_id is None:
        return None
    try:
        found = await links.invitation_link(db, secret, actor, interview_id, link_id)
    except InvitationNotFound:  # revoked meanwhile: the table says so
        return None
    return {"email": found.link.email, "address": f"{site.seen_from(request)}/{found.token}"}


def _summary(invited: Invited) -> str:
    new, already = len(invited.new), len(invited.already)
    parts = [ngettext("%(num)s candidate invited.", "%(num)s candidates invited.", new)]
    if already:
        parts.append(
            ngettext(
                "%(num)s had an invitation before and got no second letter.",
                "%(num)s had an invitation before and got no second letter.",
                already,
            )
        )
    return " ".join(parts)
