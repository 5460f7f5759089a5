"""Outgoing webhooks against a real receiver: the promise and its figures in one run.

    pytest -s tests/contexts/webhooks/test_r9.py

prints one line a promise: the tries and the hours that they span by the product's clock, what 410 does, that nobody is
sent elsewhere, that both secrets of an overlap verify, and how many addresses that lead inside were reached.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from standardwebhooks import Webhook
from tests.contexts.webhooks.hooking import receiving
from tests.providers.outbound.receivers import answer
from tests.providers.outbound.receivers import receiving as counting
from tests.providers.outbound.targets import NAMED, SPELT

from colloquy.contexts.webhooks import jobs
from colloquy.contexts.webhooks.service import again, change
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.providers.outbound.client import GuardedHttp
from colloquy.providers.outbound.guard import Guard


async def test_the_promise_and_its_figures(hook, receiver, run_jobs, later, runtime):
    lines = {
        "410": await _gone(hook, receiver, run_jobs),
        "redirects": await _redirected(hook, receiver, run_jobs),
        "overlap of secrets": await _overlap(hook, receiver, run_jobs, runtime),
        "addresses that lead inside": await _inside(hook, runtime),
        # The last one: the product's clock is days ahead afterwards, and signatures of then are too new to verify.
        "tries until given up": await _ten_tries(hook, receiver, run_jobs, later),
    }
    for promise, figure in lines.items():
        sys.stderr.write(f"{promise:28} {figure}\n")


async def _ten_tries(hook, receiver, run_jobs, later) -> str:
    receiver.reply = answer("500 Internal Server Error")
    hooked = await hook()
    await _send(hooked)
    await run_jobs()
    waits = []
    while (wait := await later(hooked.organisation)) is not None:
        waits.append(wait)
    had = [one for one in receiver.had if one.message["data"]["endpoint_id"] == str(hooked.endpoint_id)]
    span = had[-1].at - had[0].at
    hours = span / timedelta(hours=1)
    ids = {one.headers["webhook-id"] for one in had}
    assert (len(had), len(ids)) == (10, 1)
    assert 75 <= hours <= 84
    return f"{len(had)} over {hours:.1f} h, {len(ids)} webhook-id"


async def _gone(hook, receiver, run_jobs) -> str:
    receiver.reply, before = answer("410 Gone"), len(receiver.had)
    hooked = await hook()
    await _send(hooked)
    await run_jobs()
    endpoint = await hooked.endpoint()
    assert (endpoint.enabled, endpoint.stopped, len(receiver.had) - before) == (False, "gone", 1)
    return "switched off after 1 try"


async def _redirected(hook, receiver, run_jobs) -> str:
    followed = 0
    async with receiving() as elsewhere:
        for status in (301, 302, 303, 307, 308):
            receiver.reply = answer(f"{status} Elsewhere", b"", f"Location: {elsewhere.url}")
            hooked = await hook()
            await _send(hooked)
            await run_jobs()
            [message] = await hooked.messages()
            assert message.state == "pending"
        followed = len(elsewhere.had)
    assert followed == 0
    return f"{followed} of 5 followed"


async def _overlap(hook, receiver, run_jobs, runtime) -> str:
    receiver.reply = answer()
    hooked = await hook()
    async with runtime.database.begin(hooked.organisation.scope) as db:
        _row, new = await change.rotate_secret(db, runtime.provided.get(Secret), hooked.actor, hooked.endpoint_id)
    await _send(hooked)
    await run_jobs()
    had = receiver.had[-1]
    for secret in (hooked.secret, new):
        Webhook(secret).verify(had.body, had.headers)
    return "2 of 2 secrets verify, by the library standardwebhooks"


async def _inside(hook, runtime) -> str:
    """Addresses as they might stand in the database: what the form would refuse is stopped at the connection too."""

    async def named(host: str, _port: int) -> tuple[str, ...]:
        return NAMED.get(host, (host,))

    client = GuardedHttp(Guard(resolve=named))
    targets = [*SPELT, *(f"https://{name}/" for name in NAMED), *(f"http://{name}:{{port}}/" for name in NAMED)]
    try:
        async with counting() as inside:
            hooked = await hook(url="https://hooks.example.com/")
            for target in targets:
                await _point(hooked, target.replace("{port}", str(inside.port)))
                message_id = await _send(hooked)
                await jobs.send(
                    runtime.database,
                    runtime.provided.get(Secret),
                    runtime.provided.get(PublicAddress),
                    client,
                    org_id=hooked.organisation.id,
                    message_id=message_id,
                    number=1,
                )
            reached = inside.connections
            states = {message.state for message in await hooked.messages()}
            assert states == {"pending"}, "nothing that was refused counts as delivered"
    finally:
        await client.close()
    assert len(targets) >= 60
    assert reached == 0
    return f"{reached} of {len(targets)} reached"


async def _point(hooked, url: str) -> None:
    async with hooked.runtime.database.begin(hooked.organisation.scope) as db:
        await db.execute(
            text("update webhook_endpoints set url = :url where org_id = :org"),
            {"url": url, "org": hooked.organisation.id},
        )


async def _send(hooked) -> UUID:
    async with hooked.runtime.database.begin(hooked.organisation.scope) as db:
        return await again.send_test(db, hooked.actor, hooked.endpoint_id)
