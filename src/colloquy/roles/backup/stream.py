"""The write-ahead log on its way to the place of backups, and the points at which it and recordings are both safe.

A replication slot keeps the log until it was received, but no more than `SLOT_KEEPS`: a place that is away for long
may not fill the disk that the product runs from. A slot that lost its place is given up, and a new stream begins
with a new base backup.
"""

from __future__ import annotations

import subprocess
import time

import psycopg

from colloquy.kit import clock
from colloquy.roles.backup import server
from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.mirror import Mirror, Synced
from colloquy.roles.backup.place import Place, Point, append, stamp
from colloquy.roles.backup.server import Children

SLOT = "colloquy_backup_"
SLOT_KEEPS = "4GB"
"""256 segments of log; an installation with 100 interviews a day writes about one segment an hour."""
_RECEIVED_SECONDS = 20.0
_LOOK_SECONDS = 0.05


class Stream:
    """The log of one embedded server, sent to one place."""

    def __init__(self, place: Place, database: str, children: Children) -> None:
        self._place = place
        self._database = server.address(database)
        self._children = children
        self._receiver: subprocess.Popen[str] | None = None
        self.name = ""

    def open(self) -> bool:
        """Finds the stream that goes on, or begins a new one. True for a new one: it needs a base backup."""
        self._place.prepare()
        with self._connected() as connection:
            connection.execute(f"alter system set max_slot_wal_keep_size = '{SLOT_KEEPS}'".encode())
            connection.execute("select pg_reload_conf()")
            rows = connection.execute(
                "select slot_name, wal_status, active_pid from pg_replication_slots where starts_with(slot_name, %s)",
                (SLOT,),
            ).fetchall()
            self.name = ""
            for slot, status, pid in rows:
                if pid is not None:  # a receiver that outlived the process that started it
                    connection.execute("select pg_terminate_backend(%s, 5000)", (pid,))
                name = slot.removeprefix(SLOT)
                if status != "lost" and (self._place.wal / name).is_dir() and not self.name:
                    self.name = name
                else:
                    connection.execute("select pg_drop_replication_slot(%s)", (slot,))
            if self.name:
                return not any(one.stream == self.name for one in self._place.found())
            self.name = stamp(clock.now()).lower().replace(".", "_")
            (self._place.wal / self.name).mkdir(mode=0o700)
            connection.execute("select pg_create_physical_replication_slot(%s, true)", (SLOT + self.name,))
        return True

    def keep_receiving(self) -> None:
        """Starts the receiver when it does not run. BackupProblem with its last words when it had ended by itself."""
        if self._receiver is not None and self._receiver.poll() is None:
            return
        words = ""
        if self._receiver is not None:
            words = (self._receiver.stdout.read() if self._receiver.stdout else "").strip()
            self._children.end(self._receiver)
        self._receiver = self._children.begin(
            "pg_receivewal",
            "-d",
            self._database,
            "-D",
            str(self._place.wal / self.name),
            "-S",
            SLOT + self.name,
            "--synchronous",
            "--no-loop",
            "-s",
            "2",
        )
        if words:
            raise BackupProblem(f"The write-ahead log was not received for a while: {words.splitlines()[-1]}")

    def lost(self) -> bool:
        """Whether the slot had to give up what was not received yet."""
        with self._connected() as connection:
            row = connection.execute(
                "select wal_status from pg_replication_slots where slot_name = %s", (SLOT + self.name,)
            ).fetchone()
        return row is None or row[0] == "lost"

    def point(self, mirror: Mirror) -> tuple[Point, Synced]:
        """Marks the log, waits until the mark was received, copies recordings, and writes the point down.

        In this order: what a row before the mark speaks of was stored before the mark, and so it is copied.
        """
        at = clock.now()
        point = Point(f"colloquy-{stamp(at)}", at, self.name)
        with self._connected() as connection:
            connection.execute("select pg_create_restore_point(%s)", (point.name,))
            # A restore point waits for the next commit to reach the disk; this has it there at once.
            row = connection.execute("select pg_logical_emit_message(false, 'colloquy', 'point', true)").fetchone()
            self._received(connection, str(row[0]) if row else "0/0")
        synced = mirror.sync(at, stop=self._children.stopping.is_set)
        with self._place.turn():
            append(self._place.points, [point.line()])
        return point, synced

    def _received(self, connection: psycopg.Connection, mark: str) -> None:
        ends = time.monotonic() + _RECEIVED_SECONDS
        while time.monotonic() < ends:
            row = connection.execute(
                "select bool_or(r.flush_lsn >= %s::pg_lsn) from pg_stat_replication r"
                " join pg_replication_slots s on s.active_pid = r.pid where s.slot_name = %s",
                (mark, SLOT + self.name),
            ).fetchone()
            if row and row[0]:
                return
            self.keep_receiving()
            time.sleep(_LOOK_SECONDS)
        raise BackupProblem("The write-ahead log does not arrive at the place of backups; it is kept and sent later.")

    def close(self) -> None:
        """Ends the receiver. The slot stays: the log from now on is kept until somebody receives again."""
        if self._receiver is not None:
            self._children.end(self._receiver)

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self._database, autocommit=True, connect_timeout=10)


def current(place: Place, database: str) -> str | None:
    """The stream that the server's log goes to at this place, or will when somebody receives again. None: nothing."""
    with psycopg.connect(server.address(database), autocommit=True) as connection:
        rows = connection.execute(
            "select slot_name from pg_replication_slots where starts_with(slot_name, %s) and wal_status <> 'lost'",
            (SLOT,),
        ).fetchall()
    names = (str(slot).removeprefix(SLOT) for (slot,) in rows)
    return next((name for name in names if (place.wal / name).is_dir()), None)


def forget_slots(database: str) -> int:
    """Drops slots of streams that nobody wants any more: they would hold log back. How many."""
    with psycopg.connect(server.address(database), autocommit=True) as connection:
        rows = connection.execute(
            "select slot_name, active_pid from pg_replication_slots where starts_with(slot_name, %s)", (SLOT,)
        ).fetchall()
        for slot, pid in rows:
            if pid is not None:
                connection.execute("select pg_terminate_backend(%s, 5000)", (pid,))
            connection.execute("select pg_drop_replication_slot(%s)", (slot,))
    return len(rows)
