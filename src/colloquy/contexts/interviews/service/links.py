"""The public link of an interview: made, replaced, given another end, revoked."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound, InvalidInput, InvitationNotFound, WrongState
from colloquy.contexts.interviews.models import LinkRow
from colloquy.contexts.interviews.policy.accommodation import UNCHANGED, Accommodation
from colloquy.contexts.interviews.policy.documents import accommodation_document
from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.contexts.interviews.policy.link import (
    MAX_DAYS,
    PUBLIC_DAYS,
    ROUTE_KIND,
    Link,
    LinkKind,
    expiry,
    seal,
    unseal,
)
from colloquy.contexts.interviews.queries import content, links
from colloquy.contexts.interviews.service.admitting import link_of
from colloquy.contexts.interviews.service.editing import locked
from colloquy.contexts.interviews.service.reading import state_now
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, new_token, token_hash


@dataclass(frozen=True, slots=True)
class OpenableLink:
    """A link with its secret, for the recruiter who hands it out: the address is `/{token}`."""

    link: Link
    token: str = field(repr=False)


async def public_link(db: AsyncSession, secret: Secret, actor: Actor, interview_id: UUID) -> OpenableLink | None:
    """The interview's public link, expired or not; None when there is none. Raises Forbidden, InterviewNotFound.

    Whoever has the address may start an interview, so seeing it takes the right to invite.
    """
    actor.require(Permission.INTERVIEWS_EDIT)
    if await content.interview_row(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview."))
    row = await links.public_link(db, actor.scope, interview_id)
    return None if row is None else _openable(secret, actor, row)


async def make_public_link(
    db: AsyncSession, secret: Secret, actor: Actor, interview_id: UUID, *, days: int = PUBLIC_DAYS
) -> OpenableLink:
    """A new public link; the one before opens nothing from now on. Raises WrongState unless the interview is open."""
    await require_open(db, actor, interview_id)
    check_days(days)
    await _revoke_public(db, actor, interview_id)
    row = await add_link(db, secret, actor, interview_id, kind=LinkKind.PUBLIC, days=days)
    return _openable(secret, actor, row)


async def revoke_public_link(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """The public link opens nothing from now on. Without one there is nothing to do."""
    await locked(db, actor, interview_id)
    await _revoke_public(db, actor, interview_id)


async def require_open(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Locks the interview. Raises WrongState unless candidates may start it now, since a link would lead nowhere."""
    row = await locked(db, actor, interview_id)
    state = state_now(row, clock.now())
    if state is InterviewState.DRAFT:
        raise WrongState(_("Publish the interview first; then you can invite candidates."), state=state)
    if state is InterviewState.CLOSED:
        raise WrongState(_("This interview is closed. Open it again to invite candidates."), state=state)


async def add_link(
    db: AsyncSession,
    secret: Secret,
    actor: Actor,
    interview_id: UUID,
    *,
    kind: LinkKind,
    days: int,
    email: str | None = None,
    name: str | None = None,
    accommodation: Accommodation = UNCHANGED,
) -> LinkRow:
    """A new link with a secret of 128 random bits, of which the hash and a sealed form are stored."""
    token, link_id, now = new_token(), new_id(), clock.now()
    row = LinkRow(
        id=link_id,
        org_id=actor.scope.org_id,
        interview_id=interview_id,
        kind=kind.value,
        token_hash=token_hash(token),
        token_sealed=seal(secret, actor.scope, link_id, token),
        email=email,
        name=name,
        accommodation=accommodation_document(accommodation),
        expires_at=expiry(now, days),
        sendings=0,
        created_by=actor.person_id,
        created_at=now,
    )
    db.add(row)
    await db.flush()
    await identity.keep_route(db, token, actor.scope, ROUTE_KIND)
    return row


async def invitation_link(
    db: AsyncSession, secret: Secret, actor: Actor, interview_id: UUID, link_id: UUID
) -> OpenableLink:
    """An invitation with its secret, to copy it by hand. Raises InvitationNotFound, for revoked ones as well."""
    actor.require(Permission.INTERVIEWS_EDIT)
    row = await links.link(db, actor.scope, link_id)
    if row is None or row.interview_id != interview_id or row.kind != LinkKind.INVITATION or row.revoked_at:
        raise InvitationNotFound(_("There is no such invitation."))
    return _openable(secret, actor, row)


def check_days(days: int) -> None:
    """Raises InvalidInput unless a link may be valid for that long."""
    if not 1 <= days <= MAX_DAYS:
        words = _("Choose between 1 and %(number)s days.", number=MAX_DAYS)
        raise InvalidInput(words, fields={"days": words})


async def _revoke_public(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    row = await links.public_link(db, actor.scope, interview_id)
    if row is not None:
        row.revoked_at = clock.now()
        await db.flush()


def _openable(secret: Secret, actor: Actor, row: LinkRow) -> OpenableLink:
    return OpenableLink(link_of(row), unseal(secret, actor.scope, row.id, row.token_sealed))
