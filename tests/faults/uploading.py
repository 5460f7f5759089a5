"""Uploads to a real server process over raw sockets, and ways to cut them that no HTTP client would offer.

The ledger stands outside of the server: a file that is synced before the next byte is sent, with every offset that
was acknowledged. What it says must never be taken back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.product import free_port, wait_until_ready

from colloquy.roles.runtime import Addresses

FIN, RST, STALL, KILL = "FIN", "RST", "stall", "server kill"
CUTS = (FIN, RST, STALL, KILL)
NOTICED_SECONDS = 0.05
"""No client knows sooner that it was cut and has a new connection; a question asked at once could overtake the cut
request inside the server."""

_TUS = "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"


class Server:
    """`python -m colloquy web` over the test's database and data folder; `broken` is Python that runs before it."""

    def __init__(self, where: Addresses, data_dir: Path, *, broken: str = "") -> None:
        self.port = free_port()
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")},
            "COLLOQUY_DATABASE_URL": where.serving,
            "COLLOQUY_MIGRATION_URL": where.migrating,
            "COLLOQUY_DATA_DIR": str(data_dir),
            "COLLOQUY_PORT": str(self.port),
            "COLLOQUY_LOG_LEVEL": "error",
        }
        self._program = f"{broken}\nfrom colloquy.cli import app\napp(['web'])\n"
        self._process = self._start()

    def kill(self) -> None:
        """SIGKILL: nothing is cleaned up, nothing is said."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        """Another process on the same port, ready to answer."""
        self._process = self._start()

    def stop(self) -> float:
        """SIGTERM; how many seconds it took to end."""
        began = time.monotonic()
        self._process.terminate()
        self._process.wait(timeout=60)
        return time.monotonic() - began

    def end(self) -> None:
        """Dead, however it was before."""
        if self._process.poll() is None:
            self.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", self._program], env=self._environment, stdout=subprocess.DEVNULL
        )
        wait_until_ready(self.port, "/readyz", process, seconds=90)
        return process


@contextlib.contextmanager
def server(where: Addresses, data_dir: Path, *, broken: str = "") -> Iterator[Server]:
    """A server that is dead at the end of the block, however it ends."""
    running = Server(where, data_dir, broken=broken)
    try:
        yield running
    finally:
        running.end()


class Ledger:
    """Acknowledged offsets, on the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b", buffering=0)

    def note(self, offset: int) -> None:
        self._file.write(b"%d\n" % offset)
        os.fsync(self._file.fileno())

    @property
    def last(self) -> int:
        self._file.seek(0)
        return int((self._file.read().split() or [b"0"])[-1])

    def close(self) -> None:
        self._file.close()


@dataclass
class Counted:
    """What cuts of one kind cost. Seconds are from the cut (or from the server being up again) to the offset."""

    cuts: int = 0
    sent_again: list[int] = field(default_factory=list)
    free_after: list[float] = field(default_factory=list)
    refused: int = 0


def connect(port: int) -> socket.socket:
    """A connection without delays of its own."""
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def ask(connection: socket.socket, method: str, path: str, headers: str, body: bytes = b"") -> dict[str, str]:
    """The answer's headers, lower case, with `:status`."""
    connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: test\r\n{_TUS}{headers}\r\n".encode() + body)
    return answer(connection)


def answer(connection: socket.socket) -> dict[str, str]:
    """Status line and headers of the next answer; of a body nothing is read, so ask once a connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionError("the server hung up")
        received += piece
    status, *lines = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return {":status": status.split()[1], **{name.lower(): value for name, value in pairs}}


class Sender:
    """Sends `data` in chunks to one upload, and is cut."""

    def __init__(self, server: Server, path: str, data: bytes, chunk: int, ledger: Ledger) -> None:
        self.server, self.path, self.data, self.chunk, self.ledger = server, path, data, chunk, ledger
        self._open: list[socket.socket] = []  # stalled connections, which stay open to the end

    def patch(self, at: int, until: int) -> int | None:
        """A whole piece; the acknowledged offset. None when the upload is elsewhere by now: ask again."""
        with connect(self.server.port) as connection:
            told = ask(connection, "PATCH", self.path, self._head(at, until), self.data[at:until])
        if told[":status"] == "409":
            return None
        if told[":status"] != "204":
            raise AssertionError(f"PATCH at {at} was answered with {told[':status']}")
        offset = int(told["upload-offset"])
        self.ledger.note(offset)
        return offset

    def cut(self, kind: str, at: int, until: int, sent: int) -> None:
        """Begins a piece and sends `sent` bytes of it; then the connection, or the server, is no more."""
        connection = connect(self.server.port)
        head = f"PATCH {self.path} HTTP/1.1\r\nHost: test\r\n{_TUS}{self._head(at, until)}\r\n"
        connection.sendall(head.encode() + self.data[at : at + sent])
        if kind == STALL:
            self._open.append(connection)
            return
        if kind == KILL:
            time.sleep(0.02)  # let it be in the middle of its work, not before it
            self.server.kill()
            self.server.restart()
        elif kind == RST:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def offset(self) -> int:
        """What HEAD says."""
        with connect(self.server.port) as connection:
            return int(ask(connection, "HEAD", self.path, "")["upload-offset"])

    def close(self) -> None:
        """Ends what stalled, and the ledger."""
        for connection in self._open:
            connection.close()
        self.ledger.close()

    def _head(self, at: int, until: int) -> str:
        length = f"Upload-Length: {len(self.data)}\r\n" if until == len(self.data) else ""
        return f"Upload-Offset: {at}\r\nContent-Length: {until - at}\r\n{length}"


def upload(sender: Sender, kind: str, parts: tuple[float, ...]) -> Counted:
    """Sends everything, cut once in every chunk after a share of it from `parts`, in turn; what that cost.

    AssertionError when an acknowledged byte is gone, when HEAD does not tell the truth, or when more than one chunk
    must be sent again.
    """
    counted, at = Counted(), 0
    for number, begins in enumerate(range(0, len(sender.data), sender.chunk)):
        until = min(begins + sender.chunk, len(sender.data))
        sent = int((until - at) * parts[number % len(parts)])
        sender.cut(kind, at, until, sent)
        cut_at = time.monotonic()
        time.sleep(NOTICED_SECONDS)
        offset = sender.offset()
        counted.free_after.append(time.monotonic() - cut_at)
        counted.cuts += 1
        counted.sent_again.append(at + sent - offset)
        assert offset >= sender.ledger.last, f"byte {sender.ledger.last} was acknowledged, the server has {offset}"
        assert offset <= at + sent, f"the server claims {offset} bytes, {at + sent} were sent"
        assert at + sent - offset <= sender.chunk, f"{at + sent - offset} bytes must be sent again"
        while offset < until:
            acknowledged = sender.patch(offset, until)
            if acknowledged is None:
                # Bytes of the cut request came after our question: what tus clients do is ask again.
                counted.refused += 1
                offset = sender.offset()
            else:
                offset = acknowledged
        at = offset
        assert at == until, f"the piece ended at {until}, acknowledged is {at}"
    return counted
