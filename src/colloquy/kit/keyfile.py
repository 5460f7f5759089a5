"""Files of keys: one line each, the current one first, only their owner reads them, and they change in one step."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

KEY_BYTES = 32


def load_keys(given: str | None, path: Path) -> tuple[bytes, ...]:
    """Keys from `given` (base64, with commas between several) or from `path`, which is made on first use.

    ValueError for what is no key.
    """
    if given:
        return tuple(decoded(part) for part in given.split(",") if part.strip())
    if not path.exists():
        create_lines(path, [encoded(secrets.token_bytes(KEY_BYTES))])
    return tuple(decoded(line) for line in read_lines(path))


def encoded(key: bytes) -> str:
    """A key as it is written."""
    return base64.b64encode(key).decode()


def decoded(text: str) -> bytes:
    """The key in `text`. ValueError says how to make one."""
    try:
        return base64.b64decode(text.strip().encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        message = "A key is not base64. `openssl rand -base64 32` makes one; a lost one cannot be replaced."
        raise ValueError(message) from None


def read_lines(path: Path) -> list[str]:
    """The lines of the file. ValueError when there are none."""
    lines = [line for line in path.read_text("ascii", "replace").splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"{path} is empty. Restore it from your backup.")
    return lines


def create_lines(path: Path, lines: Sequence[str]) -> None:
    """Makes the file, unless another process was first: then its keys are the keys."""
    draft = _draft(path, lines)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    _synced(path.parent)


def replace_lines(path: Path, lines: Sequence[str]) -> None:
    """Puts `lines` in place of what the file had: whoever reads finds the old ones or the new ones, whole."""
    _draft(path, lines).replace(path)
    _synced(path.parent)


def _draft(path: Path, lines: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _synced(folder: Path) -> None:
    # A key lost in a power cut would take everything it opens with it, so the directory entry must last too.
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
