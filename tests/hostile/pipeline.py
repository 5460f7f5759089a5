"""One hostile file through the product's own functions, and what it cost."""

from __future__ import annotations

import ctypes
import os
import resource
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from tests.contexts.media.making import found, send
from tests.hostile.samples import PROCESSED, Sample

from colloquy.contexts.media import jobs
from colloquy.contexts.media import public as media
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.documents.port import Documents
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.transcoder.port import Transcoder
from colloquy.roles.runtime import Runtime

CPU_SECONDS = 60
MEMORY_BYTES = 1 << 30
_OPENED = 0x20 | 0x1  # inotify(7): IN_OPEN, IN_ACCESS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `trouble` is a crash: anything but an orderly end."""

    family: str
    name: str
    code: str
    trouble: str | None
    cpu_seconds: float
    seconds: float

    def line(self) -> dict[str, object]:
        """The outcome for a file."""
        return asdict(self)


async def judge(runtime: Runtime, api: httpx.AsyncClient, scope: Scope, one: Sample) -> Outcome:
    """Sends the file as a candidate would, reads it as the worker does, and opens it as a reviewer would."""
    began, cpu = time.monotonic(), _cpu()
    code, trouble = "crashed", None
    try:
        code = await _through(runtime, api, scope, one)
    except Exception as error:  # noqa: BLE001 - that is what is being counted
        trouble = f"{type(error).__name__}: {error}"[:300]
    return Outcome(
        one.family, ascii(one.file_name[:40]), code, trouble, round(_cpu() - cpu, 3), round(time.monotonic() - began, 3)
    )


async def _through(runtime: Runtime, api: httpx.AsyncClient, scope: Scope, one: Sample) -> str:
    recording_id = await send(
        runtime, scope, one.data, kind=one.kind, source="upload", file_name=one.file_name, needs_sound=False
    )
    provided = runtime.provided
    spool, store = provided.get(UploadSpool), provided.get(ObjectStore)
    transcoder = provided.get(Transcoder)
    who = {"org_id": scope.org_id, "recording_id": recording_id}
    await jobs.process_recording(
        runtime.database, spool, store, transcoder, provided.get(Documents), provided.get(Antivirus), **who
    )
    recording = await found(runtime, scope, recording_id)
    if recording.state == "processed":
        if one.kind != "file":
            await _rendered(runtime, spool, store, transcoder, who)
        await _opened(runtime, api, scope, recording)
        return PROCESSED
    if recording.state != "rejected" or not recording.reason:
        raise AssertionError(f"it stays {recording.state} ({recording.reason_code})")
    address = media.media_address(provided.get(Secret), scope, recording_id, "original")
    if one.kind == "file" and (await api.get(address)).status_code != httpx.codes.NOT_FOUND:
        raise AssertionError("a refused file is served")
    return recording.reason_code or "rejected"


async def _rendered(
    runtime: Runtime, spool: UploadSpool, store: ObjectStore, transcoder: Transcoder, who: dict
) -> None:
    from colloquy.providers.transcoder.port import MediaRejected

    try:
        await jobs.render_recording(runtime.database, spool, store, transcoder, **who)
    except MediaRejected:  # an orderly refusal of the job: the words are there, the picture is not
        return


async def _opened(runtime: Runtime, api: httpx.AsyncClient, scope: Scope, recording: media.Recording) -> None:
    """What a browser gets: something to save, under a harmless name, that nothing runs."""
    secret = runtime.provided.get(Secret)
    given = await api.get(media.media_address(secret, scope, recording.id, "original"))
    given.raise_for_status()
    disposition = given.headers["content-disposition"]
    safe = (
        disposition.startswith("attachment; ")
        and given.headers["x-content-type-options"] == "nosniff"
        and given.headers["content-security-policy"].startswith("sandbox")
        and not given.headers["content-type"].startswith(("text/html", "image/svg", "application/xhtml"))
    )
    name = recording.file_name or ""
    if not safe or "/" in name or "\\" in name or not name.isprintable() or name.startswith(".") or len(name) > 150:
        raise AssertionError(f"served as {dict(given.headers)} named {name!r}")


def _cpu() -> float:
    """Seconds of processor of this process and of all children that ended."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in both)


class Children:
    """Looks every few milliseconds how much memory the programs started by this process hold, and they by theirs.

    Not `ru_maxrss`: a child begins as a copy of its parent, and that counts the parent's size as the child's.
    """

    EVERY_SECONDS = 0.01

    def __init__(self) -> None:
        self.largest_bytes = 0
        self._own = Path("/proc/self/cmdline").read_bytes()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_on)
        self._known = set(self._below(os.getpid()))
        self._thread.start()

    def _look_on(self) -> None:
        while not self._ended.wait(self.EVERY_SECONDS):
            for pid in self._below(os.getpid()):
                if pid not in self._known:
                    self.largest_bytes = max(self.largest_bytes, self._peak(pid))

    def _below(self, pid: int) -> Iterator[int]:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                for child in map(int, children.read_text().split()):
                    yield child
                    yield from self._below(child)

    def _peak(self, pid: int) -> int:
        """The most that a program has held so far; 0 before it has become a program of its own, and after its end."""
        with suppress(OSError):
            if Path(f"/proc/{pid}/cmdline").read_bytes() != self._own:
                for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        return int(line.split()[1]) * 1024
        return 0

    def close(self) -> None:
        """Looks no more."""
        self._ended.set()
        self._thread.join()


class Watch:
    """Counts who opens a file and who calls a port, from any process of this machine."""

    def __init__(self, canary: Path) -> None:
        self.calls = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(os.O_NONBLOCK)
        if libc.inotify_add_watch(self._events, os.fsencode(canary), _OPENED) < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch")
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                visitor, _address = self._server.accept()
            except OSError:
                return
            self.calls += 1
            visitor.close()

    def reads(self) -> int:
        """How often the canary was opened or read since the last call."""
        count = 0
        while select.select([self._events], [], [], 0)[0]:
            data = os.read(self._events, 1 << 16)
            while data:
                (size,) = struct.unpack_from("=I", data, 12)
                data, count = data[16 + size :], count + 1
        return count

    def close(self) -> None:
        """Ends listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        os.close(self._events)


@contextmanager
def watching(folder: Path) -> Iterator[tuple[Path, Watch]]:
    """A canary, a playable one, so that whoever follows a path to it has something to read; and the watch on it."""
    from tests.providers.transcoder import clips

    canary = folder / "canary.ts"
    clips.ffmpeg(*clips.tone(1), *clips.AAC, str(canary))
    watch = Watch(canary)
    try:
        yield canary, watch
    finally:
        watch.close()


@contextmanager
def weighing() -> Iterator[Children]:
    """How large the largest program gets that is started in the block."""
    children = Children()
    try:
        yield children
    finally:
        children.close()
