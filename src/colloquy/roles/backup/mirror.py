"""The copy of recordings and uploads: encrypted bytes as they are, taken over as they appear.

What was deleted here stays in the copy until no base backup needs it, unless it was of an erased session: that goes
at once. Uploads are copied before recordings, since the one becomes the other.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from colloquy.providers.storage import durable
from colloquy.roles.backup.errors import BackupProblem, about
from colloquy.roles.backup.place import Place, append, whole_lines, write

_PIECE = 1 << 20
_STAGING = "_staging"
_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A copied file. `first_at`: the sync that found it. `gone_at`: the sync that found it deleted."""

    path: str
    bytes: int
    sha256: str
    changed_ns: int
    first_at: str
    gone_at: str | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Synced:
    """How many files the copy has now, with how many bytes, and how many of them are new."""

    objects: int
    bytes: int
    copied: int


class Mirror:
    """The copy of `data_dir` in a place of backups."""

    def __init__(self, data_dir: Path, place: Place) -> None:
        self._data_dir = data_dir
        self._place = place
        self._entries: dict[str, Entry] = {}
        self._journal_seen: tuple[int, int] | None = None

    def entries(self) -> dict[str, Entry]:
        """What the copy has, by path."""
        return self._entries

    def _read(self) -> None:
        """Another process may have copied since: `colloquy backup run` beside a product that runs."""
        if self._journal_seen is None or self._journal_seen != self._journal_now():
            self._entries = read_journal(self._place)

    def _journal_now(self) -> tuple[int, int] | None:
        journal = self._place.journal
        return (journal.stat().st_ino, journal.stat().st_size) if journal.exists() else None

    def sync(self, at: datetime, *, stop: Callable[[], bool] = lambda: False) -> Synced:
        """Copies what is new or has changed. Everything that was there at `at` is in the copy when this returns.

        Tombstones come first: an erasure that is known here is one that a restore can repeat.
        """
        try:
            with self._place.turn():
                self._read()
                self._copy_tombstones()
                synced = self._sync(at.isoformat(), stop)
                self._journal_seen = self._journal_now()
                return synced
        except OSError as error:
            self._journal_seen = None
            raise about(error, self._place.root) from error

    def _sync(self, at: str, stop: Callable[[], bool]) -> Synced:
        entries, news, seen = self.entries(), list[Entry](), set[str]()
        for path, source in self._here():
            if stop():
                raise BackupProblem("Stopped while recordings were being copied; the next run goes on from there.")
            seen.add(path)
            entry = self._copied(path, source, entries.get(path), at)
            if entry is not None and entry != entries.get(path):
                entries[path] = entry
                news.append(entry)
        erased = self._erased()
        gone = [one for path, one in entries.items() if path not in seen]
        for entry in gone:
            if is_of(entry.path, erased):
                news.append(self._drop(entry))
            elif entry.gone_at is None:
                entries[entry.path] = replace(entry, gone_at=at)
                news.append(entries[entry.path])
        append(self._place.journal, (json.dumps(asdict(one)) for one in news))
        there = [one for one in entries.values() if one.gone_at is None]
        copied = sum(not one.dropped and one.gone_at is None for one in news)
        return Synced(len(there), sum(one.bytes for one in there), copied)

    def forget_before(self, at: datetime) -> int:
        """Removes what was deleted before `at`, when no base backup from before it is left. How many files."""
        with self._place.turn():
            self._read()
            old = [one for one in self.entries().values() if one.gone_at and datetime.fromisoformat(one.gone_at) < at]
            for one in old:
                self._drop(one)
            # Written anew while we are at it: the journal does not grow for ever.
            write(self._place.journal, self.manifest(everything=True))
            self._journal_seen = self._journal_now()
        return len(old)

    def manifest(self, *, everything: bool = False) -> str:
        """The copy as lines of JSON; without `everything`, only what is still there."""
        chosen = sorted((one for one in self.entries().values() if everything or not one.gone_at), key=lambda e: e.path)
        return "".join(f"{json.dumps(asdict(one))}\n" for one in chosen)

    def _drop(self, entry: Entry) -> Entry:
        (self._place.objects / entry.path).unlink(missing_ok=True)
        self.entries().pop(entry.path, None)
        return replace(entry, dropped=True)

    def _here(self) -> Iterator[tuple[str, Path]]:
        for kind, wanted in (("uploads", ".upload"), ("media", "")):
            root = self._data_dir / kind
            for folder, folders, names in os.walk(root):
                folders[:] = [name for name in folders if name != _STAGING]
                for name in names:
                    if name.endswith(wanted):
                        source = Path(folder) / name
                        yield f"{kind}/{source.relative_to(root).as_posix()}", source

    def _copied(self, path: str, source: Path, known: Entry | None, at: str) -> Entry | None:
        """The entry of a file, copied if need be. None when it was deleted before it could be read."""
        target = self._place.objects / path
        try:
            seen = source.stat()
            same = known is not None and (known.bytes, known.changed_ns) == (seen.st_size, seen.st_mtime_ns)
            if known is not None and same and target.exists():
                return replace(known, gone_at=None)
            with source.open("rb") as file:
                length, found = _copy(file.fileno(), target, self._place.objects)
        except FileNotFoundError:
            return None
        # The time is from before copying: an upload that grew meanwhile is copied again.
        return Entry(path, length, found, seen.st_mtime_ns, known.first_at if known else at)

    def _copy_tombstones(self) -> None:
        source = self._data_dir / "tombstones.jsonl"
        if source.exists():
            known = set(whole_lines(self._place.tombstones))
            append(self._place.tombstones, (one.rstrip("\n") for one in whole_lines(source) if one not in known))

    def _erased(self) -> frozenset[str]:
        return erased_recordings(self._place.tombstones)


def read_journal(place: Place) -> dict[str, Entry]:
    """What the journal of copied files says, by path."""
    found: dict[str, Entry] = {}
    for line in whole_lines(place.journal):
        entry = Entry(**json.loads(line))
        if entry.dropped:
            found.pop(entry.path, None)
        else:
            found[entry.path] = entry
    return found


def erased_recordings(tombstones: Path) -> frozenset[str]:
    """The ids, in hexadecimal, of recordings that tombstones name. Signatures are not looked at: this decides only
    how long a copy of something that is gone is kept, and what is left out of a restore until they are looked at.
    """
    found = set[str]()
    for line in whole_lines(tombstones):
        try:
            found.update(one.replace("-", "") for one in json.loads(line)["recordings"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return frozenset(found)


def is_of(path: str, recordings: frozenset[str]) -> bool:
    """Whether the file is of one of these recordings: their ids are in the names of everything they left."""
    return any(one.replace("-", "") in recordings for one in _ID.findall(path))


def put_back(place: Place, entry: Entry, target: Path) -> bool:
    """Copies a file out of the backup, with the time it had. False when it is not what was copied in."""
    source = place.objects / entry.path
    if not source.is_file():
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = sha256()
    with source.open("rb") as file, target.open("wb") as out:
        while piece := file.read(_PIECE):
            found.update(piece)
            out.write(piece)
    os.utime(target, ns=(entry.changed_ns, entry.changed_ns))
    return found.hexdigest() == entry.sha256


def _copy(source: int, target: Path, root: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.draft")
    found, length = sha256(), 0
    with draft.open("wb") as out:
        while piece := os.read(source, _PIECE):
            found.update(piece)
            out.write(piece)
            length += len(piece)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(target)
    durable.sync_directories(target.parent, root)
    return length, found.hexdigest()
