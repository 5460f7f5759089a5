"""An upload through the product beside bare loops and the official Node server, piece by piece in turn.

    python -m tests.bench.bench_tus [--mebibytes 1024] [--piece 8]

Prints one JSON object. All servers are processes of their own; one client sends each piece to one after the other over
connections that stay open, so all have the same machine at the same time. Ours is the web role: tus, the upload's row
looked up, every byte encrypted, and `Upload-Offset` told when the piece is on the disk (fdatasync).

- `bare` appends the body in the clear with one fsync a request: the same durability, no encryption, no protocol.
- `sealed` is `bare` that encrypts each part as it comes with AES-256-GCM: what ours may not help doing.
- `tus_node` is `@tus/server` with its file store, in the clear. It acknowledges without any fsync.

`rate_ratio` is ours over bare in MiB/s, `sealed_ratio` over the bare loop that encrypts, `tus_node_ratio` over the Node
server; `cpu_seconds_per_gib` is of each server's process. `rss_mib` is the web role's memory before the first piece,
and its peak (VmHWM) after the last. Without npm the Node server is left out, and `tus_node_skipped` says why.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from tests.bench.product import Installation, cpu_seconds, free_port, installation, python, serving
from tests.factories.candidates import TUS

from colloquy.contexts.media import public as media

MIB = 1 << 20
PEER = Path(__file__).parent / "peers" / "tus_server"
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Sender:
    """One connection that sends pieces and adds up how long each took to be acknowledged."""

    server: psutil.Process
    port: int
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cpu: float = 0.0

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.cpu = -cpu_seconds(self.server)

    def send(self, piece: bytes, at: int) -> None:
        headers = {**self.headers, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        began = time.perf_counter()
        self.connection.request("PATCH", self.path, body=piece, headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        self.seconds += time.perf_counter() - began
        if answer.status != 204 or answer.getheader("Upload-Offset", str(at + len(piece))) != str(at + len(piece)):
            raise SystemExit(f"{self.path} was answered with {answer.status} at offset {at}")

    def figures(self, mebibytes: int) -> dict[str, float]:
        """The rate, and what the server's process spent."""
        return {
            "mib_per_s": round(mebibytes / self.seconds, 1),
            "cpu_seconds_per_gib": round((self.cpu + cpu_seconds(self.server)) / mebibytes * 1024, 2),
        }


async def open_upload(product: Installation, mebibytes: int) -> str:
    """The path of an upload of that length."""
    scope, length = product.organisation.scope, mebibytes * MIB
    async with product.runtime.database.begin(scope) as db:
        made = await media.create_recording(
            db,
            scope,
            kind="video",
            language="en",
            max_seconds=1800,
            max_bytes=length,
            declared_type="video/webm",
            declared_bytes=length,
        )
    return f"/api/public/uploads/{made.upload_id}"


def install_peer() -> str | None:
    """Puts the Node server into its own folder, once; None, or why it cannot be had."""
    if shutil.which("node") is None:
        return "there is no Node on this machine"
    if not (PEER / "node_modules").is_dir():
        command = python(str(REPOSITORY / "scripts" / "npm.py"), "ci", "--ignore-scripts", "--loglevel=error")
        done = subprocess.run(command, cwd=PEER, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"npm could not install it: {done.stderr.strip()[-200:]}"
    return None


def created(port: int, mebibytes: int) -> str:
    """The path of a new upload at the Node server."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/files", headers={**TUS, "Upload-Length": str(mebibytes * MIB)})
    answer = connection.getresponse()
    answer.read()
    return "/" + (answer.getheader("Location") or "").split("/", 3)[3]


def peak_mib(process: psutil.Process) -> float:
    """The most memory the process has had resident, MiB; what it has now where the kernel does not say."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return float(process.memory_info().rss / MIB)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


async def measure(product: Installation, folder: str, mebibytes: int, piece_mib: int) -> dict[str, Any]:
    with ExitStack() as stack:
        port = free_port()
        environment = product.environment(port)
        web = stack.enter_context(serving(python("-m", "colloquy", "web"), environment, port, "/readyz"))
        senders = {"ours": Sender(web, port, await open_upload(product, mebibytes), dict(TUS))}
        for kind in ("upload", "sealed"):
            port = free_port()
            command = python("-m", "tests.bench.bare", kind, str(port), folder)
            server = stack.enter_context(serving(command, environment, port, "/readyz"))
            senders["bare" if kind == "upload" else kind] = Sender(server, port)
        skipped = install_peer()
        if skipped is None:
            port = free_port()
            command = ["node", str(PEER / "server.mjs"), str(port), folder]
            server = stack.enter_context(serving(command, environment, port, "/readyz"))
            senders["tus_node"] = Sender(server, port, created(port, mebibytes), dict(TUS))
        before = web.memory_info().rss / MIB
        send_all(list(senders.values()), mebibytes, piece_mib)
        return summary(senders, mebibytes) | {
            "piece_mib": piece_mib,
            "durability": "an acknowledged offset is encrypted and synced to the disk; bare and sealed: one fsync a "
            "request; tus_node: acknowledged without a sync",
            "tus_node_skipped": skipped,
            "rss_mib": {"before": round(before, 1), "peak": round(peak_mib(web), 1)},
        }


def send_all(senders: list[Sender], mebibytes: int, piece_mib: int) -> None:
    """Every piece to every server; who comes first changes from piece to piece."""
    for number in range(mebibytes // piece_mib):
        piece = os.urandom(piece_mib * MIB)
        first = number % len(senders)
        for sender in senders[first:] + senders[:first]:
            sender.send(piece, number * piece_mib * MIB)


def summary(senders: dict[str, Sender], mebibytes: int) -> dict[str, Any]:
    figures: dict[str, Any] = {name: sender.figures(mebibytes) for name, sender in senders.items()}
    ours = senders["ours"].seconds
    for name, ratio in (("bare", "rate_ratio"), ("sealed", "sealed_ratio"), ("tus_node", "tus_node_ratio")):
        if name in senders:
            figures[ratio] = round(senders[name].seconds / ours, 2)
    cpu = (figures[name]["cpu_seconds_per_gib"] for name in ("ours", "bare"))
    return {"mebibytes": mebibytes, **figures, "cpu_ratio": round(next(cpu) / next(cpu), 2)}


async def main() -> None:
    parser = argparse.ArgumentParser(description="An upload through the product beside bare loops and @tus/server.")
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--piece", type=int, default=8, help="MiB in one PATCH")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as folder:
        async with installation() as product:
            found = await measure(product, folder, given.mebibytes, given.piece)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
