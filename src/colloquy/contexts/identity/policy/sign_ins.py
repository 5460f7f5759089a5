"""How somebody proved who they are, and what an organisation may ask of that."""

from __future__ import annotations

from enum import StrEnum

from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


class How(StrEnum):
    """The way a sign-in was made."""

    PASSWORD = "password"  # noqa: S105 - a word
    PASSWORD_CODE = "password_code"  # noqa: S105 - a word
    PASSWORD_RECOVERY = "password_recovery"  # noqa: S105 - a word
    PASSWORD_PASSKEY = "password_passkey"  # noqa: S105 - a word
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


_WORDS = {
    How.PASSWORD: N_("by password"),
    How.PASSWORD_CODE: N_("by password and code"),
    How.PASSWORD_RECOVERY: N_("by password and recovery code"),
    How.PASSWORD_PASSKEY: N_("by password and passkey"),
    How.PASSKEY: N_("by passkey"),
    How.SINGLE_SIGN_ON: N_("by single sign-on"),
}


def in_words(how: How) -> str:
    """`by passkey`, in the language being spoken."""
    return _(_WORDS[how])


class Missing(StrEnum):
    """What an organisation asks for before this sign-in may do anything in it."""

    SECOND_FACTOR = "second_factor"
    SINGLE_SIGN_ON = "single_sign_on"


def missing(
    how: How | None, *, owner: bool, has_factor: bool, factor_required: bool, sign_on_required: bool
) -> Missing | None:
    """What is missing, or None; nothing is where nobody signed in (a service account's key: `how` is None).

    Whoever came by single sign-on has proved what the organisation's provider asks for: a second factor of ours would
    be a third. Owners may come by password although single sign-on is required, or a broken provider would lock
    everybody out; a second factor is then asked of them as of everybody.
    """
    if how is None or how is How.SINGLE_SIGN_ON:
        return None
    if sign_on_required and not owner:
        return Missing.SINGLE_SIGN_ON
    if factor_required and not has_factor:
        return Missing.SECOND_FACTOR
    return None
