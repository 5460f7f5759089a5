"""Colleagues asked to join a team."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Invitation
from colloquy.contexts.identity.queries import roles
from colloquy.kit.db import Scope

_SELECT = (
    "select i.id, i.org_id, i.email, i.sealed_token, i.invited_by, i.created_at, i.expires_at, i.accepted_at,"  # noqa: S608 - constants
    f" i.revoked_at, {roles.columns('i')} from colleague_invitations i {roles.join('i')} where i.org_id = :org_id"
)


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.id,
        row.org_id,
        row.email,
        roles.role_in(row),
        row.sealed_token,
        row.invited_by,
        row.created_at,
        row.expires_at,
        row.accepted_at,
        row.revoked_at,
    )


async def insert(db: AsyncSession, scope: Scope, invitation: Invitation, token_hash: bytes) -> bool:
    """Adds it; False when another one for this address still waits. One that has expired makes room."""
    await db.execute(
        text(
            "update colleague_invitations set revoked_at = :now where org_id = :org_id"
            " and lower(email) = lower(:email) and accepted_at is null and revoked_at is null and expires_at <= :now"
        ),
        {"org_id": scope.org_id, "email": invitation.email, "now": invitation.created_at},
    )
    added = await db.execute(
        text(
            "insert into colleague_invitations"
            " (id, org_id, email, role, custom_role_id, token_hash, sealed_token, invited_by, created_at, expires_at)"
            " values (:id, :org_id, :email, :role, :custom_role_id, :hash, :sealed, :invited_by, :created_at,"
            " :expires_at)"
            " on conflict (org_id, lower(email)) where accepted_at is null and revoked_at is null do nothing"
            " returning 1"
        ),
        {
            "id": invitation.id,
            "org_id": scope.org_id,
            "email": invitation.email,
            **roles.stored(invitation.role),
            "hash": token_hash,
            "sealed": invitation.sealed_token,
            "invited_by": invitation.invited_by,
            "created_at": invitation.created_at,
            "expires_at": invitation.expires_at,
        },
    )
    return added.first() is not None


async def pending(db: AsyncSession, scope: Scope, now: datetime) -> list[Invitation]:
    """Those that wait for an answer, the newest first."""
    rows = await db.execute(
        text(
            f"{_SELECT} and i.accepted_at is null and i.revoked_at is null and i.expires_at > :now"
            " order by i.created_at desc, i.id"
        ),
        {"org_id": scope.org_id, "now": now},
    )
    return [_invitation(row) for row in rows]


async def by_id(db: AsyncSession, scope: Scope, invitation_id: UUID) -> Invitation | None:
    """The invitation, in any state."""
    row = await db.execute(
        text(f"{_SELECT} and i.id = :id"),
        {"org_id": scope.org_id, "id": invitation_id},
    )
    found = row.one_or_none()
    return None if found is None else _invitation(found)


async def by_token(db: AsyncSession, scope: Scope, token_hash: bytes) -> Invitation | None:
    """The invitation with this secret, in any state."""
    row = await db.execute(
        text(f"{_SELECT} and i.token_hash = :hash"),
        {"org_id": scope.org_id, "hash": token_hash},
    )
    found = row.one_or_none()
    return None if found is None else _invitation(found)


async def accept(db: AsyncSession, scope: Scope, invitation_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Uses the invitation up; False when somebody was quicker, it was taken back, or it has expired."""
    used = await db.execute(
        text(
            "update colleague_invitations set accepted_at = :now, accepted_by = :person_id where org_id = :org_id"
            " and id = :id and accepted_at is null and revoked_at is null and expires_at > :now returning 1"
        ),
        {"org_id": scope.org_id, "id": invitation_id, "person_id": person_id, "now": now},
    )
    return used.first() is not None


async def revoke(db: AsyncSession, scope: Scope, invitation_id: UUID, now: datetime) -> bool:
    """Takes the invitation back; False when there is none, or it was accepted. A second time is fine."""
    taken = await db.execute(
        text(
            "update colleague_invitations set revoked_at = coalesce(revoked_at, :now) where org_id = :org_id"
            " and id = :id and accepted_at is null returning 1"
        ),
        {"org_id": scope.org_id, "id": invitation_id, "now": now},
    )
    return taken.first() is not None
