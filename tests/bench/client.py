"""A client that costs little: prepared requests over connections that stay open, so the server is what is measured."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long each request took, in seconds, and how long all of them took together."""

    each: list[float]
    wall: float

    def figures(self) -> dict[str, float]:
        """Requests a second; the median and the 95th percentile in milliseconds."""
        percentiles = statistics.quantiles(self.each, n=20)
        return {
            "per_second": round(len(self.each) / self.wall, 1),
            "p50_ms": round(statistics.median(self.each) * 1000, 2),
            "p95_ms": round(percentiles[18] * 1000, 2),
        }


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: bench", *(f"{key}: {value}" for key, value in (headers or {}).items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer. The servers measured here always say how long the body is."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return status, await reader.readexactly(int(value))
    raise ValueError(f"An answer without a length: {head!r}")


async def ask(port: int, request: bytes) -> bytes:
    """The body of one answer; SystemExit unless it is a 200, because then there is nothing to compare."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    status, body = await answer(reader)
    writer.close()
    if status != 200:
        raise SystemExit(f"{request[:80]!r} was answered with {status}: {body[:300]!r}")
    return body


async def load(port: int, request: bytes, *, requests: int, connections: int) -> Latencies:
    """Sends the request `requests` times over so many connections, each sending the next when the last is answered."""
    each: list[float] = []

    async def work(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        for _ in range(count):
            began = time.perf_counter()
            writer.write(request)
            status, _ = await answer(reader)
            each.append(time.perf_counter() - began)
            if status != 200:
                raise SystemExit(f"answered with {status} under load; the comparison is void")
        writer.close()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work(requests // connections))
    return Latencies(each, time.perf_counter() - began)
