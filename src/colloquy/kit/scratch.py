"""Scratch on this machine's disk: a folder for one piece of work, and what is left of those that died in the middle.

A folder is known as ours by its name and by a file in it that its process holds locked for as long as it lives: the
kernel lets go of the lock of whoever is killed, and of nobody else. So nothing is removed that somebody works in, and
nothing that is not ours, however it is called.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

PREFIX = "colloquy-"
MARK = ".colloquy-scratch"

LEFT = timedelta(days=1)
"""How old what is left has to be. The lock says already that nobody is there; who looks into it has a day for it."""


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder in the place for temporary files (TMPDIR), gone when the work is done."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        # Children do not inherit it: a lock must not outlive the process that does the work.
        with (folder / MARK).open("xb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder


def sweep(older_than: timedelta = LEFT) -> int:
    """Removes folders of `scratch` whose process died and that nothing has changed in for so long; how many.

    Looks on this machine alone, into the place for temporary files of whoever asks.
    """
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        removed += _remove(folder, time.time() - older_than.total_seconds())
    return removed


def _remove(folder: Path, before: float) -> bool:
    try:
        if not _ours(folder) or _newest(folder) >= before:
            return False
        # Not followed: a link in the place where everybody may write is not to lead us anywhere.
        descriptor = os.open(folder / MARK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:  # gone meanwhile, no mark, or another account's
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # somebody works there
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    finally:
        os.close(descriptor)


def _ours(folder: Path) -> bool:
    found = folder.lstat()
    return not folder.is_symlink() and folder.is_dir() and found.st_uid == os.geteuid()


def _newest(folder: Path) -> float:
    """When anything in it last changed, in seconds of the epoch."""
    return max(
        path.lstat().st_mtime
        for root, _folders, files in os.walk(folder)
        for path in (Path(root), *(Path(root) / file for file in files))
    )
