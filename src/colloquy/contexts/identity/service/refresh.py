"""Being signed in as a program: a short access token, and a refresh token that is used once.

A refresh token that comes back after its use was copied (RFC 9700, section 4.14.2): its whole family ends. For
half a minute it is taken for what it nearly always is, two requests of one program at once, and both get the
same successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.addresses import browser_name
from colloquy.contexts.identity.policy.roles import AnyRole, role_key
from colloquy.contexts.identity.policy.sign_ins import How, Unused
from colloquy.contexts.identity.queries import sign_ins, teams
from colloquy.contexts.identity.service import access_tokens
from colloquy.kit import audit, clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope, enter
from colloquy.kit.ids import new_id, new_token, token_hash

LIFE = timedelta(days=7)
LONGEST = timedelta(days=30)
"""After which a program signs in anew, however often it comes back."""
GRACE = timedelta(seconds=30)
_SECRET_BYTES = 32
_PURPOSE = "refresh-successor"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program is given: `access` lives `access_tokens.LIFE_SECONDS`, `refresh` up to seven days."""

    access: str
    refresh: str


async def begin(
    db: AsyncSession,
    secret: Secret,
    *,
    person_id: UUID,
    scope: Scope,
    user_agent: str,
    how: How = How.PASSWORD,
    unused: Unused = Unused(LIFE),
) -> Tokens | None:
    """Signs a program in for the person in this team; None when they are not in it. Enters the tenant."""
    await enter(db, scope)
    role = await teams.membership(db, scope, person_id)
    if role is None:
        return None
    now = clock.now()
    ends = _ends(now, now, unused)
    sign_in_id, token = new_id(), new_token(_SECRET_BYTES)
    await sign_ins.insert_program(
        db,
        sign_in_id,
        person_id=person_id,
        org_id=scope.org_id,
        program=browser_name(user_agent),
        now=now,
        ends=ends,
        how=how,
    )
    await sign_ins.insert_refresh_token(db, token_hash(token), sign_in_id, now, ends)
    who = (audit.ActorKind.PERSON, person_id)
    audit.note(db, scope, "sign_in.succeeded", actor=who, details={"by": "program"})
    return Tokens(_access(secret, person_id, scope, role, sign_in_id), token)


async def refresh(db: AsyncSession, secret: Secret, token: str, unused: Unused = Unused(LIFE)) -> Tokens | None:
    """A new pair for a refresh token. None when it is worth nothing; the caller commits before it says so,

    because a token that was used before ends its family here.
    """
    now = clock.now()
    found = await sign_ins.lock_refresh_token(db, token_hash(token))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    scope = Scope(found.org_id)
    await enter(db, scope)
    role = await teams.membership(db, scope, found.person_id)
    reused = found.used_at is not None and now - found.used_at > GRACE
    if role is None or reused:
        await sign_ins.revoke_program(db, found.sign_in_id, now)
        if reused and found.revoked_at is None:
            audit.note(db, scope, "sign_in.token_reused", subject=("person", found.person_id), from_network=True)
        return None
    access = _access(secret, found.person_id, scope, role, found.sign_in_id)
    about = found.sign_in_id.bytes
    if found.sealed_successor is not None:
        return Tokens(access, secret.unseal(_PURPOSE, found.sealed_successor, about).decode())
    successor = new_token(_SECRET_BYTES)
    await sign_ins.insert_refresh_token(
        db, token_hash(successor), found.sign_in_id, now, _ends(found.begun_at, now, unused)
    )
    await sign_ins.use_refresh_token(db, token_hash(token), secret.seal(_PURPOSE, successor.encode(), about), now)
    return Tokens(access, successor)


async def end(db: AsyncSession, token: str) -> None:
    """Ends the family of this refresh token. A token that is not ours ends nothing, and that is no error."""
    found = await sign_ins.lock_refresh_token(db, token_hash(token))
    if found is not None:
        await sign_ins.revoke_program(db, found.sign_in_id, clock.now())
    if found is not None and found.revoked_at is None:
        who = (audit.ActorKind.PERSON, found.person_id)
        audit.note(db, Scope(found.org_id), "sign_out", actor=who, details={"by": "program"})


def _ends(begun: datetime, now: datetime, unused: Unused) -> datetime:
    """Until when a refresh token is good. A program in use comes back every few minutes, for its access tokens live no
    longer: one that does not is not used.
    """
    return min(now + min(LIFE, unused.limit), begun + LONGEST)


def _access(secret: Secret, person_id: UUID, scope: Scope, role: AnyRole, sign_in_id: UUID) -> str:
    return access_tokens.issue(secret, access_tokens.Claims(person_id, scope.org_id, role_key(role), sign_in_id))
