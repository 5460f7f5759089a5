"""What every request of somebody signed in reads: two statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Organisation, SignIn
from colloquy.contexts.identity.policy.roles import PERMISSIONS, AnyRole, Permission, Role
from colloquy.contexts.identity.queries import organisations, roles
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in an organisation, with the organisation itself, and the scope of what they may see of it."""

    organisation: Organisation
    role: AnyRole
    scope: Scope


# Entering the tenant rides on the first read: a third round trip would be paid by every request.
_FOUND = "p.id as person_id, p.name, p.email, p.language, set_config('app.org_id', s.org_id::text, true) as entered"


async def browser_sign_in(db: AsyncSession, token_hash: bytes, now: datetime) -> SignIn | None:
    """The browser session with this secret, if it is neither ended nor revoked; enters its tenant."""
    row = (
        await db.execute(
            text(
                f"select s.id, s.org_id, s.last_seen_at, {_FOUND} from browser_sessions s"  # noqa: S608 - a constant
                " join people p on p.id = s.person_id"
                " where s.token_hash = :hash and s.revoked_at is null and s.expires_at > :now"
            ),
            {"hash": token_hash, "now": now},
        )
    ).one_or_none()
    return None if row is None else _sign_in(row, row.last_seen_at)


async def api_sign_in(
    db: AsyncSession, sign_in_id: UUID, person_id: UUID, org_id: UUID, now: datetime
) -> SignIn | None:
    """The program's sign-in that an access token names, if it is neither ended nor revoked; enters its tenant."""
    row = (
        await db.execute(
            text(
                f"select s.id, s.org_id, {_FOUND} from api_sign_ins s join people p on p.id = s.person_id"  # noqa: S608 - a constant
                " where s.id = :id and s.person_id = :person_id and s.org_id = :org_id"
                " and s.revoked_at is null and s.expires_at > :now"
            ),
            {"id": sign_in_id, "person_id": person_id, "org_id": org_id, "now": now},
        )
    ).one_or_none()
    return None if row is None else _sign_in(row, None)


def _sign_in(row: Row[Any], seen_at: datetime | None) -> SignIn:
    return SignIn(row.id, row.org_id, row.person_id, row.name, row.email, row.language, seen_at)


_SEE_ALL = [role.value for role in Role if Permission.INTERVIEWS_ALL in PERMISSIONS[role]]


async def standing(
    db: AsyncSession, scope: Scope, person_id: UUID, only: frozenset[Permission] | None = None
) -> Standing | None:
    """The person's role and the organisation; None when they are not (any more) in the team.

    From here on the transaction sees what they may see, with the limits `only` of their key: whoever does not have
    INTERVIEWS_ALL becomes its viewer. That rides on this read, for the same reason as above.
    """
    row = (
        await db.execute(
            text(
                f"select {organisations.COLUMNS}, {roles.columns('m')}, nullif(set_config('app.viewer_id',"  # noqa: S608 - constants
                " case when :unlimited and (m.role = any(cast(:see_all as text[]))"
                f" or '{Permission.INTERVIEWS_ALL.value}' = any(r.permissions))"
                " then '' else m.person_id::text end, true), '') as viewer_id"
                f" from memberships m join organisations o on o.id = m.org_id {roles.join('m')}"
                " where m.org_id = :org_id and m.person_id = :person_id and m.removed_at is null"
            ),
            {
                "org_id": scope.org_id,
                "person_id": person_id,
                "see_all": _SEE_ALL,
                "unlimited": only is None or Permission.INTERVIEWS_ALL in only,
            },
        )
    ).one_or_none()
    if row is None:
        return None
    organisation = Organisation(row.id, row.name, row.accent, row.language, row.contact_email, row.logo_hash)
    viewer_id = None if row.viewer_id is None else UUID(row.viewer_id)
    return Standing(organisation, roles.role_in(row), Scope(scope.org_id, viewer_id))


async def touch_browser(db: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Remembers when the browser session was last used."""
    await db.execute(
        text("update browser_sessions set last_seen_at = :now where id = :id"), {"id": session_id, "now": now}
    )
