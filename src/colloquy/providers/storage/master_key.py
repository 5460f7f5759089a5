"""The key under which everything stored is encrypted: made once, kept in a file only its owner reads."""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
KEY_ID_BYTES = 8
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class MasterKey:
    """32 random bytes. Never used on data itself: each object has a key of its own, derived from this one."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"The storage key is {KEY_BYTES} bytes in base64; this one has {len(self.secret)}.")

    @property
    def key_id(self) -> bytes:
        """Eight bytes that tell keys apart and reveal nothing; written beside what the key encrypted."""
        return sha256(b"colloquy storage key id\x00" + self.secret).digest()[:KEY_ID_BYTES]

    def derive(self, salt: bytes, purpose: bytes) -> bytes:
        """32 bytes by HKDF-SHA256 (RFC 5869) for this salt and purpose."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(self.secret)


def load_master_key(given: str | None, path: Path) -> MasterKey:
    """The key from `given` (base64) or from the file `path`, which is made on first use with mode 0600.

    Processes that start at once agree on one key: a file appears complete or not at all. RuntimeError when
    others can read the file; ValueError when it, or `given`, is no key.
    """
    if given:
        return _decoded(given.encode())
    if not path.exists():
        _make(path)
    if path.stat().st_mode & _OTHERS:
        raise RuntimeError(f"Others can read the storage key: run `chmod 600 {path}`, then start again.")
    return _decoded(path.read_bytes())


def _decoded(text: bytes) -> MasterKey:
    try:
        return MasterKey(base64.b64decode(text.strip(), validate=True))
    except binascii.Error:
        message = "The storage key is not base64. `openssl rand -base64 32` makes one; a lost one cannot be replaced."
        raise ValueError(message) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # another process was first; its key is the key
        os.link(draft, path)
    draft.unlink()
    # A key lost in a power cut would take every object with it, so the directory entry must last too.
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
