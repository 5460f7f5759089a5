"""What inference seals, and about what; see `kit.sealed`."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from colloquy.kit.crypto import Secret
from colloquy.kit.sealed import SealedColumn

_FINGERPRINT: Final = "model-key-fingerprint"


def fingerprint(secret: Secret, value: bytes) -> bytes:
    """By which a key that is entered twice is recognised."""
    return hmac.new(secret.derive(_FINGERPRINT), value, sha256).digest()


SEALED: Final = (
    SealedColumn(
        "model_keys", "sealed", "model-key", also=lambda secret, value: {"fingerprint": fingerprint(secret, value)}
    ),
    # Its rows are found by a name that the secret makes, so one from before a rotation is found no more.
    SealedColumn("model_cache", "sealed", "model-cache", keys=("org_id", "key"), drop=True),
)
