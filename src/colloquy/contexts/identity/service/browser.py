"""Being signed in with a browser: a secret in a cookie, of which we keep the hash."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import NoTeam
from colloquy.contexts.identity.policy.addresses import browser_name
from colloquy.contexts.identity.policy.sign_ins import Ended, How, Unused
from colloquy.contexts.identity.queries import sign_ins, teams
from colloquy.kit import audit, clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Forbidden, NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, new_token, token_hash

LIFE = timedelta(days=30)
_SECRET_BYTES = 32


async def home(db: AsyncSession, person_id: UUID) -> UUID:
    """The organisation somebody starts in: the one they have belonged to longest. Raises NoTeam."""
    theirs = await teams.organisations_of(db, person_id)
    if not theirs:
        raise NoTeam(_("You are not in any team here now. Ask your colleagues for an invitation."))
    return theirs[0].id


async def begin(
    db: AsyncSession,
    *,
    person_id: UUID,
    org_id: UUID,
    user_agent: str,
    former: str | None = None,
    how: How = How.PASSWORD,
    proved_at: datetime | None = None,
) -> str:
    """Signs the browser in. Returns its new secret; the `former` one that the browser came with ends.

    `proved_at` is for single sign-on: when the provider last asked them who they are, None where it does not say.

    The secret is always a new one: a cookie that somebody planted before cannot become a signed-in one.
    """
    now = clock.now()
    if former:
        await sign_ins.revoke_browser_by_token(db, token_hash(former), now)
    token = new_token(_SECRET_BYTES)
    await sign_ins.insert_browser(
        db,
        new_id(),
        token_hash(token),
        person_id=person_id,
        org_id=org_id,
        browser=browser_name(user_agent),
        now=now,
        expires_at=now + LIFE,
        how=how,
        proved_at=proved_at if how is How.SINGLE_SIGN_ON else now,
    )
    who = (audit.ActorKind.PERSON, person_id)
    audit.note(db, Scope(org_id), "sign_in.succeeded", actor=who, details={"by": "browser"})
    return token


async def end(db: AsyncSession, token: str) -> None:
    """Signs the browser with this secret out. Any other secret is fine as well: nothing happens."""
    ended = await sign_ins.revoke_browser_by_token(db, token_hash(token), clock.now())
    if ended is not None:
        person_id, org_id = ended
        audit.note(db, Scope(org_id), "sign_out", actor=(audit.ActorKind.PERSON, person_id), details={"by": "browser"})


async def why_ended(db: AsyncSession, token: str, unused: Unused) -> Ended | None:
    """Why the browser with this secret is signed in no longer; None when it is, or never was."""
    now = clock.now()
    return await sign_ins.why_ended(db, token_hash(token), now, now - unused.limit)


async def confirm(db: AsyncSession, session_id: UUID) -> None:
    """Its person has just proved who they are: for a while they are not asked again."""
    await sign_ins.prove_again(db, session_id, clock.now())
    audit.note(db, None, "account.confirmed", subject=("device", session_id))


async def end_one(db: AsyncSession, person_id: UUID, session_id: UUID) -> None:
    """Signs one of the person's browsers or programs out. Raises NotFound for a session that is not theirs."""
    if not await sign_ins.revoke(db, person_id, session_id, clock.now()):
        raise NotFound(_("No such session."))
    audit.note(db, None, "account.session_ended", subject=("device", session_id))


async def end_others(db: AsyncSession, person_id: UUID, keep: UUID | None) -> None:
    """Signs the person out everywhere, programs included, but for the session `keep`."""
    await sign_ins.revoke_all(db, person_id, clock.now(), keep=keep)
    audit.note(db, None, "account.sessions_ended", subject=("person", person_id))


async def move(db: AsyncSession, person_id: UUID, session_id: UUID, org_id: UUID) -> str:
    """The browser acts for another organisation of its person from now on. Returns its name; raises NotFound."""
    for organisation in await teams.organisations_of(db, person_id):
        if organisation.id == org_id:
            ended = await teams.sign_ins_ended_at(db, Scope(org_id), person_id)
            begun = await sign_ins.begun_at(db, session_id)
            if ended is not None and (begun is None or begun <= ended):
                raise Forbidden(
                    _(
                        "An admin of %(name)s has ended your sessions. Sign out, then sign in again.",
                        name=organisation.name,
                    )
                )
            await sign_ins.move_browser(db, session_id, org_id)
            for scope in (None, Scope(org_id)):
                audit.note(db, scope, "account.moved")
            return organisation.name
    raise NotFound(_("No such organisation."))
