"""Bringing an installation back from a backup, into a new folder, with whoever was erased erased again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from colloquy.contexts.sessions import public as sessions
from colloquy.roles.backup import checks, mirror, server
from colloquy.roles.backup.errors import BackupProblem, about
from colloquy.roles.backup.keys_back import bring_keys
from colloquy.roles.backup.mirror import Entry
from colloquy.roles.backup.place import BaseBackup, Place, Point, append, digest, whole_lines
from colloquy.roles.backup.verify import verify
from colloquy.settings import Settings

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `moment`: everything acknowledged before it is here, what came after is not.

    `damaged`: copies whose bytes have changed since. `missing`: objects that rows speak of. `replayed` and
    `newest_act` (the last entry of the audit log) are None where the database is the operator's.
    """

    base: BaseBackup
    moment: datetime
    segments: int
    objects: int
    bytes: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    replayed: sessions.Replayed | None
    newest_act: datetime | None
    seconds: float

    @property
    def problems(self) -> tuple[str, ...]:
        """What did not come back as it should, one sentence each."""
        found = []
        if self.damaged:
            found.append(f"{len(self.damaged)} files have changed in the backup, the first is {self.damaged[0]}.")
        if self.missing:
            found.append(f"{len(self.missing)} rows speak of files that are not there, such as {self.missing[0]}.")
        if self.replayed is not None and self.replayed.unreadable:
            found.append(f"{self.replayed.unreadable} tombstones are not of this installation, or the keys are not.")
        if self.replayed is not None and self.replayed.held:
            found.append(
                f"{self.replayed.held} erased sessions came back under a legal hold: release it, replay again."
            )
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A base backup, and the point that the log is replayed to; without one it stands alone."""

    base: BaseBackup
    point: Point | None

    @property
    def moment(self) -> datetime:
        return self.point.at if self.point else self.base.finished_at


def choose(place: Place, at: datetime | None) -> Chosen:
    """The latest moment, not after `at`, that this place can bring back. BackupProblem when there is none."""
    until = at or datetime.max.replace(tzinfo=UTC)
    bases = place.found()
    if not bases:
        raise BackupProblem(f"There is no finished backup at {place.root}. `colloquy backup run --to …` makes one.")
    found = [Chosen(base, None) for base in bases if base.finished_at <= until]
    for point in place.all_points():
        before = [base for base in bases if base.stream == point.stream and base.finished_at <= point.at]
        if before and point.at <= until:
            found.append(Chosen(before[-1], point))
    if not found:
        raise BackupProblem(
            f"The oldest backup at {place.root} is of {bases[0].finished_at.isoformat(timespec='seconds')};"
            " nothing from before that can come back."
        )
    return max(found, key=lambda one: one.moment)


async def restore(
    place: Place,
    settings: Settings,
    into: Path,
    *,
    at: datetime | None = None,
    keys: Path | None = None,
    passphrase: str | None = None,
    tombstones: Path | None = None,
    say: Say = lambda _line: None,
) -> Restored:
    """Brings back what `place` has, into `into`, which appears only when everything is there.

    Erased people are erased again before that. `keys`: a folder with the files `secret` and `media`; `passphrase` opens
    those in the backup; otherwise the settings hold them. `tombstones`: a newer copy than the place has.
    BackupProblem says what is in the way; then nothing is left behind.
    """
    began = time.monotonic()
    into = _new(into)
    chosen = choose(place, at)
    work = into.with_name(f".{into.name}.unfinished")
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, mode=0o700)
        say(f"Checking the backup {chosen.base.name}…")
        folder = _checked(place, chosen.base)
        bring_keys(settings, work, place.keys, keys, passphrase)
        segments = _database_back(place, chosen, folder, work, say) if chosen.base.database else 0
        _tombstones_back(place, work, tombstones)
        say("Putting recordings back…")
        back, damaged = _objects_back(place, chosen, work)
        replayed: sessions.Replayed | None = None
        missing: tuple[str, ...] = ()
        newest: datetime | None = None
        if chosen.base.database:
            say("Erasing again whoever was erased…")
            replayed, missing, newest = await checks.replay_and_check(settings, work)
            missing = _still_missing(place, missing, work)
        if into.exists():
            into.rmdir()
        work.rename(into)
    except OSError as error:
        raise about(error, into) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Restored(
        chosen.base,
        chosen.moment,
        segments,
        len(back),
        sum(one.bytes for one in back),
        damaged,
        missing,
        replayed,
        newest,
        time.monotonic() - began,
    )


def _new(into: Path) -> Path:
    into = into.absolute()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise BackupProblem(f"{into} is not empty. Name a folder that is new; nothing is ever restored over something.")
    return into


def _checked(place: Place, base: BaseBackup) -> Path:
    """The base backup's folder. BackupProblem when its manifests, or the database's files, have changed."""
    folder = place.bases / base.name
    for name, known in base.manifests.items():
        if not (folder / name).is_file() or digest(folder / name) != known:
            raise BackupProblem(f"{folder / name} is not as it was written. Use another backup: --at an earlier time.")
    if base.database:
        verify(folder / "postgres")
    return folder


def _database_back(place: Place, chosen: Chosen, folder: Path, work: Path, say: Say) -> int:
    """The database as it was at the chosen moment; how many segments of log went into it."""
    say("Copying the database back…")
    data = work / "postgres"
    shutil.copytree(folder / "postgres", data)
    for left in (data / "log", data / ".handle_pids.json", *data.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)  # the old server's: its socket's lock names a process that may live, in a drill
    if chosen.point is None:
        say("Starting the database…")
        server.recover(data, ())
        return 0
    say(f"Replaying the log to {chosen.moment.astimezone().isoformat(timespec='seconds')}…")
    log = data / "colloquy-wal"
    log.mkdir()
    count = 0
    for segment in sorted((place.wal / chosen.point.stream).iterdir()):
        if segment.name[:24] >= chosen.base.first_wal or segment.suffix == ".history":
            # The last segment is still being filled and is named so; recovery asks for it by its own name.
            shutil.copyfile(segment, log / segment.name.removesuffix(".partial"))
            count += 1
    server.recover(
        data,
        (
            ("restore_command", 'cp "colloquy-wal/%f" "%p"'),  # both are relative to the data folder
            ("recovery_target_name", chosen.point.name),
            ("recovery_target_action", "promote"),
            ("recovery_target_timeline", "current"),
        ),
    )
    shutil.rmtree(log)
    return count


def _tombstones_back(place: Place, work: Path, given: Path | None) -> None:
    sources = [place.tombstones, *([given] if given else [])]
    if given is not None and not given.is_file():
        raise BackupProblem(f"There is no {given}.")
    lines = dict.fromkeys(line.rstrip("\n") for source in sources for line in whole_lines(source))
    append(work / "tombstones.jsonl", lines)


def _objects_back(place: Place, chosen: Chosen, work: Path) -> tuple[list[Entry], tuple[str, ...]]:
    """Files that were there at the chosen moment, but for those of erased sessions; and which of them have changed."""
    erased = mirror.erased_recordings(work / "tombstones.jsonl")
    back, damaged = [], []
    for entry in mirror.read_journal(place).values():
        if mirror.is_of(entry.path, erased) or not _was_there(entry, chosen):
            continue
        if mirror.put_back(place, entry, work / entry.path):
            back.append(entry)
        else:
            damaged.append(entry.path)
    return back, tuple(damaged)


def _still_missing(place: Place, keys: tuple[str, ...], work: Path) -> tuple[str, ...]:
    """Fetches what was deleted while the moment was being copied: the rows that came back still speak of it."""
    known = mirror.read_journal(place)
    found = {key: known.get(f"media/{key}") for key in keys}
    return tuple(
        key for key, entry in found.items() if entry is None or not mirror.put_back(place, entry, work / entry.path)
    )


def _was_there(entry: Entry, chosen: Chosen) -> bool:
    first = datetime.fromisoformat(entry.first_at)
    gone = datetime.fromisoformat(entry.gone_at) if entry.gone_at else None
    return first <= chosen.moment and (gone is None or gone > chosen.moment)
