"""Invitations: one candidate each, sent by mail, sent again, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound, InvitationNotFound, LinkUsed, TooMany, WrongState
from colloquy.contexts.interviews.events import CandidateInvited
from colloquy.contexts.interviews.models import LinkRow
from colloquy.contexts.interviews.policy.accommodation import UNCHANGED, Accommodation, accommodation_problems
from colloquy.contexts.interviews.policy.addresses import MAX_INVITATIONS, Invitee
from colloquy.contexts.interviews.policy.documents import accommodation_document
from colloquy.contexts.interviews.policy.link import INVITATION_DAYS, Link, LinkKind, LinkState, expiry
from colloquy.contexts.interviews.queries import content, links
from colloquy.contexts.interviews.service.admitting import link_of
from colloquy.contexts.interviews.service.editing import accept, locked
from colloquy.contexts.interviews.service.links import add_link, check_days, require_open
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of a list: new invitations, and people who had one before and were not written to again."""

    new: tuple[Link, ...]
    already: tuple[Link, ...]


async def invite(
    db: AsyncSession,
    secret: Secret,
    actor: Actor,
    interview_id: UUID,
    people: Sequence[Invitee],
    *,
    days: int = INVITATION_DAYS,
    accommodation: Accommodation = UNCHANGED,
) -> Invited:
    """Invites each of `people` who has no invitation to this interview yet; each gets a letter.

    `accommodation` is granted to each of the new ones; those invited before keep what they have. Raises Forbidden,
    InterviewNotFound, WrongState unless the interview is open, InvalidInput for `days` or `accommodation`, TooMany.
    """
    if len(people) > MAX_INVITATIONS:
        raise TooMany(
            _(
                "Invite at most %(number)s people at once; these are %(given)s.",
                number=MAX_INVITATIONS,
                given=len(people),
            )
        )
    await require_open(db, actor, interview_id)
    check_days(days)
    accept(accommodation_problems(accommodation))
    before = await links.invited(db, actor.scope, interview_id, [person.email.lower() for person in people])
    new: list[Link] = []
    for person in people:
        if person.email.lower() in before:
            continue
        row = await add_link(
            db,
            secret,
            actor,
            interview_id,
            kind=LinkKind.INVITATION,
            days=days,
            email=person.email,
            name=person.name or None,
            accommodation=accommodation,
        )
        await _send(db, actor, row)
        new.append(link_of(row))
    return Invited(tuple(new), tuple(link_of(row) for row in before.values()))


async def adjust(
    db: AsyncSession, actor: Actor, interview_id: UUID, link_id: UUID, accommodation: Accommodation
) -> Link:
    """Changes the rules for one invited candidate, until they start.

    Raises Forbidden, InterviewNotFound, InvitationNotFound, InvalidInput, LinkUsed, and WrongState when revoked.
    """
    await locked(db, actor, interview_id)
    accept(accommodation_problems(accommodation))
    row = await _invitation(db, actor, interview_id, link_id)
    if row.used_by_session is not None:
        raise LinkUsed(_("This candidate has started. Change the rules on the candidate's own page."))
    if row.revoked_at is not None:
        raise WrongState(_("This invitation was revoked. Invite the candidate anew."), state=LinkState.REVOKED)
    row.accommodation = accommodation_document(accommodation)
    await db.flush()
    return link_of(row)


async def invitation(db: AsyncSession, actor: Actor, interview_id: UUID, link_id: UUID) -> Link:
    """One invitation, revoked or not. Raises Forbidden, InterviewNotFound, InvitationNotFound."""
    actor.require(Permission.INTERVIEWS_EDIT)
    if await content.interview_row(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview."))
    return link_of(await _invitation(db, actor, interview_id, link_id))


async def invitations_page(
    db: AsyncSession, actor: Actor, interview_id: UUID, *, before: UUID | None = None, limit: int
) -> tuple[list[Link], UUID | None]:
    """Invitations from the newest on, and what to pass as `before` for the next page. Raises InterviewNotFound."""
    actor.require(Permission.INTERVIEWS_VIEW)
    if await content.interview_row(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview."))
    rows = await links.invitations(db, actor.scope, interview_id, before=before, limit=limit + 1)
    found = [link_of(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


async def invite_again(db: AsyncSession, actor: Actor, interview_id: UUID, link_id: UUID) -> Link:
    """Sends the same invitation once more; one that has expired is valid again for the usual time.

    Raises Forbidden, InterviewNotFound, InvitationNotFound, LinkUsed, and WrongState when revoked or not open.
    """
    await require_open(db, actor, interview_id)
    row = await _invitation(db, actor, interview_id, link_id)
    now = clock.now()
    state = link_of(row).state(now)
    if state is LinkState.STARTED:
        raise LinkUsed(_("This candidate has started already, so there is nothing to send."))
    if state is LinkState.REVOKED:
        raise WrongState(_("This invitation was revoked. Invite the candidate anew."), state=state)
    if state is LinkState.EXPIRED:
        row.expires_at = expiry(now, INVITATION_DAYS)
    await _send(db, actor, row)
    return link_of(row)


async def revoke_invitation(db: AsyncSession, actor: Actor, interview_id: UUID, link_id: UUID) -> None:
    """The invitation opens nothing from now on; a revoked one stays so. Raises LinkUsed once it was used."""
    await locked(db, actor, interview_id)
    row = await _invitation(db, actor, interview_id, link_id)
    if row.used_by_session is not None:
        raise LinkUsed(_("This candidate has started already. Their answers are on the candidates' page."))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        await db.flush()


async def _send(db: AsyncSession, actor: Actor, row: LinkRow) -> None:
    row.sendings += 1
    row.sent_at = clock.now()
    await db.flush()
    await publish(db, CandidateInvited(actor.scope.org_id, row.interview_id, row.id, row.sendings))


async def _invitation(db: AsyncSession, actor: Actor, interview_id: UUID, link_id: UUID) -> LinkRow:
    # Locked: a candidate may be using it this moment, and then it must not be revoked behind their back.
    row = await links.link(db, actor.scope, link_id, lock=True)
    if row is None or row.interview_id != interview_id or row.kind != LinkKind.INVITATION:
        raise InvitationNotFound(_("There is no such invitation."))
    return row
