"""An upload through the product beside a bare loop that writes bodies to a file, piece by piece in turn.

    python -m tests.bench.bench_tus [--mebibytes 1024] [--piece 8]

Prints one JSON object. Both servers are processes of their own; one client sends each piece to one and then to the
other over connections that stay open, so both have the same machine at the same time. Ours is the web role: tus,
the upload's row looked up, every byte encrypted, and `Upload-Offset` told when the piece is on the disk (fsync).
`bare` appends the body in the clear with one fsync a request. The durability is the same; the encryption is ours.
`rate_ratio` is ours over bare in MiB/s, `cpu_seconds_per_gib` of each server's process. `rss_mib` is the web role's
memory before the first piece, and its peak (VmHWM) after the last.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
from tests.bench.product import Installation, cpu_seconds, free_port, installation, python, serving
from tests.factories.candidates import TUS, begin
from tests.factories.interviews import VIDEO, publish_interview

MIB = 1 << 20
LONG_ANSWER = replace(VIDEO, answer_seconds=1800)
"""Half an hour: the product then takes up to 2 GiB."""


class Sender:
    """One connection that sends pieces and adds up how long each took to be acknowledged."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self.path = path
        self.headers = headers
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.seconds = 0.0

    def send(self, piece: bytes, at: int) -> None:
        headers = {**self.headers, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        began = time.perf_counter()
        self.connection.request("PATCH", self.path, body=piece, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        self.seconds += time.perf_counter() - began
        if answer.status != 204 or answer.getheader("Upload-Offset", str(at + len(piece))) != str(at + len(piece)):
            raise SystemExit(f"{self.path} was answered with {answer.status} at offset {at}")


async def open_upload(product: Installation, port: int, mebibytes: int) -> str:
    """The path of an upload of that length, opened as a candidate's program would."""
    made = await publish_interview(product.runtime, product.organisation, LONG_ANSWER)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as api:
        candidate = await begin(api, made.token)
        await candidate.agree()
        take = await candidate.open_take((await candidate.room())["question"])
        path: str = httpx.URL(take["upload_url"]).path
        # Length first, with an empty piece: the pieces that count then all cost the same.
        headers = {**TUS, "Upload-Offset": "0", "Upload-Length": str(mebibytes * MIB)}
        headers["Content-Type"] = "application/offset+octet-stream"
        answer = await api.patch(path, headers=headers)
        if answer.status_code != 204:
            raise SystemExit(f"The length was answered with {answer.status_code}: {answer.text}")
    return path


def peak_mib(process: psutil.Process) -> float:
    """The most memory the process has had resident, MiB; what it has now where the kernel does not say."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return float(process.memory_info().rss / MIB)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def figures(sender: Sender, cpu: float, mebibytes: int) -> dict[str, float]:
    return {
        "mib_per_s": round(mebibytes / sender.seconds, 1),
        "cpu_seconds_per_gib": round(cpu / mebibytes * 1024, 2),
    }


async def measure(product: Installation, folder: str, mebibytes: int, piece_mib: int) -> dict[str, Any]:
    with ExitStack() as stack:
        port, bare_port = free_port(), free_port()
        environment = product.environment(port)
        web = stack.enter_context(serving(python("-m", "colloquy", "web"), environment, port, "/readyz"))
        command = python("-m", "tests.bench.bare", "upload", str(bare_port), folder)
        bare = stack.enter_context(serving(command, environment, bare_port, "/readyz"))
        ours_to = Sender(port, await open_upload(product, port, mebibytes), TUS)
        bare_to = Sender(bare_port, "/", {})
        before, cpu = web.memory_info().rss / MIB, (cpu_seconds(web), cpu_seconds(bare))
        for number in range(mebibytes // piece_mib):
            piece = os.urandom(piece_mib * MIB)
            for sender in (ours_to, bare_to) if number % 2 else (bare_to, ours_to):
                sender.send(piece, number * piece_mib * MIB)
        spent = (cpu_seconds(web) - cpu[0], cpu_seconds(bare) - cpu[1])
        return {
            "mebibytes": mebibytes,
            "piece_mib": piece_mib,
            "durability": "an acknowledged offset is encrypted and fsynced; bare: one fsync a request, in the clear",
            "ours": figures(ours_to, spent[0], mebibytes),
            "bare": figures(bare_to, spent[1], mebibytes),
            "rate_ratio": round(bare_to.seconds / ours_to.seconds, 2),
            "cpu_ratio": round(spent[0] / spent[1], 2),
            "rss_mib": {"before": round(before, 1), "peak": round(peak_mib(web), 1)},
        }


async def main() -> None:
    parser = argparse.ArgumentParser(description="An upload through the product beside a bare loop.")
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--piece", type=int, default=8, help="MiB in one PATCH")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as folder:
        async with installation() as product:
            found = await measure(product, folder, given.mebibytes, given.piece)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
