"""Where a message is, and why an endpoint hears nothing any more."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from colloquy.kit.i18n import N_

KEPT_DAYS: Final = 30
"""Messages and their tries are deleted after this many days."""
OVERLAP_HOURS: Final = 24
"""How long the secret before signs as well, after a new one was made."""
MOST_ENDPOINTS: Final = 20
ANSWER_BYTES: Final = 1024
"""Of each answer the log keeps this much."""


class MessageState(StrEnum):
    """Pending: there will be a next try. Failed: there will be none. Dropped: the candidate was erased before."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Stopped(StrEnum):
    """Why we switched an endpoint off. Gone: it answered 410. Failing: nothing was accepted for five days."""

    GONE = "gone"
    FAILING = "failing"


REASONS: Final = {
    "exhausted": N_("Ten tries failed."),
    "gone": N_("The server said that the address is gone for good (410)."),
    "off": N_("The webhook was switched off before this was sent."),
    "stopped": N_("It could not be sent, through a failure of this installation. Send it again."),
    "erased": N_("The candidate's data were erased before this was sent."),
}
"""Why a message ended without being delivered, in words."""

PROBLEMS: Final = {
    "timeout": N_("No answer in time"),
    "connect": N_("Nobody listens there"),
    "tls": N_("The certificate is not accepted"),
    "protocol": N_("The answer is not HTTP"),
    "redirect": N_("Redirects are not followed"),
    "status": N_("Not accepted"),
    "private": N_("The name leads to an address that is not public"),
    "unknown": N_("There is no server of this name"),
    "address": N_("The address may not be asked"),
    "secret": N_("This installation's secret does not open the webhook's: make a new one"),
}
"""What went wrong with a try, in words."""
