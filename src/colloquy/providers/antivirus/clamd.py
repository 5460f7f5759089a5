"""ClamAV through its daemon, in the daemon's own protocol (clamd(8), "COMMANDS").

Commands begin with `z` and end with a zero byte, and so do answers. INSTREAM takes the file in pieces, each after its
length as four bytes in network order; a length of zero ends it. Nothing is written where the daemon could read it: it
needs no right to our files and may run on another machine.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from colloquy.providers.antivirus.port import Engine, ScannerAway, TooLargeToScanError

_PIECE = 1 << 16
_ANSWER_BYTES = 4096
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")
_NAME = re.compile(r"[^\w.+:/-]")
"""A signature's name is written by whoever wrote the signature; only what names consist of is shown."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """`Antivirus` on clamd at a socket's path, or at `host:port`.

    `connect_seconds` bounds getting through and each piece sent, `answer_seconds` the wait for the answer after the
    last piece; clamd's own MaxScanTime is two minutes.
    """

    address: str
    connect_seconds: float = 10.0
    answer_seconds: float = 150.0

    @property
    def configured(self) -> bool:
        return True

    async def scan(self, path: Path) -> str | None:
        answer = await asyncio.to_thread(self._ask, b"zINSTREAM\0", path)
        if answer == "stream: OK":
            return None
        if found := _FOUND.fullmatch(answer):
            return _NAME.sub("_", found[1])
        if "size limit exceeded" in answer:
            raise TooLargeToScanError
        raise ScannerAway(f"The virus scanner could not scan a file: {_line(answer)}.")

    async def engine(self) -> Engine:
        answer = await asyncio.to_thread(self._ask, b"zVERSION\0")
        version, *rest = answer.split("/", 2)
        if not version.startswith("ClamAV"):
            raise ScannerAway(f"What answers at {self.address} is no ClamAV: {_line(answer)}.")
        signatures, signed_on = [*rest, "", ""][:2]
        # Signatures of one's own have no number and no date: clamd then gives the version alone.
        return Engine(version, signatures or None, signed_on or None)

    def _ask(self, command: bytes, path: Path | None = None) -> str:
        with self._connected() as line:
            with suppress(BrokenPipeError, ConnectionResetError):
                # It hangs up before the end when it has had enough; its answer, which came first, says why.
                line.sendall(command)
                if path is not None:
                    _send(line, path)
            line.settimeout(self.answer_seconds)
            said = bytearray()
            while not said.endswith(b"\0") and len(said) < _ANSWER_BYTES:
                piece = line.recv(_ANSWER_BYTES)
                if not piece:
                    break
                said += piece
        if not said.endswith(b"\0"):
            raise ScannerAway(f"The virus scanner at {self.address} did not finish its answer.")
        return said[:-1].decode("utf-8", "replace").strip()

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            line = self._open()
        except (OSError, ValueError) as error:
            raise ScannerAway(
                f"The virus scanner does not answer at {self.address} ({type(error).__name__})."
            ) from error
        with line:
            try:
                yield line
            except TimeoutError as error:
                raise ScannerAway(f"The virus scanner at {self.address} took too long.") from error
            except OSError as error:
                raise ScannerAway(f"The virus scanner at {self.address} hung up ({type(error).__name__}).") from error

    def _open(self) -> socket.socket:
        if "/" in self.address:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.connect_seconds)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.connect_seconds)


def _send(line: socket.socket, path: Path) -> None:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
    line.sendall(struct.pack(">I", 0))


def _line(answer: str) -> str:
    return answer[:200].replace("\n", " ") or "an empty answer"
