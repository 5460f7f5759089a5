"""While the product runs: the log is streamed, recordings are copied, base backups are made when they are due.

One process of the installation does it, the one that holds a lock of the database; whoever dies frees it. Everything
blocks, so it runs in threads; being cancelled ends the programs that run for us and takes one last point, so
that a server that is stopped in peace loses nothing.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

import psycopg

from colloquy.kit import clock, log
from colloquy.roles.backup import base, server
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.mirror import Mirror, Synced
from colloquy.roles.backup.place import Place, write
from colloquy.roles.backup.server import Children
from colloquy.roles.backup.stream import Stream, forget_slots
from colloquy.roles.runtime import Runtime, addresses
from colloquy.settings import Settings

POINT_SECONDS = 15.0
"""With the time that copying takes this stays well below the 60 s that may be lost."""
_AGAIN_SECONDS = 600
"""A base backup that failed is tried again after this."""
_LOCK = "select pg_try_advisory_lock(hashtext('colloquy.backups'))"
_log = log.get_logger(__name__)
_FAILURES = (BackupProblem, psycopg.Error, OSError)


async def keep(runtime: Runtime) -> None:
    """Keeps the backup close behind until cancelled. Returns at once where no place is named."""
    settings = runtime.settings
    if settings.backup_dir is None:
        if (settings.data_dir / "postgres" / "postmaster.pid").exists():
            await asyncio.to_thread(_let_go, settings)
        return
    keeper = Keeper(settings)
    making: asyncio.Task[None] | None = None
    try:
        while True:
            await asyncio.to_thread(keeper.step)
            if keeper.due() and (making is None or making.done()):
                making = asyncio.create_task(asyncio.to_thread(keeper.make_base))
            await asyncio.sleep(POINT_SECONDS)
    finally:
        keeper.copying.stop()
        if making is not None:
            await making
        await asyncio.to_thread(keeper.close)


def _let_go(settings: Settings) -> None:
    try:
        if forgotten := forget_slots(addresses(settings).migrating):
            _log.info("Write-ahead log is no longer kept for backups", slots=forgotten)
    except psycopg.Error as error:
        _log.warning("Slots of backups could not be looked at", exc_info=error)


class Keeper:
    """What is kept between steps. `step` and `make_base` run in threads, each never twice at a time."""

    def __init__(self, settings: Settings) -> None:
        assert settings.backup_dir is not None  # noqa: S101 - `keep` looked
        self._settings = settings
        self._place = Place(settings.backup_dir)
        self._receiving = Children()
        self.copying = Children()
        self._turn = Lock()
        self._closed = False
        self._mirror = Mirror(settings.data_dir, self._place)
        self._database = addresses(settings).migrating
        self._embedded = settings.database_url is None
        self._guard: psycopg.Connection | None = None
        self._stream: Stream | None = None
        self._next_base: datetime | None = None
        self._troubles = dict[str, str]()
        self._point_at: datetime | None = None

    def step(self) -> None:
        """Takes a point, opening the stream first where that is needed. What goes wrong is noted, and tried again."""
        # A step that was under way when `keep` was cancelled goes on in its thread; the last one waits for it.
        with self._turn:
            if not self._closed:
                self._step()

    def _step(self) -> None:
        try:
            if not self._mine():
                return
            synced = self._point()
        except _FAILURES as error:
            self._note("points", error)
        else:
            self._troubles.pop("points", None)
            self._tell(synced)

    def due(self) -> bool:
        """Whether it is time for a base backup."""
        return self._guard is not None and self._next_base is not None and clock.now() >= self._next_base

    def make_base(self) -> None:
        """Makes a base backup and says when the next one is due."""
        stream = self._stream.name if self._stream else None
        try:
            made = base.make(
                self._place,
                Mirror(self._settings.data_dir, self._place),
                self._database if self._embedded else None,
                stream=stream,
                keep=self._settings.backup_keep,
                children=self.copying,
            )
        except _FAILURES as error:
            self._next_base = clock.now() + timedelta(seconds=_AGAIN_SECONDS)
            if not self.copying.stopping.is_set():
                self._note("base", error)
        else:
            self._troubles.pop("base", None)
            self._next_base = made.started_at + timedelta(hours=self._settings.backup_every)
            _log.info("A base backup was made", name=made.name, bytes=made.bytes, objects=made.objects)

    def close(self) -> None:
        """Takes a last point, and ends the receiver."""
        self.step()
        with self._turn:
            self._closed = True
            if self._stream is not None:
                self._stream.close()
            if self._guard is not None:
                self._guard.close()

    def _mine(self) -> bool:
        """Whether this process keeps the backups; asks for it again when its connection has gone."""
        if self._guard is not None:
            try:
                self._guard.execute("select 1")
            except psycopg.Error:
                self._guard = None
            else:
                return True
        connection = psycopg.connect(server.address(self._database), autocommit=True, connect_timeout=10)
        row = connection.execute(_LOCK).fetchone()
        if not (row and row[0]):
            connection.close()
            return False
        self._guard = connection
        return True

    def _point(self) -> Synced:
        self._place.prepare()
        if not self._embedded:
            at = clock.now()
            synced = self._mirror.sync(at, stop=self._receiving.stopping.is_set)
            self._plan(new=False)
            self._point_at = at
            return synced
        if self._stream is None or self._stream.lost():
            if self._stream is not None:
                self._stream.close()
            stream = Stream(self._place, self._database, self._receiving)
            self._plan(new=stream.open())
            self._stream = stream
        self._stream.keep_receiving()
        point, synced = self._stream.point(self._mirror)
        self._point_at = point.at
        return synced

    def _plan(self, *, new: bool) -> None:
        """When the next base backup is due: now for a new stream, else an interval after the last one."""
        if self._next_base is not None and not new:
            return
        last = None if new else next(iter(self._place.found()[-1:]), None)
        wait = timedelta(hours=self._settings.backup_every)
        self._next_base = clock.now() if last is None else last.started_at + wait

    def _note(self, what: str, error: Exception) -> None:
        self._troubles[what] = str(error).strip() or type(error).__name__
        _log.warning("Backups are in trouble", what=what, error=self._troubles[what])
        with suppress(OSError):
            self._tell(None)

    def _tell(self, synced: Synced | None) -> None:
        known = json.loads(self._place.status.read_text()) if self._place.status.exists() else {}
        if synced is not None:
            known |= {"objects": synced.objects, "bytes": synced.bytes}
        if self._point_at is not None:
            known["point_at"] = self._point_at.isoformat()
        known |= {"streaming": self._stream is not None and "points" not in self._troubles, "troubles": self._troubles}
        write(self._place.status, json.dumps(known))
