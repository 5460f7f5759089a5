"""The product for measuring: a fresh installation, an interview, and roles as processes of their own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
from tests.factories.identity import MadeOrganisation, make_organisation

from colloquy.kit import log
from colloquy.roles.runtime import Addresses, Runtime, addresses, running
from colloquy.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """A running product over a database of its own."""

    runtime: Runtime
    where: Addresses
    organisation: MadeOrganisation

    def environment(self, port: int) -> dict[str, str]:
        """What another process needs to be part of the same installation."""
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")},
            "COLLOQUY_DATABASE_URL": self.where.serving,
            "COLLOQUY_MIGRATION_URL": self.where.migrating,
            "COLLOQUY_DATA_DIR": str(self.runtime.settings.data_dir),
            "COLLOQUY_PORT": str(port),
            "COLLOQUY_LOG_LEVEL": "info",
            "COLLOQUY_LIMITS": "false",
        }


@contextlib.asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """A fresh installation in a temporary folder, with one organisation."""
    log.configure(form="json", level="warning")  # standard output is for the figures
    with TemporaryDirectory(prefix="colloquy-bench-") as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - the embedded server runs as another user when we are root
        settings = Settings(data_dir=Path(folder), _env_file=None)
        where = addresses(settings)
        async with running(settings, where=where) as runtime:
            yield Installation(runtime, where, await make_organisation(runtime.database))


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(
    command: list[str], environment: dict[str, str], port: int, path: str, *, seconds: float = 30.0
) -> Iterator[psutil.Process]:
    """A server as a process of its own, ready when `path` answers 200, within so many seconds; ended by SIGTERM."""
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port, path, server, seconds)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_ready(port: int, path: str, server: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    """Returns when the server answers 200."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}{path}", timeout=2).status_code == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"the server did not become ready on {path}")


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
