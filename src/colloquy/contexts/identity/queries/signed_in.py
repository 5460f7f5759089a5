"""What every request of somebody signed in reads: two statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Organisation, SignIn
from colloquy.contexts.identity.policy.roles import PERMISSIONS, AnyRole, Level, Permission, Role
from colloquy.contexts.identity.policy.sign_ins import How, Missing, missing
from colloquy.contexts.identity.queries import factors, organisations, roles
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class About:
    """The interview or the session that the address of a request names, if it names one."""

    interview_id: UUID | None = None
    session_id: UUID | None = None


_NOTHING = About()


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in an organisation, with the organisation itself, and the scope of what they may see of it.

    `missing` is what the organisation still asks of this sign-in.
    """

    organisation: Organisation
    role: AnyRole
    scope: Scope
    level: Level | None
    missing: Missing | None


_HAS_FACTOR = factors.EXISTS.format(person="m.person_id")

# Entering the tenant rides on the first read: a third round trip would be paid by every request.
_FOUND = (
    "s.how, p.id as person_id, p.name, p.email, p.language, set_config('app.org_id', s.org_id::text, true) as entered"
)


async def browser_sign_in(db: AsyncSession, token_hash: bytes, now: datetime, unused_since: datetime) -> SignIn | None:
    """The browser session with this secret, if it has not ended and was used since then; enters its tenant."""
    row = (
        await db.execute(
            text(
                f"select s.id, s.org_id, s.last_seen_at, s.proved_at, {_FOUND} from browser_sessions s"  # noqa: S608 - a constant
                " join people p on p.id = s.person_id"
                " where s.token_hash = :hash and s.revoked_at is null and s.expires_at > :now"
                " and s.last_seen_at > :unused_since"
            ),
            {"hash": token_hash, "now": now, "unused_since": unused_since},
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
                f"select s.id, s.org_id, s.created_at as proved_at, {_FOUND} from api_sign_ins s"  # noqa: S608 - a constant
                " join people p on p.id = s.person_id"
                " where s.id = :id and s.person_id = :person_id and s.org_id = :org_id"
                " and s.revoked_at is null and s.expires_at > :now"
            ),
            {"id": sign_in_id, "person_id": person_id, "org_id": org_id, "now": now},
        )
    ).one_or_none()
    return None if row is None else _sign_in(row, None)


def _sign_in(row: Row[Any], seen_at: datetime | None) -> SignIn:
    how = How(row.how)
    return SignIn(row.id, row.org_id, row.person_id, row.name, row.email, row.language, seen_at, how, row.proved_at)


_SEE_ALL = [role.value for role in Role if Permission.INTERVIEWS_ALL in PERMISSIONS[role]]


async def standing(
    db: AsyncSession,
    scope: Scope,
    person_id: UUID,
    about: About = _NOTHING,
    *,
    only: frozenset[Permission] | None = None,
    how: How | None = None,
) -> Standing | None:
    """The person's role and the organisation; None when they are not (any more) in the team.

    From here on the transaction sees what they may see, with the limits `only` of their key: whoever does not have
    INTERVIEWS_ALL becomes its viewer, once an interview of the organisation is shared with some only. What the
    interview that the request is `about` is shared as is read along: each rides on this one read, as above.
    `how` is how the person signed in; without it (a key, which nobody signs in with) nothing is missing.
    """
    row = (
        await db.execute(
            text(
                f"select {organisations.COLUMNS}, {roles.columns('m')}, nullif(set_config('app.viewer_id',"  # noqa: S608 - constants
                " case when not o.shares_interviews or :unlimited and (m.role = any(cast(:see_all as text[]))"
                f" or '{Permission.INTERVIEWS_ALL.value}' = any(r.permissions))"
                " then '' else m.person_id::text end, true), '') as viewer_id,"
                " case when o.shares_interviews then interview_level(m.person_id, cast(:interview_id as uuid),"
                " cast(:session_id as uuid)) end as level,"
                f" o.second_factor_required, {_HAS_FACTOR} as has_factor,"
                " coalesce(s.required, false) as sign_on_required"
                f" from memberships m join organisations o on o.id = m.org_id {roles.join('m')}"
                " left join sign_on_providers s on s.org_id = m.org_id"
                " where m.org_id = :org_id and m.person_id = :person_id and m.removed_at is null"
            ),
            {
                "org_id": scope.org_id,
                "person_id": person_id,
                "see_all": _SEE_ALL,
                "unlimited": only is None or Permission.INTERVIEWS_ALL in only,
                "interview_id": about.interview_id,
                "session_id": about.session_id,
            },
        )
    ).one_or_none()
    if row is None:
        return None
    organisation = Organisation(row.id, row.name, row.accent, row.language, row.contact_email, row.logo_hash)
    viewer_id = None if row.viewer_id is None else UUID(row.viewer_id)
    role = roles.role_in(row)
    asked = missing(
        how,
        owner=role is Role.OWNER,
        has_factor=row.has_factor,
        factor_required=row.second_factor_required,
        sign_on_required=row.sign_on_required,
    )
    level = None if viewer_id is None or row.level is None else Level(row.level)
    return Standing(organisation, role, Scope(scope.org_id, viewer_id), level, asked)


async def touch_browser(db: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Remembers when the browser session was last used."""
    await db.execute(
        text("update browser_sessions set last_seen_at = :now where id = :id"), {"id": session_id, "now": now}
    )
