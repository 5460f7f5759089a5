from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import Scripted

from colloquy.contexts.conversations.public import Compositions, Interviewers, RulesInterviewer
from colloquy.kit.fanout import Fanout


@pytest.fixture
async def address(app):
    """Where the application is served: streams need a socket, since a transport in memory collects them."""
    async with talking.served(app) as where:
        yield where


@pytest.fixture
async def client(address):
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    # Programs of many candidates at once: none may send another one's cookie.
    none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits, cookies=none) as one:
        yield one


@pytest.fixture
async def news(runtime):
    """The process listens for news, as the web role does."""
    async with runtime.provided.get(Fanout).listening():
        yield


@pytest.fixture
async def interviewers(runtime):
    """`interviewers(rules=..., model=..., models=...)`: who words the turns in this test."""
    before = runtime.provided.get(Compositions)
    made = []

    def use(rules=None, model=None, models=None) -> Compositions:
        compositions = Compositions(runtime.database, Interviewers(rules or RulesInterviewer(), model, models))
        runtime.provided.put(Compositions, compositions)
        made.append(compositions)
        return compositions

    yield use
    runtime.provided.put(Compositions, before)
    for compositions in made:
        await compositions.drain(5)


@pytest.fixture
def slow(interviewers):
    """An interviewer that takes a while over each turn."""
    return interviewers(Scripted(pause=0.02))


@pytest.fixture
async def talker(client, runtime, make_organisation):
    """A candidate whose conversation is open; nothing has been said."""
    interview = await talking.publish(runtime, await make_organisation())
    return await talking.talker(client, interview)
