"""Keys derived from the installation's secret, and short signed strings.

One secret of 32 bytes (a file, or `COLLOQUY_SECRET_KEY`) feeds every purpose through HKDF-SHA256 with the
purpose as `info` (RFC 5869), so a signature made for one purpose is worthless for another.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
_NONCE_BYTES = 12


class Secret:
    """The installation's secret. `derive` gives independent 32-byte keys by purpose."""

    def __init__(self, material: bytes) -> None:
        if len(material) < SECRET_BYTES:
            raise ValueError(f"The secret key needs at least {SECRET_BYTES} bytes; got {len(material)}.")
        self._material = material
        self._keys: dict[str, bytes] = {}

    def derive(self, purpose: str) -> bytes:
        """32 bytes for this purpose, the same on every call and on every machine with this secret."""
        if purpose not in self._keys:
            hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"colloquy:{purpose}".encode())
            self._keys[purpose] = hkdf.derive(self._material)
        return self._keys[purpose]

    def sign(self, purpose: str, message: str) -> str:
        """A URL-safe HMAC-SHA256 (43 characters) over `message`, valid for this purpose only."""
        digest = hmac.new(self.derive(purpose), message.encode(), sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def signed_by_us(self, purpose: str, message: str, signature: str) -> bool:
        """Whether `signature` is ours; compared in constant time."""
        return hmac.compare_digest(self.sign(purpose, message).encode(), signature.encode("utf-8", "replace"))

    def seal(self, purpose: str, message: bytes, about: bytes = b"") -> bytes:
        """`message` encrypted with AES-256-GCM under the purpose's key: 12 bytes of nonce, then the ciphertext.

        `about` names what the message belongs to (a row's id); it is not stored, and must be the same to open.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.derive(purpose)).encrypt(nonce, message, about)

    def unseal(self, purpose: str, sealed: bytes, about: bytes = b"") -> bytes:
        """What `seal` was given. ValueError when it is not ours, was altered, or is about something else."""
        try:
            return AESGCM(self.derive(purpose)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except InvalidTag as error:
            raise ValueError(f"This was not sealed by us for {purpose!r}, or was altered.") from error


def load_secret(given: str | None, path: Path) -> Secret:
    """The secret from `given` (base64) or from `path`, which is made with mode 0600 on first use.

    Two processes starting at once agree: the file appears complete or not at all, and the first one wins.
    """
    if given:
        return Secret(base64.b64decode(given, validate=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(SECRET_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Secret(base64.b64decode(path.read_bytes(), validate=True))
