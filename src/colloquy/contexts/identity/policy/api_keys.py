"""The form of an API key: `clq_`, twelve characters that name it, 32 random bytes, and a checksum.

A fixed prefix and a checksum let scanners of repositories and logs know a key without asking anybody; both are as
GitHub's tokens have them (a CRC-32 in six base62 digits at the end).
"""

from __future__ import annotations

import re
import secrets
import zlib
from datetime import timedelta

PREFIX = "clq_"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NAME_LENGTH = 12
_SECRET_BYTES = 32
_SECRET_LENGTH = 43  # 62 ** 43 > 2 ** 256
_CHECK_LENGTH = 6  # 62 ** 6 > 2 ** 32
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_NAME_LENGTH + _SECRET_LENGTH + _CHECK_LENGTH}}}")

DEFAULT_DAYS = 90
LONGEST_DAYS = 365
OVERLAPS = {0: timedelta(0), 1: timedelta(hours=1), 24: timedelta(hours=24), 168: timedelta(days=7)}
"""Hours for which the old key may go on beside its successor."""
DEFAULT_OVERLAP_HOURS = 24


def new_key() -> str:
    """A key that nobody has."""
    name = "".join(secrets.choice(_ALPHABET) for _ in range(_NAME_LENGTH))
    secret = _base62(int.from_bytes(secrets.token_bytes(_SECRET_BYTES)), _SECRET_LENGTH)
    return _with_checksum(PREFIX + name + secret)


def shown(key: str) -> str:
    """The part that lists and logs may show."""
    return key[: len(PREFIX) + _NAME_LENGTH]


def is_key(text: str) -> bool:
    """Whether `text` has the form of a key, its checksum included. Says nothing of whether there is such a key."""
    return _SHAPE.fullmatch(text) is not None and _with_checksum(text[:-_CHECK_LENGTH]) == text


def _with_checksum(text: str) -> str:
    return text + _base62(zlib.crc32(text.encode()), _CHECK_LENGTH)


def _base62(value: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        value, digit = divmod(value, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
