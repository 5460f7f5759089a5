"""Static files as browsers get them: kept for ever, and small on a slow line."""

from __future__ import annotations

import gzip

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from colloquy.web.assets import MOUNT_PATH, STATIC_FOLDER, ReleasedFiles, static_url

SCRIPT = "js/room/room.js"


@pytest.fixture
async def client():
    app = Starlette(routes=[Mount(MOUNT_PATH, ReleasedFiles())])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://static") as opened:
        yield opened


async def test_scripts_are_compressed_for_those_who_understand_it(client: httpx.AsyncClient) -> None:
    plain = (STATIC_FOLDER / SCRIPT).read_bytes()
    async with client.stream("GET", static_url(SCRIPT), headers={"accept-encoding": "br, gzip"}) as response:
        raw = b"".join([piece async for piece in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert gzip.decompress(raw) == plain
    assert len(raw) < len(plain) / 2


async def test_others_get_the_file_as_it_is(client: httpx.AsyncClient) -> None:
    response = await client.get(static_url(SCRIPT), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in response.headers
    assert response.content == (STATIC_FOLDER / SCRIPT).read_bytes()


async def test_what_a_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get(static_url(SCRIPT))
    again = await client.get(static_url(SCRIPT), headers={"if-modified-since": first.headers["last-modified"]})
    assert again.status_code == 304


async def test_fonts_are_not_compressed_twice(client: httpx.AsyncClient) -> None:
    response = await client.get(static_url("vendor/fonts/inter-latin.woff2"))
    assert response.status_code == 200
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("path", ["js/none.js", "../assets.py"])
async def test_nothing_else_is_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{MOUNT_PATH}/0/{path}")).status_code == 404
