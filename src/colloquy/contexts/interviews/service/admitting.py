"""What happens when a candidate comes by a link: finding it, and binding an invitation to one session."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews.errors import LinkExpired, LinkUsed
from colloquy.contexts.interviews.models import LinkRow
from colloquy.contexts.interviews.policy.documents import accommodation_of
from colloquy.contexts.interviews.policy.link import ROUTE_KIND, Link, LinkKind
from colloquy.contexts.interviews.queries import content, idempotency, links
from colloquy.contexts.interviews.service.rubric import keep_first_rubric
from colloquy.kit import clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import token_hash


async def open_link(db: AsyncSession, token: str) -> tuple[Scope, Link] | None:
    """The link that this token opens, and its tenant, which the transaction then has entered.

    None for a token that nobody made or that was revoked: the two look the same outside. The link may have expired
    or have been used; `require_usable` says so, to the one who holds the token.
    """
    scope = await identity.scope_of(db, token, ROUTE_KIND)
    if scope is None:
        return None
    await enter(db, scope)
    row = await links.link_by_hash(db, scope, token_hash(token))
    if row is None or row.revoked_at is not None:
        return None
    return scope, link_of(row)


def require_usable(link: Link, session_id: UUID | None = None) -> None:
    """Raises LinkUsed or LinkExpired unless the link may start a session, or has started `session_id`.

    A session that has begun outlives its link: the candidate who is in stays in.
    """
    if link.used_by_session is not None:
        if link.used_by_session != session_id:
            raise LinkUsed(
                _("This invitation has been used already. Go on in the browser where you began, or ask for a new one.")
            )
        return
    if link.expires_at <= clock.now():
        raise LinkExpired(_("This link has expired. Ask the person who sent it for a new one."))


async def bind_link(db: AsyncSession, scope: Scope, link_id: UUID, session_id: UUID) -> bool:
    """Admits a new session by this link; False when it was used before, revoked or has expired.

    An invitation belongs to the first session that comes, and asking again for that session is True again. From the
    first session on, by whichever link, the interview's questions and competencies are frozen.
    """
    at = clock.now()
    row = await links.link(db, scope, link_id)
    if row is None:
        return False
    if row.kind == LinkKind.PUBLIC:
        admitted = row.revoked_at is None and row.expires_at > at
    else:
        admitted = row.used_by_session == session_id or await links.take_link(db, scope, link_id, session_id, at)
    if admitted:
        await content.freeze(db, scope, row.interview_id, at)
        await keep_first_rubric(db, scope, row.interview_id)
    return admitted


async def forget_invitation(db: AsyncSession, scope: Scope, link_id: UUID, session_id: UUID) -> bool:
    """Removes the invitation that an erased session came by, with the name and address on it; True when there was one.

    A public link is everybody's and stays. The same person can be invited again.
    """
    if not await links.delete_used(db, scope, link_id, session_id):
        return False
    await idempotency.forget_about(db, scope, link_id)
    return True


async def is_invitation(db: AsyncSession, scope: Scope, link_id: UUID) -> bool:
    """Whether this link was made for one candidate alone."""
    row = await links.link(db, scope, link_id)
    return row is not None and row.kind == LinkKind.INVITATION


async def candidate_started(db: AsyncSession, scope: Scope, interview_id: UUID) -> None:
    """Freezes the interview for a session that came without a link (an import, a demonstration)."""
    await content.freeze(db, scope, interview_id, clock.now())
    await keep_first_rubric(db, scope, interview_id)


async def link(db: AsyncSession, scope: Scope, link_id: UUID) -> Link | None:
    """The link somebody came by; None when it was erased with them."""
    row = await links.link(db, scope, link_id)
    return None if row is None else link_of(row)


async def invitations(db: AsyncSession, scope: Scope, interview_id: UUID) -> list[Link]:
    """All invitations of the interview, newest first, revoked ones among them."""
    return [link_of(row) for row in await links.invitations(db, scope, interview_id)]


def link_of(row: LinkRow) -> Link:
    """The link that a row describes, without its secret."""
    return Link(
        id=row.id,
        interview_id=row.interview_id,
        kind=LinkKind(row.kind),
        expires_at=row.expires_at,
        revoked=row.revoked_at is not None,
        email=row.email,
        name=row.name,
        used_by_session=row.used_by_session,
        sendings=row.sendings,
        sent_at=row.sent_at,
        created_at=row.created_at,
        accommodation=accommodation_of(row.accommodation),
    )
