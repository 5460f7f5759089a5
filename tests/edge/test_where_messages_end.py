"""Requests whose end could be read in two ways are refused by the real server, and nothing after them is answered."""

import asyncio
import contextlib
import socket
from dataclasses import replace

import pytest

from colloquy.roles.web import application, server

SMUGGLED = b"GET /healthz?smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
JSON = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BOTH = JSON + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
UNCLEAR = {
    "both a length and chunks": BOTH + SMUGGLED,
    "chunks and a length": JSON + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": JSON + b"Content-Length: 2\r\nContent-Length: 46\r\n\r\n{}" + SMUGGLED,
    "two lengths in one line": JSON + b"Content-Length: 2, 46\r\n\r\n{}" + SMUGGLED,
    "a length with a sign": JSON + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "a negative length": JSON + b"Content-Length: -2\r\n\r\n{}" + SMUGGLED,
    "a length that is no number": JSON + b"Content-Length: 0x2\r\n\r\n{}" + SMUGGLED,
    "a length over 64 bits": JSON + b"Content-Length: 18446744073709551618\r\n\r\n{}" + SMUGGLED,
    "a space before the colon": JSON + b"Content-Length : 2\r\n\r\n{}" + SMUGGLED,
    "a coding that is none": JSON + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked and something after": JSON + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a piece without a size": JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a piece of a negative size": JSON + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a piece longer than it says": JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a size over 64 bits": JSON + b"Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
    "a piece that ends in a bare line feed": JSON + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n" + SMUGGLED,
    "a header in two lines": JSON + b"X-One: a\r\n b\r\nContent-Length : 2\r\n\r\n{}" + SMUGGLED,
    "a null in a header": JSON + b"X-One: a\0b\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
}


@pytest.fixture
async def address(runtime, unused_port):
    settings = runtime.settings.model_copy(update={"port": unused_port, "limits": False})
    ours = replace(runtime, settings=settings)
    serving = server(application(ours), ours)
    task = asyncio.create_task(serving.serve())
    while not serving.started:  # noqa: ASYNC110 - uvicorn tells nobody when it is so
        await asyncio.sleep(0.02)
    yield ("127.0.0.1", unused_port)
    serving.should_exit = True
    await task


@pytest.fixture
def unused_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def said(address, sent: bytes) -> bytes:
    """Everything that the server answers to these bytes, until it hangs up or has nothing more to say."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    answer = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        async with asyncio.timeout(1.0):
            while piece := await reader.read(65_536):
                answer += piece
    writer.close()
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        await writer.wait_closed()
    return answer


@pytest.mark.parametrize("name", UNCLEAR)
async def test_a_message_that_ends_in_two_ways_is_refused(address, name):
    answer = await said(address, UNCLEAR[name])
    assert answer.startswith(b"HTTP/1.1 4"), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1, answer  # what came after it was not taken for a request
    assert b"HTTP/1.1 200" not in answer


async def test_what_ends_in_one_way_is_answered_and_so_is_what_follows(address):
    for first in (
        JSON + b"Content-Length: 2\r\n\r\n{}",
        JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ):
        answer = await said(address, first + SMUGGLED)
        assert answer.startswith(b"HTTP/1.1 422"), answer[:200]
        assert answer.count(b"HTTP/1.1 200") == 1
