"""A real clamd with signatures of our own, and a stand-in that says what it is told to."""

from __future__ import annotations

import _socket
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.hostile.samples import EICAR

MARK = b"colloquy-test-pattern-7f3a"
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
NO_CLAMD = "clamd is not installed (Debian: clamav-daemon)"
STREAM_LIMIT = 4 << 20
_STARTS_WITHIN = 60


@contextmanager
def clamd(folder: Path, *, tcp: bool = False) -> Iterator[str]:
    """The address of a running clamd that knows two signatures and looks nothing up anywhere."""
    signatures = folder / "signatures"
    signatures.mkdir()
    # Extended signatures: name, any kind of file, any place, hexadecimal pattern.
    lines = (f"{name}:0:*:{pattern.hex()}" for name, pattern in (("Test.Eicar", EICAR), ("Test.Own", MARK)))
    (signatures / "own.ndb").write_text("\n".join(lines) + "\n")
    path = folder / "clamd.sock"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    where = f"TCPAddr 127.0.0.1\nTCPSocket {port}" if tcp else f"LocalSocket {path}"
    (folder / "clamd.conf").write_text(
        f"{where}\nDatabaseDirectory {signatures}\nForeground yes\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength {STREAM_LIMIT}\nMaxThreads 4\nConcurrentDatabaseReload no\nLogFile {folder}/log\n"
    )
    address = f"127.0.0.1:{port}" if tcp else str(path)
    process = subprocess.Popen([str(CLAMD), "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        _wait(address, process, folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < ends:
        try:
            if "/" in address:
                # pytest-socket takes a path for a foreign address.
                with closing(_socket.socket(socket.AF_UNIX)) as line:
                    line.connect(address)
            else:
                socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))).close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"clamd ended: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("clamd did not start")


@contextmanager
def saying(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a stand-in that treats every visitor as `answer` does."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    visitor, _address = server.accept()
                except OSError:
                    return
                with visitor:
                    visitor.settimeout(5)
                    try:
                        answer(visitor)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            thread.join()
