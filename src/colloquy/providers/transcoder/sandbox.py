"""Runs one program under limits, in its own process group, and never leaves it behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from colloquy.providers.transcoder import launch

_LAUNCHER = Path(launch.__file__)
_READ_BYTES = 1 << 16
# Stream descriptions come first and the cause of death last; what lies between is chatter.
_KEPT_HEAD_BYTES = 1 << 17
_KEPT_TAIL_BYTES = 1 << 13


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use. Seconds of processor time, seconds by the clock, bytes of address space,
    bytes per written file, open files. Higher `nice` yields to everything else on the machine.
    """

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int = 2 << 30  # measured: 720p needs 0.6 GiB of address space, 2160p HEVC 1 GiB
    file_bytes: int = 1 << 20
    open_files: int = 64
    nice: int = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `errors` is what it wrote to stderr, the middle cut out when it was long.

    `stopped` means that `on_output` said it had seen enough; `timed_out` that the clock ran out.
    """

    returncode: int
    errors: str
    stopped: bool = False
    timed_out: bool = False

    @property
    def spent(self) -> bool:
        """It was ended by a limit on processor time, memory or file size."""
        signs = (
            "received signal 24",  # ffmpeg's word for SIGXCPU, after which it ends tidily
            "Received > 3 system signals",
            "Cannot allocate memory",
            "File too large",
        )
        by_signal = {-signal.SIGXCPU, -signal.SIGXFSZ}
        return self.returncode in by_signal or any(sign in self.errors for sign in signs)


async def run(
    program: Sequence[str],
    limits: Limits,
    on_output: Callable[[bytes], bool] | None = None,
) -> Outcome:
    """Run `program` (absolute path and arguments) to its end, or kill it and all it started.

    `on_output` is given stdout piece by piece and returns False to end the run. When the caller is
    cancelled the whole process group is killed and gathered before the cancellation goes on.
    """
    restrictions = {
        "parent": os.getpid(),
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "file_bytes": limits.file_bytes,
        "open_files": limits.open_files,
        "nice": limits.nice,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(restrictions), *program),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        cwd="/",
        env={},
    )
    errors = _Excerpt()

    def listen(piece: bytes) -> bool:
        if on_output is None or on_output(piece):
            return True
        _kill(process)
        return False

    stopped = timed_out = False
    try:
        async with asyncio.timeout(limits.wall_seconds):
            reading = asyncio.gather(_read(process.stderr, errors.add), _read(process.stdout, listen))
            _, wanted_more = await reading
            stopped = not wanted_more
            await process.wait()
    except TimeoutError:
        timed_out = True
    finally:
        await _end(process)
    returncode = process.returncode if process.returncode is not None else -signal.SIGKILL
    return Outcome(returncode, errors.text(), stopped, timed_out)


async def _read(stream: asyncio.StreamReader | None, listen: Callable[[bytes], bool]) -> bool:
    """Feed a pipe to `listen` until it ends; False when the listener had enough before that."""
    assert stream is not None  # noqa: S101 - both pipes were asked for above; this is for the type checker
    while piece := await stream.read(_READ_BYTES):
        if not listen(piece):
            return False
    return True


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            # The launcher leads a session of its own, so its process id names the whole group.
            os.killpg(process.pid, signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Nothing outlives its run, even when the run is cancelled again while it is being ended."""
    _kill(process)
    await asyncio.shield(process.wait())


class _Excerpt:
    """Keeps the first and the last of what it is given, so that a talkative program costs no memory."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()

    def add(self, piece: bytes) -> bool:
        room = _KEPT_HEAD_BYTES - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:]
        if len(self._tail) > 2 * _KEPT_TAIL_BYTES:
            del self._tail[:-_KEPT_TAIL_BYTES]
        return True

    def text(self) -> str:
        return (self._head + self._tail).decode("utf-8", "replace")
