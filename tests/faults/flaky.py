"""A proxy that breaks connections after a random number of bytes, reproducibly: FIN, RST, or not a word."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

LEAST_BYTES = 30_000
"""Every connection lets this much through, so that a client can at least ask where to continue."""

STALL_SECONDS = 4.0
"""How long a silent connection stays open before its client is told."""


@dataclass
class FlakyProxy:
    """Passes bytes on to `target` and breaks the first `cuts` connections that send more than their share."""

    target: int
    seed: int
    cuts: int
    most_bytes: int
    port: int = 0
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Ends every connection and waits for the threads."""
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self.target)) as server:
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            with self._lock:
                share = self._random.randint(LEAST_BYTES, self.most_bytes)
                kind = self._random.choice(("FIN", "RST", "stall"))
            broken = False
            with contextlib.suppress(OSError):
                broken = self._forward(client, server, share, kind)
            # The other thread waits in recv: a socket is not closed, whatever we call, before it has come back.
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RD if broken else socket.SHUT_RDWR)
            back.join(timeout=10)
            if broken and kind != "FIN":
                for side in (client, server):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _forward(self, client: socket.socket, server: socket.socket, share: int, kind: str) -> bool:
        """Pass bytes on to the end, or to the cut, which is True."""
        client.settimeout(0.2)
        passed = 0
        while not self._ended.is_set():
            try:
                piece = client.recv(16_384)
            except TimeoutError:
                continue
            if not piece:
                return False
            with self._lock:
                breaks = passed + len(piece) > share and len(self.done) < self.cuts
                if breaks:
                    self.done.append(kind)
            if breaks:
                server.sendall(piece[: share - passed])
                if kind == "stall":
                    self._ended.wait(STALL_SECONDS)
                return True
            server.sendall(piece)
            passed += len(piece)
        return False


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(16_384):
            target.sendall(piece)


@contextlib.contextmanager
def flaky(target: int, *, seed: int, cuts: int, most_bytes: int) -> Iterator[FlakyProxy]:
    """A proxy that is closed at the end of the block."""
    proxy = FlakyProxy(target, seed, cuts, most_bytes)
    try:
        yield proxy
    finally:
        proxy.close()
