"""Base backups: the whole database as files, checked, with the list of recordings that belong to it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg

from colloquy.kit import clock
from colloquy.providers.storage import durable
from colloquy.roles.backup import server
from colloquy.roles.backup.errors import BackupProblem, about
from colloquy.roles.backup.mirror import Mirror
from colloquy.roles.backup.place import UNFINISHED, BaseBackup, Place, append, digest, stamp, whole_lines, write
from colloquy.roles.backup.server import Children
from colloquy.roles.backup.verify import verify

KEEP = 7
"""Base backups that are kept, when nobody says otherwise: a week of daily ones."""
_SEGMENT = re.compile(r"[0-9A-F]{24}")
Say = Callable[[str], None]


def make(
    place: Place,
    mirror: Mirror,
    database: str | None,
    *,
    stream: str | None = None,
    keys: str | None = None,
    keep: int = KEEP,
    children: Children | None = None,
    say: Say = lambda _line: None,
) -> BaseBackup:
    """Makes a base backup, and then removes those beyond `keep`, with what only they needed.

    `database` is the owner's address of the embedded server, None where the database is the operator's. The database is
    copied before recordings are: a recording is stored before its row is, so that every row which is in
    the backup finds its recording. The other way round, rows of the minutes between would have none.
    `keys`: sealed keys to keep beside it, in place of those from before. BackupProblem says what is in the way.
    """
    place.prepare()
    children = children or Children()
    with place.alone():
        for left in place.bases.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        began = clock.now()
        folder = place.bases / f"{UNFINISHED}{stamp(began)}"
        try:
            folder.mkdir(mode=0o700)
            backup = _fill(place, mirror, database, folder, began, stream, keys, children, say)
            durable.sync_directories(folder, folder)
            folder.rename(place.bases / backup.name)
            durable.sync_directories(place.bases, place.bases)
        except OSError as error:
            raise about(error, place.root) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        prune(place, mirror, keep)
    return backup


def _fill(
    place: Place,
    mirror: Mirror,
    database: str | None,
    folder: Path,
    began: datetime,
    stream: str | None,
    keys: str | None,
    children: Children,
    say: Say,
) -> BaseBackup:
    manifests, first_wal = {}, ""
    if database is not None:
        _room(place, database)
        say("Copying the database…")
        target = folder / "postgres"
        children.run(
            "pg_basebackup",
            "-d",
            server.address(database),
            "-D",
            str(target),
            "-X",
            "stream",
            "-c",
            "fast",
            "-l",
            f"colloquy {stamp(began)}",
            "-P",
            "--manifest-checksums=SHA256",
            said=lambda line: say(line.strip()) if "%" in line else None,
        )
        say("Checking the copy…")
        verify(target, children)
        manifests["postgres/backup_manifest"] = digest(target / "backup_manifest")
        found = _SEGMENT.search((target / "backup_label").read_text())
        first_wal = found[0] if found else ""
    say("Copying recordings…")
    synced = mirror.sync(clock.now(), stop=children.stopping.is_set)
    write(folder / "media.jsonl", mirror.manifest())
    manifests["media.jsonl"] = digest(folder / "media.jsonl")
    if keys is not None:
        write(place.keys, keys)  # beside the base backups, which are removed in their time
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    backup = BaseBackup(
        name=stamp(began),
        started_at=began,
        finished_at=clock.now(),
        database=database is not None,
        stream=stream if database is not None else None,
        first_wal=first_wal,
        bytes=size,
        objects=synced.objects,
        manifests=manifests,
    )
    write(folder / "backup.json", json.dumps(backup.to_json(), indent=1))
    return backup


def _room(place: Place, database: str) -> None:
    """BackupProblem when the database would not fit; found out now rather than an hour later."""
    with psycopg.connect(server.address(database), autocommit=True) as connection:
        row = connection.execute("select sum(pg_database_size(oid)) from pg_database").fetchone()
    needed, free = int(row[0]) if row else 0, shutil.disk_usage(place.root).free
    if needed > free:
        raise BackupProblem(
            f"The database has {needed / (1 << 30):.1f} GiB and there are {free / (1 << 30):.1f} GiB free at"
            f" {place.root}. Make room, or name a larger place."
        )


def prune(place: Place, mirror: Mirror, keep: int) -> None:
    """Removes base backups beyond the newest `keep`, and log, points and deleted recordings from before the rest."""
    found = place.found()
    kept = found[-keep:]
    for old in found[:-keep]:
        # Renamed first: one that is half removed is not taken for a backup.
        going = (place.bases / old.name).rename(place.bases / f"{UNFINISHED}{old.name}")
        shutil.rmtree(going)
    if not kept:
        return
    streams = {one.stream for one in kept if one.stream}
    for stream in place.wal.iterdir():
        if stream.name not in streams and stream.name < kept[-1].name.lower():
            shutil.rmtree(stream)
            continue
        first = min((one.first_wal for one in kept if one.stream == stream.name), default="")
        for segment in stream.iterdir():
            if _SEGMENT.match(segment.name) and segment.name[:24] < first:
                segment.unlink()
    _forget_points(place, kept[0].started_at)
    mirror.forget_before(kept[0].started_at)


def _forget_points(place: Place, before: datetime) -> None:
    with place.turn():
        points = [one for one in place.all_points() if one.at >= before]
        if len(points) < len(list(whole_lines(place.points))):
            write(place.points, "")
            append(place.points, (one.line() for one in points))
