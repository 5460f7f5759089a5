"""Uploads and range reads beside the bare loops they replace, in turn, in one run.

    python tests/bench/bench_storage.py [--mebibytes 256] [--rounds 5] [--folder DIR]

Prints one JSON object. Upload: `bare` writes the same 64 KiB chunks to a file with one fsync at the end, as the
shortest ASGI body-to-file loop does, in the clear; `spool` encrypts them and acknowledges only what is on the disk,
so both give the same durability. `asgi` is the same pair behind uvicorn on loopback, one PUT of the whole size.
Range read: `bare` is `os.pread` of 1 MiB at random places in a plain file of that size; `objects` finds, fetches,
verifies and decrypts them. Wall times include the disk and wander; CPU (user and system, all threads) is the
figure to compare, and `ratio` is bare over ours, so 1.0 means free and the goal for uploads is 0.9 of the wall's rate.
Memory is the growth of this process's peak while the spool takes the whole upload.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.obstore import local_objects
from colloquy.providers.storage.spool_local import LocalSpool

MIB = 1 << 20
CHUNK = os.urandom(1 << 16)
READS = 200
MASTER = MasterKey(os.urandom(32))


async def chunks(mebibytes: int) -> AsyncIterator[bytes]:
    for _ in range(mebibytes * 16):
        yield CHUNK


async def bare_upload(path: Path, body: AsyncIterator[bytes]) -> None:
    with path.open("wb", buffering=0) as file:
        async for chunk in body:
            file.write(chunk)
        os.fsync(file.fileno())


async def spool_upload(spool: LocalSpool, body: AsyncIterator[bytes]) -> None:
    await spool.create("upload")
    await spool.append("upload", 0, body, limit=1 << 40)


async def measured(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Seconds by the clock and of CPU that one round took."""
    started, cpu = time.perf_counter(), time.process_time()
    await work()
    return time.perf_counter() - started, time.process_time() - cpu


async def uploads(folder: Path, mebibytes: int, rounds: int) -> dict[str, Any]:
    spool = LocalSpool(folder / "spool", MASTER)
    plain = folder / "plain"
    took: dict[str, list[tuple[float, float]]] = {"bare": [], "spool": []}
    grown = 0
    for number in range(rounds + 1):
        bare = await measured(lambda: bare_upload(plain, chunks(mebibytes)))
        plain.unlink()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = await measured(lambda: spool_upload(spool, chunks(mebibytes)))
        grown = max(grown, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        await spool.delete("upload")
        if number:  # the first round warms up
            took["bare"].append(bare)
            took["spool"].append(ours)
    return summary(took, mebibytes) | {"peak_memory_growth_mib": round(grown / 1024, 1)}


def application(folder: Path, spool: LocalSpool) -> Any:
    """PUT /bare and PUT /spool, nothing else: the shortest ASGI there is around both."""

    async def body_of(receive: Any) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            if part := message.get("body"):
                yield part

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/bare":
            await bare_upload(folder / "plain", body_of(receive))
        else:
            await spool_upload(spool, body_of(receive))
        await send({"type": "http.response.start", "status": 204, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b""})

    return app


CLIENT = """
import socket, sys, time
port, path, mebibytes = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
piece = bytes(1 << 20)
head = f"PUT {path} HTTP/1.1\\r\\nHost: bench\\r\\nContent-Length: {mebibytes << 20}\\r\\n\\r\\n"
started = time.perf_counter()
with socket.create_connection(("127.0.0.1", port)) as connection:
    connection.sendall(head.encode())
    for _ in range(mebibytes):
        connection.sendall(piece)
    answer = connection.recv(100)
assert b" 204 " in answer, answer
print(time.perf_counter() - started)
"""


async def put(port: int, path: str, mebibytes: int) -> float:
    """Seconds from the first byte to the answer, measured by a client in a process of its own."""
    client = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CLIENT, str(port), path, str(mebibytes)), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await client.communicate()
    return float(told)


async def asgi(folder: Path, mebibytes: int, rounds: int) -> dict[str, Any]:
    """The server is this process, so the CPU is the server's alone."""
    spool = LocalSpool(folder / "spool", MASTER)
    config = uvicorn.Config(application(folder, spool), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    took: dict[str, list[tuple[float, float]]] = {"bare": [], "spool": []}
    for number in range(rounds + 1):
        for name, rounds_of_it in took.items():
            cpu = time.process_time()
            wall = await put(port, f"/{name}", mebibytes)
            if number:
                rounds_of_it.append((wall, time.process_time() - cpu))
            # Both away at once: the pages one leaves behind must not be cleared up in the other's time.
            (folder / "plain").unlink(missing_ok=True)
            await spool.delete("upload")
    server.should_exit = True
    await serving
    return summary(took, mebibytes)


async def range_reads(folder: Path, mebibytes: int, rounds: int) -> dict[str, Any]:
    plain = folder / "plain"
    await bare_upload(plain, chunks(mebibytes))
    objects = local_objects(folder / "objects", MASTER)
    await objects.put_file("bench/object", plain)
    took: dict[str, list[tuple[float, float]]] = {"bare": [], "objects": []}
    descriptor = os.open(plain, os.O_RDONLY)

    async def bare(places: list[int]) -> None:
        for at in places:
            os.pread(descriptor, MIB, at)

    async def ours(places: list[int]) -> None:
        for at in places:
            async for _ in objects.read("bench/object", at, at + MIB):
                pass

    for number in range(rounds + 1):
        places = [random.Random(number * READS + read).randrange((mebibytes - 1) * MIB) for read in range(READS)]
        for name, read in (("bare", bare), ("objects", ours)):
            result = await measured(lambda read=read, places=places: read(places))
            if number:
                took[name].append(result)
    os.close(descriptor)
    first = [await measured(lambda at=at: first_piece(objects, at)) for at in places]
    figures = summary(took, READS)
    return figures | {"first_piece_ms_p50": round(statistics.median(wall for wall, _ in first) * 1000, 3)}


async def first_piece(objects: Any, at: int) -> None:
    pieces = objects.read("bench/object", at)
    await anext(pieces)
    await pieces.aclose()


def summary(took: dict[str, list[tuple[float, float]]], mebibytes: int) -> dict[str, Any]:
    """Medians over the rounds, and bare over ours."""
    figures: dict[str, Any] = {}
    for name, rounds in took.items():
        wall, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        figures[name] = {"mib_per_s": round(mebibytes / wall), "cpu_us_per_mib": round(cpu / mebibytes * 1e6)}
    # Round by round, because the machine wanders between rounds more than within one.
    pairs = list(zip(*took.values(), strict=True))
    figures["rate_ratio"] = round(statistics.median(bare[0] / ours[0] for bare, ours in pairs), 2)
    figures["cpu_ratio"] = round(statistics.median(bare[1] / ours[1] for bare, ours in pairs), 2)
    return figures


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mebibytes", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="a directory on the disk to measure")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        figures = {
            "mebibytes": given.mebibytes,
            "upload": await uploads(folder, given.mebibytes, given.rounds),
            "asgi": await asgi(folder, given.mebibytes, given.rounds),
            "range_read": await range_reads(folder, given.mebibytes, given.rounds),
        }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
