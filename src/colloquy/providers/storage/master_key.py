"""The key under which everything stored is encrypted: made once, kept in a file only its owner reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from colloquy.kit.keyfile import KEY_BYTES, load_keys

KEY_ID_BYTES = 8
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class MasterKey:
    """32 random bytes. Never used on data itself: each object has a key of its own, derived from this one."""

    secret: bytes = field(repr=False)
    previous: tuple[MasterKey, ...] = field(default=(), repr=False)
    """Keys before this one: they encrypt nothing new."""

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"The storage key is {KEY_BYTES} bytes in base64; this one has {len(self.secret)}.")

    @property
    def key_id(self) -> bytes:
        """Eight bytes that tell keys apart and reveal nothing; written beside what the key encrypted."""
        return sha256(b"colloquy storage key id\x00" + self.secret).digest()[:KEY_ID_BYTES]

    def of(self, key_id: bytes) -> MasterKey | None:
        """The key with this id, this one or an earlier one."""
        return next((key for key in (self, *self.previous) if key.key_id == key_id), None)

    def derive(self, salt: bytes, purpose: bytes) -> bytes:
        """32 bytes by HKDF-SHA256 (RFC 5869) for this salt and purpose."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(self.secret)


def load_master_key(given: str | None, path: Path) -> MasterKey:
    """The key from `given` (base64; several with commas between them, the current one first) or from the file `path`,
    which is made on first use with mode 0600.

    Processes that start at once agree on one key: a file appears complete or not at all. RuntimeError when
    others can read the file; ValueError when it, or `given`, is no key.
    """
    keys = load_keys(given, path)
    if not given and path.stat().st_mode & _OTHERS:
        raise RuntimeError(f"Others can read the storage key: run `chmod 600 {path}`, then start again.")
    return master_key(keys)


def master_key(keys: Sequence[bytes]) -> MasterKey:
    """The first of these, which encrypts, with the others, which still open what they encrypted."""
    return MasterKey(keys[0], tuple(MasterKey(key) for key in keys[1:]))
