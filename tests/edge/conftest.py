"""Applications with settings of their own, over this worker's product."""

from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from tests.factories import identity as makers
from tests.factories.candidates import begin
from tests.factories.interviews import publish_interview

from colloquy.kit import clock
from colloquy.kit.ids import new_id
from colloquy.kit.limits import Counter, InProcess
from colloquy.roles.web import application


@pytest.fixture
def application_with(runtime):
    """`application_with(trusted_proxies="10.0.0.0/8")`: the web application with these settings."""

    def make(**changed):
        runtime.provided.put(Counter, InProcess(lambda: clock.now().timestamp()))  # nobody was counted before
        return application(replace(runtime, settings=runtime.settings.model_copy(update=changed)))

    return make


@pytest.fixture
def reached():
    """`async with reached(app, "10.0.0.1") as browser`: a browser whose requests come from this address."""

    @asynccontextmanager
    async def open_browser(app, address=None, *, scheme="http", **headers):
        address = address or ".".join(str(part) for part in (10, *new_id().bytes[-3:]))
        transport = httpx.ASGITransport(app, client=(address, 50_000), raise_app_exceptions=False)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with makers.Browser(transport=transport, base_url=f"{scheme}://testserver", headers=given) as browser:
            yield browser

    return open_browser


@pytest.fixture
def answering(runtime, api, make_organisation):
    """`await answering(TEXT)`: (a published interview with these questions, a candidate who has begun it)."""

    async def make(*drafts):
        made = await publish_interview(runtime, await make_organisation(), *drafts)
        candidate = await begin(api, made.token)
        await candidate.agree()
        return made, candidate

    return make
