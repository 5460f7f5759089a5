"""Codes of authenticator apps (RFC 6238) and recovery codes: how they look, and when one counts."""

from __future__ import annotations

import secrets
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "Colloquy"
DIGITS = 6
STEPS_BESIDE = 1
"""A clock may be wrong by up to half a minute either way (RFC 6238, section 5.2)."""
RECOVERY_CODES = 10
_RECOVERY_LENGTH = 24
_TOGETHER = 4
# Crockford's base 32: no I, L, O or U, which are read as something else. Twenty-four of them are 120 bits, so that a
# plain hash hides them for good; one that needs the installation's secret would not outlive its rotation.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0"})
_APART = str.maketrans("", "", " -\t\u00a0")


def new_secret() -> str:
    """160 random bits in base 32: what RFC 4226 recommends for the secret of an app."""
    return pyotp.random_base32(32)


def app_address(secret: str, email: str) -> str:
    """The `otpauth:` address that a QR code carries to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that `code` belongs to, if it is within one step of now."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=STEPS_BESIDE)
    except OTPVerificationError:
        return None


def plain(code: str) -> str:
    """What was typed, without the spaces and hyphens that make it readable."""
    return code.translate(_APART).lower()


def is_of_an_app(code: str) -> bool:
    """Whether the plain `code` looks like an app's: six digits. Anything else is taken for a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Ten codes like `7x2k-m4p8-0dqw-9rty-6hjn-3vab`."""
    made = ("".join(secrets.choice(_ALPHABET) for _place in range(_RECOVERY_LENGTH)) for _code in range(RECOVERY_CODES))
    starts = range(0, _RECOVERY_LENGTH, _TOGETHER)
    return ["-".join(code[start : start + _TOGETHER] for start in starts) for code in made]


def canonical_recovery(code: str) -> str:
    """The recovery code as it was made, from what somebody read off their paper."""
    return plain(code).translate(_MISREAD)
