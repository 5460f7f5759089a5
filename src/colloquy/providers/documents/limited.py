"""Documents are looked into by a child process that may use little and reach nothing."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from colloquy.kit.errors import Transient
from colloquy.providers.documents.port import Verdict
from colloquy.providers.documents.reading import worker
from colloquy.providers.transcoder import sandbox
from colloquy.providers.transcoder.launch import CANNOT_START
from colloquy.providers.transcoder.sandbox import Limits

_WORKER = Path(worker.__file__)
_LONGEST_ENDING = 12
_MOST_OUTPUT = 1 << 14


@dataclass(frozen=True, slots=True)
class LimitedDocuments:
    """`Documents` in a process of its own: processor time, memory and open files are bounded, it writes no file, has an
    empty environment, and has no network where the kernel allows that (`transcoder.launch`). One run takes 0.1 s.
    """

    limits: Limits = field(
        default_factory=lambda: Limits(
            cpu_seconds=20, wall_seconds=90, memory_bytes=768 << 20, file_bytes=0, open_files=16
        )
    )

    async def inspect(self, path: Path, name: str) -> Verdict:
        printed = bytearray()

        def keep(piece: bytes) -> bool:
            printed.extend(piece)
            return len(printed) <= _MOST_OUTPUT

        source = await asyncio.to_thread(path.resolve)
        program = (sys.executable, "-I", "-S", str(_WORKER), str(source), _ending(name))
        ran = await sandbox.run(program, self.limits, keep)
        if ran.returncode == 0:
            said = json.loads(printed)
            return Verdict(said.get("kind"), said.get("refused"), tuple(said.get("flags", ())))
        if ran.timed_out:
            raise Transient("The file could not be looked into in the time allowed; this machine may be too busy.")
        if ran.returncode in {worker.TOO_COSTLY, -signal.SIGXCPU} or ran.spent or "MemoryError" in ran.errors:
            return Verdict(refused="file_too_costly")
        if ran.returncode == -signal.SIGKILL:
            raise Transient("Looking into the file was stopped from outside; this machine may be out of memory.")
        if ran.returncode == CANNOT_START:
            raise RuntimeError(f"The process that looks into documents could not be started: {ran.errors}")
        raise RuntimeError(f"Looking into a document ended with status {ran.returncode}: {ran.errors[-2000:]}")


def _ending(name: str) -> str:
    """The ending with its dot, in small letters; what is no plain ending is `.?`, which is no kind of text."""
    suffix = PurePosixPath(name.lower()).suffix
    plain = suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= _LONGEST_ENDING
    return suffix if plain or not suffix else ".?"
