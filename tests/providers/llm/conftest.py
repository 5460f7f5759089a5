from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

# `model_server` is shared by the tests of this folder, which is not a package.
sys.path.insert(0, str(Path(__file__).parent))

from model_server import ModelServer


@pytest.fixture
async def model_server() -> AsyncIterator[ModelServer]:
    serving = ModelServer()
    tasks: set[asyncio.Task[None]] = set()

    def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(serving.serve(reader, writer)))

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, limit=1 << 20)
    serving.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield serving
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.wait_closed()
