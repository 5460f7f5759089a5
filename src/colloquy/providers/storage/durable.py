"""Making writes to a local disk outlast a power cut."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Return when the file's content is on the disk."""
    _sync(path, os.O_RDONLY)


def sync_directories(start: Path, root: Path) -> None:
    """Return when the entries of `start` and of its parents, up to and including `root`, are on the disk.

    A new directory is lost with its content when its own parent was not written; and deleting may have
    removed `start` itself, in which case its nearest surviving parent is the place that changed.
    """
    for directory in (start, *start.parents):
        if directory.is_dir():
            _sync(directory, os.O_RDONLY | os.O_DIRECTORY)
        if directory == root:
            return


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
