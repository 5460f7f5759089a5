"""The installation's keys in a backup, under a passphrase. Without it they are as good as not there."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from colloquy.kit.keyfile import create_lines, encoded
from colloquy.roles import keys
from colloquy.roles.backup.errors import BackupProblem
from colloquy.settings import Settings

LEAST_LETTERS = 12
_N, _R, _P, _MEMORY = 1 << 16, 8, 1, 128 << 20
"""scrypt with 64 MiB: about 0.2 s for us, and for each guess (RFC 7914; OWASP asks for N = 2^17 or a higher p)."""
_ABOUT = b"colloquy keys v1"


def seal(settings: Settings, passphrase: str) -> str:
    """Both lists of keys, encrypted. BackupProblem for a passphrase that is too short."""
    if len(passphrase) < LEAST_LETTERS:
        raise BackupProblem(f"A passphrase has at least {LEAST_LETTERS} letters.")
    content = {
        "secret": [encoded(key) for key in keys.secret_store(settings).load()],
        "media": [encoded(key) for key in keys.media_store(settings).load()],
    }
    salt, nonce = os.urandom(32), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(content).encode(), _ABOUT)
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps({name: base64.b64encode(value).decode() for name, value in parts.items()})


def unseal(text: str, passphrase: str, folder: Path) -> None:
    """Writes the keys to `folder` as `secret` and `media`. BackupProblem for another passphrase."""
    found = {name: base64.b64decode(value) for name, value in json.loads(text).items()}
    try:
        plain = AESGCM(_key(passphrase, found["salt"])).decrypt(found["nonce"], found["sealed"], _ABOUT)
    except InvalidTag:
        raise BackupProblem("This passphrase does not open the keys in the backup.") from None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, lines in json.loads(plain).items():
        create_lines(folder / name, lines)


def _key(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
