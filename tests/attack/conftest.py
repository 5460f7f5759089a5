"""A world full of awkward strings, and the product at an address that a browser can open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from tests.attack.insider import Insider, insider_of
from tests.attack.shown import fill
from tests.browser.product import free_port

from colloquy.roles.web import Server


@pytest.fixture
async def shown(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Whose world is full of awkward strings."""
    made = await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "shown")
    if "filled" not in made.world.others:
        await made.read_forms()
        made.world.others["filled"] = str(await fill(made))
        await run_jobs()
    return made


@pytest.fixture
async def served(app) -> AsyncIterator[str]:
    """The application at an address of the loopback."""
    port = free_port()
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in this way only
        await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task
