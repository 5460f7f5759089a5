"""What can go wrong with backups, in words for the operator."""

from __future__ import annotations

import errno


class BackupProblem(Exception):  # noqa: N818 - it is told to people, and reads like that
    """A backup or restore cannot go on. The message says why and what to do."""


def about(error: OSError, place: object) -> BackupProblem:
    """The problem that an error of the file system is."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return BackupProblem(f"There is no room left at {place}. Make room, or keep fewer base backups (--keep).")
    return BackupProblem(f"{place} cannot be used: {error.strerror or error}.")
