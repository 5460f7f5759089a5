"""Ways of being signed in: browser sessions, programs' sign-ins and their refresh tokens.

Global tables: they are found by a secret, before a tenant is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Session
from colloquy.contexts.identity.policy.sign_ins import Ended, How


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token with the sign-in it belongs to. `sealed_successor` is set once it has been used."""

    sign_in_id: UUID
    person_id: UUID
    org_id: UUID
    begun_at: datetime
    expires_at: datetime
    used_at: datetime | None
    sealed_successor: bytes | None
    revoked_at: datetime | None


async def insert_browser(
    db: AsyncSession,
    session_id: UUID,
    token_hash: bytes,
    *,
    person_id: UUID,
    org_id: UUID,
    browser: str,
    now: datetime,
    expires_at: datetime,
    how: How,
    proved_at: datetime | None,
) -> None:
    """A new browser session; those of the person that ended long ago make room."""
    await db.execute(
        text("delete from browser_sessions where person_id = :person_id and expires_at < :now"),
        {"person_id": person_id, "now": now},
    )
    await db.execute(
        text(
            "insert into browser_sessions"
            " (id, token_hash, person_id, org_id, browser, created_at, last_seen_at, expires_at, how, proved_at)"
            " values (:id, :hash, :person_id, :org_id, :browser, :now, :now, :expires_at, :how, :proved_at)"
        ),
        {
            "id": session_id,
            "hash": token_hash,
            "person_id": person_id,
            "org_id": org_id,
            "browser": browser,
            "now": now,
            "expires_at": expires_at,
            "how": how,
            "proved_at": proved_at,
        },
    )


async def sessions(db: AsyncSession, person_id: UUID, now: datetime, unused_since: datetime) -> list[Session]:
    """Where the person is signed in, the last used first; browsers only that were used after `unused_since`."""
    rows = await db.execute(
        text(
            "select id, browser as by, false as program, created_at, last_seen_at, how from browser_sessions"
            " where person_id = :person_id and revoked_at is null and expires_at > :now"
            " and last_seen_at > :unused_since"
            " union all select s.id, s.program, true, s.created_at, coalesce(max(t.used_at), s.created_at), s.how"
            " from api_sign_ins s left join refresh_tokens t on t.sign_in_id = s.id"
            " where s.person_id = :person_id and s.revoked_at is null and s.expires_at > :now group by s.id"
            " order by last_seen_at desc, id"
        ),
        {"person_id": person_id, "now": now, "unused_since": unused_since},
    )
    return [Session(row.id, row.by, row.program, row.created_at, row.last_seen_at, How(row.how)) for row in rows]


async def why_ended(db: AsyncSession, token_hash: bytes, now: datetime, unused_since: datetime) -> Ended | None:
    """Why the browser session with this secret is worth nothing; None when it still is, or was never one."""
    row = (
        await db.execute(
            text(
                "select revoked_at is not null as revoked, expires_at <= :now as old, last_seen_at <= :unused_since"
                " as unused from browser_sessions where token_hash = :hash"
            ),
            {"hash": token_hash, "now": now, "unused_since": unused_since},
        )
    ).one_or_none()
    if row is None:
        return None
    why = ((row.revoked, Ended.BY_SOMEBODY), (row.old, Ended.OLD), (row.unused, Ended.UNUSED))
    return next((ended for is_so, ended in why if is_so), None)


async def prove_again(db: AsyncSession, session_id: UUID, now: datetime) -> None:
    """The person of this browser session has just proved who they are."""
    await db.execute(
        text("update browser_sessions set proved_at = :now where id = :id"), {"id": session_id, "now": now}
    )


async def begun_at(db: AsyncSession, session_id: UUID) -> datetime | None:
    """When the browser session began."""
    found: datetime | None = await db.scalar(
        text("select created_at from browser_sessions where id = :id"), {"id": session_id}
    )
    return found


async def revoke_browser_by_token(db: AsyncSession, token_hash: bytes, now: datetime) -> tuple[UUID, UUID] | None:
    """Ends the session that has this secret, if there is one: whose it was, and in which organisation."""
    found = await db.execute(
        text(
            "update browser_sessions set revoked_at = :now where token_hash = :hash and revoked_at is null"
            " returning person_id, org_id"
        ),
        {"hash": token_hash, "now": now},
    )
    row = found.one_or_none()
    return None if row is None else (row.person_id, row.org_id)


async def revoke(db: AsyncSession, person_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Ends one session of the person, of a browser or a program; False when they have no such session."""
    ended = False
    for table in ("browser_sessions", "api_sign_ins"):
        rows = await db.execute(
            text(
                f"update {table} set revoked_at = coalesce(revoked_at, :now)"  # noqa: S608 - two constants
                " where id = :id and person_id = :person_id returning 1"
            ),
            {"id": session_id, "person_id": person_id, "now": now},
        )
        ended = ended or rows.first() is not None
    return ended


async def revoke_all(
    db: AsyncSession, person_id: UUID, now: datetime, *, org_id: UUID | None = None, keep: UUID | None = None
) -> None:
    """Ends every sign-in of the person, of browsers and programs: in `org_id` only, when given, and but for `keep`."""
    for table in ("browser_sessions", "api_sign_ins"):
        await db.execute(
            text(
                f"update {table} set revoked_at = :now where person_id = :person_id and revoked_at is null"  # noqa: S608 - two constants
                " and (cast(:org_id as uuid) is null or org_id = :org_id)"
                " and (cast(:keep as uuid) is null or id <> :keep)"
            ),
            {"person_id": person_id, "now": now, "org_id": org_id, "keep": keep},
        )


async def move_browser(db: AsyncSession, session_id: UUID, org_id: UUID) -> None:
    """The browser session acts for another organisation of its person from now on."""
    await db.execute(
        text("update browser_sessions set org_id = :org_id where id = :id"), {"id": session_id, "org_id": org_id}
    )


async def insert_program(
    db: AsyncSession,
    sign_in_id: UUID,
    *,
    person_id: UUID,
    org_id: UUID,
    program: str,
    now: datetime,
    ends: datetime,
    how: How,
) -> None:
    """A program's sign-in: the family that its refresh tokens belong to. Those that ended make room."""
    await db.execute(
        text("delete from api_sign_ins where person_id = :person_id and expires_at < :now"),
        {"person_id": person_id, "now": now},
    )
    await db.execute(
        text(
            "insert into api_sign_ins (id, person_id, org_id, program, created_at, expires_at, how)"
            " values (:id, :person_id, :org_id, :program, :now, :ends, :how)"
        ),
        {
            "id": sign_in_id,
            "person_id": person_id,
            "org_id": org_id,
            "program": program,
            "now": now,
            "ends": ends,
            "how": how,
        },
    )


async def revoke_program(db: AsyncSession, sign_in_id: UUID, now: datetime) -> None:
    """Ends a program's sign-in: its access and refresh tokens are worth nothing from now on."""
    await db.execute(
        text("update api_sign_ins set revoked_at = :now where id = :id and revoked_at is null"),
        {"id": sign_in_id, "now": now},
    )


async def insert_refresh_token(
    db: AsyncSession, token_hash: bytes, sign_in_id: UUID, now: datetime, expires_at: datetime
) -> None:
    """A token of the family; the family lives as long as its last token. Expired ones make room."""
    await db.execute(
        text("delete from refresh_tokens where sign_in_id = :id and expires_at < :now"), {"id": sign_in_id, "now": now}
    )
    await db.execute(
        text("insert into refresh_tokens (token_hash, sign_in_id, expires_at) values (:hash, :id, :expires_at)"),
        {"hash": token_hash, "id": sign_in_id, "expires_at": expires_at},
    )
    await db.execute(
        text("update api_sign_ins set expires_at = :expires_at where id = :id"),
        {"id": sign_in_id, "expires_at": expires_at},
    )


async def lock_refresh_token(db: AsyncSession, token_hash: bytes) -> RefreshToken | None:
    """The token with this hash; others who present one of the same family wait until the transaction ends."""
    family = await db.scalar(
        text("select sign_in_id from refresh_tokens where token_hash = :hash"), {"hash": token_hash}
    )
    if family is None:
        return None
    await db.execute(text("select 1 from api_sign_ins where id = :id for update"), {"id": family})
    # Read after the lock: only now is it certain whether somebody else has just used it.
    row = (
        await db.execute(
            text(
                "select t.sign_in_id, s.person_id, s.org_id, s.created_at, t.expires_at, t.used_at, t.successor,"
                " s.revoked_at from refresh_tokens t join api_sign_ins s on s.id = t.sign_in_id"
                " where t.token_hash = :hash"
            ),
            {"hash": token_hash},
        )
    ).one_or_none()
    if row is None:
        return None
    return RefreshToken(*row)


async def use_refresh_token(db: AsyncSession, token_hash: bytes, sealed_successor: bytes, now: datetime) -> None:
    """Marks the token as used, and keeps its successor for the short while in which it may be asked for again."""
    await db.execute(
        text("update refresh_tokens set used_at = :now, successor = :successor where token_hash = :hash"),
        {"hash": token_hash, "successor": sealed_successor, "now": now},
    )
