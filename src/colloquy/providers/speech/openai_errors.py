"""What the transcription API's refusals mean for the job that asked: never again, later, or after a wait."""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime

from colloquy.providers.speech.port import SpeechRefused, SpeechUnavailable

_LONGEST_WAIT = 3_600.0  # seconds; a server that asks for more is not believed, the job's own limits decide
_TIMEOUT, _CONFLICT, _TOO_MANY, _SERVER_ERRORS = 408, 409, 429, 500


class SpeechReplyError(SpeechUnavailable):
    """The service answered, but not with a transcript that can be true. Nothing of it is kept."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The speech service's reply cannot be used: {what}.")


def raise_for_status(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Returns for 200; raises `SpeechRefused` or `SpeechUnavailable` for everything else."""
    if status == 200:  # noqa: PLR2004 - the one status that carries a transcript
        return
    code, message = _vendor_error(body)
    if status in (401, 403):
        raise SpeechRefused("key_refused", "The speech service refuses the key. Enter a valid one in the settings.")
    if status == 404:  # noqa: PLR2004 - "Not Found"
        raise SpeechRefused("model_not_found", f"The speech service does not have this model or address. {message}")
    if status == _TOO_MANY and code == "insufficient_quota":
        # Sent as "too many requests", but waiting does not pay the bill.
        raise SpeechRefused("quota_spent", "The speech service's account has no credit left.")
    if status in (_TIMEOUT, _CONFLICT, _TOO_MANY) or status >= _SERVER_ERRORS:
        raise SpeechUnavailable(
            f"The speech service answered {status}.", retry_after=_seconds_to_wait(headers.get("retry-after"))
        )
    if 300 <= status < 400:  # noqa: PLR2004 - redirects
        raise SpeechRefused("address_moved", "The speech service redirects; enter its new address in the settings.")
    raise SpeechRefused("audio_refused", f"The speech service refuses this audio ({status}). {message}".strip())


def _vendor_error(body: bytes) -> tuple[str, str]:
    """The `code` and a shortened `message` of `{"error": {...}}`; empty strings when there is none."""
    try:
        error = json.loads(body)["error"]
        return str(error.get("code") or ""), str(error.get("message") or "")[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""


def _seconds_to_wait(value: str | None) -> float | None:
    """`Retry-After` as seconds: RFC 9110 allows a number or a date. None when absent or nonsense."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)
