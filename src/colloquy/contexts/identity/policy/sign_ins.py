"""How somebody proved who they are, and what an organisation may ask of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class Unused:
    """How long a sign-in stays that nobody uses; an installation's own choice."""

    limit: timedelta


class Ended(StrEnum):
    """Why a sign-in is worth nothing any more."""

    UNUSED = "unused"
    OLD = "old"
    BY_SOMEBODY = "by_somebody"


_ENDED = {
    Ended.UNUSED: N_("You were signed out, because nobody used this browser for a while. Sign in to go on."),
    Ended.OLD: N_("You were signed out, because this sign-in has lasted as long as one may. Sign in to go on."),
    Ended.BY_SOMEBODY: N_("This browser was signed out from elsewhere: by you, or by an admin. Sign in to go on."),
}


def ended_in_words(ended: Ended) -> str:
    """What to tell whoever comes with such a sign-in."""
    return _(_ENDED[ended])


FRESH = timedelta(minutes=10)
"""How long somebody who has just proved who they are is not asked again."""


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether that is not long ago. None: it is not known when it was."""
    return proved_at is not None and now - proved_at < FRESH


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
