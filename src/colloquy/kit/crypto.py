"""Keys derived from the installation's secret, short signed strings, sealed bytes.

One secret of 32 bytes feeds every purpose through HKDF-SHA256 with the purpose as `info` (RFC 5869), so a signature
made for one purpose is worthless for another. After a rotation there are several: the current one signs and seals,
all of them verify and open, until the older ones are retired (`providers.secrets`, docs/decisions/0034).
"""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from colloquy.kit.keyfile import load_keys

SECRET_BYTES = 32
LOOK_SECONDS = 5.0
"""How late a running process may notice that the secret was rotated; sooner when it meets something it cannot read."""
_NONCE_BYTES = 12
_MARK = b"\x00cq1"
_ID_BYTES = 4


class _Material:
    """One secret and what was derived from it."""

    def __init__(self, material: bytes) -> None:
        if len(material) < SECRET_BYTES:
            raise ValueError(f"The secret key needs at least {SECRET_BYTES} bytes; got {len(material)}.")
        self.material = material
        self.key_id = sha256(b"colloquy secret id\x00" + material).digest()[:_ID_BYTES]
        self._keys: dict[str, bytes] = {}

    def derive(self, purpose: str) -> bytes:
        if purpose not in self._keys:
            hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"colloquy:{purpose}".encode())
            self._keys[purpose] = hkdf.derive(self.material)
        return self._keys[purpose]


class Secret:
    """The installation's secret, and those before it. `derive` gives independent 32-byte keys by purpose.

    `newer`, when given, is asked now and then; it returns all secrets, the current one first, once they have changed,
    and None while they have not.
    """

    def __init__(
        self, material: bytes, *previous: bytes, newer: Callable[[], Sequence[bytes] | None] | None = None
    ) -> None:
        self._all = [_Material(one) for one in (material, *previous)]
        self._newer = newer
        self._looked = time.monotonic()

    @property
    def mark(self) -> bytes:
        """What everything begins with that the current secret sealed."""
        return _MARK + self._all[0].key_id

    def derive(self, purpose: str) -> bytes:
        """32 bytes for this purpose from the current secret, the same on every machine that has it."""
        self._look(LOOK_SECONDS)
        return self._all[0].derive(purpose)

    def derivations(self, purpose: str) -> list[bytes]:
        """The same from every secret, the current one first: for verifying what an earlier one may have made."""
        self._look(LOOK_SECONDS)
        return [one.derive(purpose) for one in self._all]

    def sign(self, purpose: str, message: str) -> str:
        """A URL-safe HMAC-SHA256 (43 characters) over `message`, valid for this purpose only."""
        return _signature(self.derive(purpose), message)

    def signatures(self, purpose: str, message: str) -> list[str]:
        """The same by every secret, the current one's first: to find the one whose hash is kept."""
        return [_signature(key, message) for key in self.derivations(purpose)]

    def signed_by_us(self, purpose: str, message: str, signature: str) -> bool:
        """Whether `signature` is ours, made with any of our secrets; compared in constant time."""
        given = signature.encode("utf-8", "replace")
        return any(hmac.compare_digest(_signature(key, message).encode(), given) for key in self.derivations(purpose))

    def seal(self, purpose: str, message: bytes, about: bytes = b"") -> bytes:
        """`message` encrypted with AES-256-GCM under the purpose's key: a mark and the secret's id (8 bytes), 12 bytes
        of nonce, the ciphertext.

        `about` names what the message belongs to (a row's id); it is not stored, and must be the same to open.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = self.derive(purpose)
        return self.mark + nonce + AESGCM(key).encrypt(nonce, message, about)

    def unseal(self, purpose: str, sealed: bytes, about: bytes = b"") -> bytes:
        """What `seal` was given, with whichever of our secrets. ValueError when it is not ours, was altered, or is
        about something else.
        """
        sealed = bytes(sealed)
        opened = self._open(purpose, sealed, about)
        if opened is None and self._look(0):
            opened = self._open(purpose, sealed, about)
        if opened is None:
            raise ValueError(f"This was not sealed by us for {purpose!r}, or was altered.")
        return opened

    def _open(self, purpose: str, sealed: bytes, about: bytes) -> bytes | None:
        head = len(_MARK) + _ID_BYTES
        if sealed.startswith(_MARK):
            for one in self._all:
                if sealed[len(_MARK) : head] == one.key_id:
                    opened = _decrypted(one.derive(purpose), sealed[head:], about)
                    if opened is not None:
                        return opened
        # Sealed before secrets had ids: a nonce and the ciphertext, and each secret may have been the one.
        for one in self._all:
            opened = _decrypted(one.derive(purpose), sealed, about)
            if opened is not None:
                return opened
        return None

    def _look(self, seconds: float) -> bool:
        """Takes newer secrets over, when some came and it is time to look. Whether some did."""
        if self._newer is None or time.monotonic() - self._looked < seconds:
            return False
        self._looked = time.monotonic()
        found = self._newer()
        if found is None:
            return False
        self._all = [_Material(one) for one in found]
        return True


def _signature(key: bytes, message: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, message.encode(), sha256).digest()).rstrip(b"=").decode()


def _decrypted(key: bytes, sealed: bytes, about: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        return None


def load_secret(given: str | None, path: Path) -> Secret:
    """The secret from `given` (base64; several with commas between them, the current one first) or from `path`, which
    is made with mode 0600 on first use.
    """
    return Secret(*load_keys(given, path))
