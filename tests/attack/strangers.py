"""Everybody who has no business with an organisation's things, each with what they can send along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from unittest import mock

import httpx
from tests.attack.world import World
from tests.factories import identity as makers
from tests.factories.identity import bearer, make_member

from colloquy.contexts.identity.public import Actor, Role
from colloquy.contexts.identity.queries import sign_ins, teams
from colloquy.contexts.identity.service import access_tokens
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id


class Kind(StrEnum):
    """What makes somebody a stranger here."""

    NOBODY = "nobody"
    """Not signed in, or with something that is no sign-in any more. Everything but what is public is refused."""
    OTHER = "another organisation"
    """Signed in elsewhere: their own things, never the victim's."""
    LOWER = "a lower role"
    """Of the same team: what their role has, and nothing above it."""
    CANDIDATE = "a candidate"
    """With a candidate's key: their own interview, never a recruiter's operation or another candidate's."""


@dataclass
class Stranger:
    """`client` sends requests as them. `again` makes their sign-in anew, should a try have ended it."""

    name: str
    kind: Kind
    client: httpx.AsyncClient
    headers: dict[str, str]
    again: Callable[[], Awaitable[dict[str, str]]] | None = None

    async def send(
        self, method: str, path: str, body: Any = None, form: dict[str, str] | None = None
    ) -> httpx.Response:
        kwargs: dict[str, Any] = {"json": body} if body is not None else {"data": form} if form is not None else {}
        return await self.client.request(method, path, headers=self.headers, **kwargs)


async def gather(runtime: Any, transport: Any, victim: World, other: World) -> list[Stranger]:
    """All of them."""
    database, secret = runtime.database, runtime.provided.get(Secret)
    owner = victim.organisation.owner

    def program(name: str, kind: Kind, authorization: str | None, actor: Actor | None = None) -> Stranger:
        client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        again = None if actor is None else lambda: _bearer(database, secret, actor)
        return Stranger(name, kind, client, {"authorization": authorization} if authorization else {}, again)

    async def browser(name: str, kind: Kind, actor: Actor | None) -> Stranger:
        client = makers.Browser(transport=transport, base_url="http://testserver")
        token = await client.csrf()
        if actor is not None:
            assert (await client.sign_in(actor.email)).status_code == 303
        return Stranger(name, kind, client, {"x-csrf-token": token, "accept": "text/html"})

    good = await bearer(database, secret, owner)
    head, payload, signature = good.removeprefix("Bearer ").split(".")
    with mock.patch.object(clock, "now", return_value=datetime.now(UTC) - timedelta(hours=1)):
        expired = access_tokens.issue(secret, _claims(owner, new_id()))
    gone = await make_member(database, victim.organisation, Role.ADMIN, name="Gone")
    gone_bearer = await bearer(database, secret, gone)
    gone_browser = await browser("removed member's browser", Kind.NOBODY, gone)
    signed_out = await browser("signed-out browser", Kind.NOBODY, owner)
    revoked = await bearer(database, secret, owner)
    async with database.begin(victim.organisation.scope) as db:
        await teams.set_removed(db, victim.organisation.scope, gone.person_id, clock.now())
        claims = access_tokens.read(secret, revoked.removeprefix("Bearer "))
        assert claims is not None
        await sign_ins.revoke_program(db, claims.sign_in_id, clock.now())
    victim.organisation.members.remove(gone)
    kept = dict(signed_out.client.cookies)
    assert (await signed_out.client.submit("/sign-out")).status_code == 303
    signed_out.client.cookies.update(kept)
    reviewer = next(one for one in victim.organisation.members if one.role is Role.REVIEWER)
    recruiter = next(one for one in victim.organisation.members if one.role is Role.RECRUITER)
    others = {one.role: one for one in other.organisation.members}
    return [
        program("no credentials", Kind.NOBODY, None),
        program("garbage", Kind.NOBODY, "Bearer garbage.garbage.garbage"),
        program("signature cut", Kind.NOBODY, f"Bearer {head}.{payload}.{signature[:-2]}"),
        program("no signature", Kind.NOBODY, f"Bearer {head}.{payload}."),
        program("expired", Kind.NOBODY, f"Bearer {expired}"),
        program("revoked", Kind.NOBODY, revoked),
        program("removed member", Kind.NOBODY, gone_bearer),
        program("token of no sign-in", Kind.NOBODY, f"Bearer {access_tokens.issue(secret, _claims(owner, new_id()))}"),
        await browser("browser of nobody", Kind.NOBODY, None),
        gone_browser,
        signed_out,
        program("other owner", Kind.OTHER, await bearer(database, secret, other.organisation.owner),
                other.organisation.owner),
        await browser("other owner's browser", Kind.OTHER, other.organisation.owner),
        program("reviewer", Kind.LOWER, await bearer(database, secret, reviewer), reviewer),
        await browser("reviewer's browser", Kind.LOWER, reviewer),
        program("recruiter", Kind.LOWER, await bearer(database, secret, recruiter), recruiter),
        program("other recruiter", Kind.OTHER, await bearer(database, secret, others[Role.RECRUITER]),
                others[Role.RECRUITER]),
        await browser("other reviewer's browser", Kind.OTHER, others[Role.REVIEWER]),
        await browser("recruiter's browser", Kind.LOWER, recruiter),
        program("candidate elsewhere", Kind.CANDIDATE, f"Candidate {other.candidate.key}"),
    ]  # fmt: skip


def _claims(actor: Actor, sign_in_id: Any) -> access_tokens.Claims:
    return access_tokens.Claims(actor.person_id, actor.scope.org_id, "owner", sign_in_id)


async def _bearer(database: Any, secret: Secret, actor: Actor) -> dict[str, str]:
    return {"authorization": await bearer(database, secret, actor)}
