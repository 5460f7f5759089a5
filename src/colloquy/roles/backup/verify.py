"""Whether a copy of the database is what the server sent, by the manifest that the server wrote.

PostgreSQL has a program for this, `pg_verifybackup`; the one in the wheel crashes when it reads a manifest. The
format is documented: https://www.postgresql.org/docs/18/backup-manifest-format.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from colloquy.roles.backup.errors import BackupProblem
from colloquy.roles.backup.place import digest
from colloquy.roles.backup.server import Children

_OWN = frozenset({"backup_manifest", "postgresql.auto.conf", "standby.signal", "recovery.signal"})
"""Files that the manifest does not list, or that may change after it was written."""
_LOG = "pg_wal/"


def verify(folder: Path, children: Children | None = None) -> None:
    """Looks at every file and at the log that came with them. BackupProblem names the first that is not as it was."""
    content = (folder / "backup_manifest").read_bytes()
    found = json.loads(content)
    before = content[: content.rindex(b'"Manifest-Checksum"')]
    if sha256(before).hexdigest() != found["Manifest-Checksum"]:
        raise BackupProblem(f"The list of files in {folder} has changed since it was written.")
    listed = {_name(one): one for one in found["Files"]}
    for name, one in listed.items():
        if name not in _OWN and (problem := _problem(folder / name, one)):
            raise BackupProblem(f"{folder / name} {problem}.")
    for name in _there(folder):
        if name not in listed and name not in _OWN and not name.startswith(_LOG):
            raise BackupProblem(f"{folder / name} does not belong to the backup.")
    for span in found["WAL-Ranges"]:
        (children or Children()).run(
            "pg_waldump",
            "--quiet",
            f"--path={folder / 'pg_wal'}",
            f"--timeline={span['Timeline']}",
            f"--start={span['Start-LSN']}",
            f"--end={span['End-LSN']}",
        )


def _name(one: dict[str, Any]) -> str:
    """The path in the manifest; one that is no UTF-8 is written in hexadecimal."""
    return str(one["Path"]) if "Path" in one else bytes.fromhex(one["Encoded-Path"]).decode("utf-8", "surrogateescape")


def _problem(path: Path, one: dict[str, Any]) -> str:
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != one["Size"]:
        return f"has {path.stat().st_size} bytes and should have {one['Size']}"
    return "" if digest(path) == one["Checksum"] else "has changed since it was copied"


def _there(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
