"""Keys in a file of their own, and keys in an environment variable."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from colloquy.kit.keyfile import encoded, load_keys, replace_lines
from colloquy.providers.secrets.port import CannotChange

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FileKeys:
    """`KeyStore` in a file that only its owner reads. RuntimeError when others can read it."""

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        self._path = path
        self._seen = stamp(path)

    def load(self) -> tuple[bytes, ...]:
        found = load_keys(None, self._path)
        refuse_readable(self._path)
        self._seen = stamp(self._path)
        return found

    def newer(self) -> tuple[bytes, ...] | None:
        if stamp(self._path) in {self._seen, None}:
            return None
        return self.load()

    def put(self, keys: Sequence[bytes]) -> None:
        replace_lines(self._path, [encoded(key) for key in keys])

    def rewrap(self) -> int:
        raise CannotChange("These keys are not wrapped: a file holds them. Use `colloquy keys rotate`.")


class EnvironmentKeys:
    """`KeyStore` in a variable, which only the operator can change."""

    def __init__(self, given: str, variable: str) -> None:
        self.where = variable
        self._given = given

    def load(self) -> tuple[bytes, ...]:
        return load_keys(self._given, Path())

    def newer(self) -> None:
        return None

    def put(self, keys: Sequence[bytes]) -> None:  # noqa: ARG002 - the port's name
        raise CannotChange(
            f"{self.where} is yours to set. With commas, the current key first: start every process with"
            " `old,new`, then with `new,old`, run `colloquy keys reseal`, and in the end leave `new` alone."
        )

    def rewrap(self) -> int:
        raise CannotChange(f"{self.where} holds the keys as they are; nothing wraps them.")


def refuse_readable(path: Path) -> None:
    """RuntimeError when others on this machine can read the keys."""
    if path.stat().st_mode & _OTHERS:
        raise RuntimeError(f"Others can read the keys: run `chmod 600 {path}`, then start again.")


def stamp(path: Path) -> tuple[int, int] | None:
    """What tells one version of the file from another; None while there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
