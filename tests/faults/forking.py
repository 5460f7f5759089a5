"""Workers of the real product as processes that can be killed by the hundred.

Starting Python and importing the product costs seconds; here one process imports it once and every worker is a fork of
it that has done nothing yet. A worker is in a process group of its own, with whatever it starts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from colloquy.roles.runtime import Addresses

_PROGRAM = """
import os, signal, sys
import colloquy.cli.main, colloquy.roles.runtime, colloquy.roles.process
from colloquy.kit import log
from colloquy.roles import process, worker
from colloquy.settings import Settings
BROKEN
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
while sys.stdin.readline():
    pid = os.fork()
    if pid == 0:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        settings = Settings(_env_file=None)
        log.configure(form="text", level=settings.log_level)
        status = 1
        try:
            process.run(settings, [worker.run])
            status = 0
        finally:
            os._exit(status)
    print(pid, flush=True)
"""
_REGISTERS_SECONDS = 60.0


@dataclass(frozen=True)
class Forked:
    """A worker: its process and the names under which the queue knows it."""

    pid: int
    ids: frozenset[int]

    def kill(self) -> None:
        """SIGKILL to the worker and whatever it had started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class Workers:
    """Makes workers over one database and data folder. `broken` is Python that runs before the first of them."""

    def __init__(self, where: Addresses, data_dir: Path, *, broken: str = "") -> None:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")},
            "COLLOQUY_DATABASE_URL": where.serving,
            "COLLOQUY_MIGRATION_URL": where.migrating,
            "COLLOQUY_DATABASE_POOL": "3",
            "COLLOQUY_DATA_DIR": str(data_dir),
            "COLLOQUY_LOG_LEVEL": "error",
            "COLLOQUY_LIMITS": "false",
            "COLLOQUY_OUTBOUND_ALLOW": "127.0.0.1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.replace("BROKEN", broken)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._look = psycopg.connect(where.migrating, autocommit=True)
        self._made: list[Forked] = []
        self._said()

    def start(self, *, registered: bool = True) -> Forked:
        """Another worker, which has told the queue that it is there; not `registered`: it has only begun."""
        before = self._known()
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        pid = int(self._said())
        if not registered:
            made = Forked(pid, frozenset())
            self._made.append(made)
            return made
        ends = time.monotonic() + _REGISTERS_SECONDS
        settled: set[int] = set()
        while time.monotonic() < ends:
            new = self._known() - before
            if new and new == settled:
                made = Forked(pid, frozenset(new))
                self._made.append(made)
                return made
            settled = new
            time.sleep(0.1)
        raise AssertionError("a worker never came up")

    def end(self) -> None:
        """All of them are dead afterwards."""
        for one in self._made:
            one.kill()
        self._look.close()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _known(self) -> set[int]:
        return {number for (number,) in self._look.execute("select id from procrastinate_workers")}

    def _said(self) -> str:
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        assert said, "the process that makes workers has ended"
        return said


@contextmanager
def workers(where: Addresses, data_dir: Path, *, broken: str = "") -> Iterator[Workers]:
    """Workers that are dead at the end of the block, however it ends."""
    made = Workers(where, data_dir, broken=broken)
    try:
        yield made
    finally:
        made.end()
