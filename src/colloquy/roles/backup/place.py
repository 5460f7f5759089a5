"""What lies where in a place of backups.

bases/20261121T172500Z/   a base backup: backup.json is written last, and the folder gets its name after that
    postgres/             the database's files, with PostgreSQL's own backup_manifest
    media.jsonl           every recording and upload at that time: path, bytes, SHA-256
    keys.sealed           only with --with-keys
wal/20261121t172500z/     one unbroken stream of write-ahead log
objects/                  recordings and uploads, encrypted as they are; shared by all base backups
objects.jsonl             the journal of `objects`: lines are added
points.jsonl              moments at which log and recordings were both safe: what a restore aims at
tombstones.jsonl          who was erased
status.json, drill.json   what the operations page shows
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from colloquy.providers.storage import durable
from colloquy.roles.backup.errors import BackupProblem, about

FORM = 1
"""The version of this layout."""
UNFINISHED = ".unfinished-"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Point:
    """Everything acknowledged before `at` is in the backup: write-ahead log up to the mark `name`, and recordings."""

    name: str
    at: datetime
    stream: str

    def line(self) -> str:
        return json.dumps({"name": self.name, "at": self.at.isoformat(), "stream": self.stream})

    @classmethod
    def parsed(cls, line: str) -> Self:
        found = json.loads(line)
        return cls(found["name"], datetime.fromisoformat(found["at"]), found["stream"])


@dataclass(frozen=True, slots=True)
class BaseBackup:
    """A finished base backup. `stream`: the write-ahead log that goes on from it; None: it stands alone.

    `first_wal`: the first segment that a restore needs. `database` is false where the database is the operator's.
    """

    name: str
    started_at: datetime
    finished_at: datetime
    database: bool
    stream: str | None
    first_wal: str
    bytes: int
    objects: int
    manifests: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "form": FORM,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
        }

    @classmethod
    def parsed(cls, found: dict[str, Any]) -> Self:
        if found.pop("form") != FORM:
            raise BackupProblem("This backup was made by another version of Colloquy; restore it with that one.")
        for name in ("started_at", "finished_at"):
            found[name] = datetime.fromisoformat(found[name])
        return cls(**found)


class Place:
    """The folder that backups are kept in."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.bases = self.root / "bases"
        self.wal = self.root / "wal"
        self.objects = self.root / "objects"
        self.journal = self.root / "objects.jsonl"
        self.points = self.root / "points.jsonl"
        self.tombstones = self.root / "tombstones.jsonl"
        self.keys = self.root / "keys.sealed"
        self.status = self.root / "status.json"
        self.drill = self.root / "drill.json"

    def prepare(self) -> None:
        """Makes the folders, for their owner alone. BackupProblem when that cannot be."""
        try:
            for folder in (self.root, self.bases, self.wal, self.objects):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise about(error, self.root) from error

    def found(self) -> list[BaseBackup]:
        """Finished base backups, oldest first. One that was not finished has no such name, and is not among them."""
        if not self.bases.is_dir():
            return []
        names = sorted(path.parent.name for path in self.bases.glob("[0-9]*/backup.json"))
        return [BaseBackup.parsed(json.loads((self.bases / name / "backup.json").read_text())) for name in names]

    def all_points(self) -> list[Point]:
        """Points in order of time; a line that was cut short by a crash is none."""
        return [Point.parsed(line) for line in whole_lines(self.points)]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One base backup is made here at a time. BackupProblem while another one is."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BackupProblem(f"Another backup is being made at {self.root}. Wait until it has ended.") from None
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Whoever copies recordings waits for the one who does."""
        descriptor = os.open(self.root / "turn", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def stamp(at: datetime) -> str:
    """A time as a name: 20261121T172500.123Z, the same order as time."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"


def whole_lines(path: Path) -> Iterator[str]:
    """The lines of a journal but for one that was cut short. No file: no lines."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield line


def append(path: Path, lines: Iterable[str]) -> None:
    """Adds lines to a journal, durably. A line that a crash cut short before is ended first."""
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            os.truncate(path, _last_line_end(path))
        file.write(text.encode())
        file.flush()
        os.fsync(descriptor)


def _last_line_end(path: Path) -> int:
    return path.read_bytes().rfind(b"\n") + 1


def write(path: Path, text: str) -> None:
    """Puts `text` in place of what the file had, in one step and durably."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    durable.sync_directories(path.parent, path.parent)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
