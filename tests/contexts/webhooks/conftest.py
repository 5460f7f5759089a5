"""Organisations with webhooks, and a receiver that the operator has opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.webhooks.hooking import Receiver, receiving

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.webhooks.policy.drafts import EndpointDraft
from colloquy.contexts.webhooks.queries import endpoints, messages
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import change
from colloquy.kit import clock
from colloquy.kit.clock import travelled
from colloquy.kit.crypto import Secret
from colloquy.providers.outbound.client import GuardedHttp
from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.port import OutboundClient
from colloquy.providers.outbound.rules import parse_allow


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture(autouse=True)
async def opened(runtime) -> AsyncIterator[None]:
    """The operator has opened this machine; the rest of the network stays shut."""
    before = {kind: runtime.provided.get(kind) for kind in (Guard, OutboundClient)}
    guard = Guard(parse_allow("127.0.0.1"))
    client = GuardedHttp(guard)
    runtime.provided.put(Guard, guard)
    runtime.provided.put(OutboundClient, client)
    yield
    await client.close()
    for kind, instance in before.items():
        runtime.provided.put(kind, instance)


@dataclass
class Hooked:
    """An organisation with one webhook for everything."""

    organisation: Any
    actor: Actor
    endpoint_id: UUID
    secret: str
    runtime: Any

    async def endpoint(self) -> Any:
        async with self.runtime.database.begin(self.organisation.scope) as db:
            return await endpoints.endpoint(db, self.organisation.scope, self.endpoint_id)

    async def messages(self) -> list[Any]:
        async with self.runtime.database.begin(self.organisation.scope) as db:
            found = await messages.log(db, self.organisation.scope, messages.Wanted(), 200)
            return list(reversed(found))


@pytest.fixture
def hook(runtime, make_organisation, receiver) -> Callable[..., Awaitable[Hooked]]:
    """`await hook()`: an organisation whose webhook is `receiver`."""

    async def do(organisation=None, url: str = "", types: tuple[str, ...] = tuple(CATALOGUE)) -> Hooked:
        organisation = organisation or await make_organisation()
        async with runtime.database.begin(organisation.scope) as db:
            row, secret = await change.add_endpoint(
                db, runtime.provided.get(Secret), organisation.owner, EndpointDraft(url or receiver.url, "", types)
            )
        return Hooked(organisation, organisation.owner, row.id, secret, runtime)

    return do


@pytest.fixture
def later(runtime, run_jobs) -> Iterator[Callable[..., Awaitable[timedelta | None]]]:
    """`await later(organisation)`: the product's clock goes to when the next job of this name is planned, and it is
    done; how far the clock went. None when none is planned. The clock stays there until the test ends.
    """
    with ExitStack() as stack:

        async def do(organisation, name: str = "webhooks.send") -> timedelta | None:
            async with runtime.database.begin() as db:
                row = (
                    await db.execute(
                        text(
                            "select id, scheduled_at from procrastinate_jobs where status = 'todo'"
                            " and scheduled_at is not null and task_name = :name and args->>'org_id' = :org"
                            " order by scheduled_at limit 1"
                        ),
                        {"name": name, "org": str(organisation.id)},
                    )
                ).one_or_none()
                if row is None:
                    return None
                # The queue goes by the database's clock, which stays where it is.
                await db.execute(
                    text("update procrastinate_jobs set scheduled_at = null where id = :id"), {"id": row.id}
                )
            wait = max(row.scheduled_at - clock.now(), timedelta())
            if wait:  # inside a journey of the test's own there is none: they would end in the wrong order
                stack.enter_context(travelled(wait))
            await run_jobs()
            return wait

        yield do
