"""What an OpenAI-compatible server means by its status codes and reasons."""

from __future__ import annotations

from collections.abc import Mapping

from colloquy.providers.llm.port import ModelRefused, ModelUnavailable

_TOO_MANY, _TIMEOUT, _SERVER = 429, 408, 500
_NO_KEY = frozenset({401, 403})
_UNKNOWN = 404
_LONGEST_WAIT = 3600.0


def raise_for_status(status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raises for anything but a 200. The body is looked at, never repeated: it may quote what a candidate said."""
    ok = 200
    if status == ok:
        return
    if b"insufficient_quota" in body:
        raise ModelRefused("quota", "The model's account has no credit left: top it up.")
    if status in {_TOO_MANY, _TIMEOUT} or status >= _SERVER:
        limited = status == _TOO_MANY
        raise ModelUnavailable(
            f"The model answered with status {status}.", retry_after=_seconds(headers), limited=limited
        )
    if status in _NO_KEY:
        raise ModelRefused("key", f"The model does not accept the key (status {status}): check COLLOQUY_LLM_KEY.")
    if status == _UNKNOWN:
        raise ModelRefused("model", "There is no such model or address: check COLLOQUY_LLM and COLLOQUY_LLM_URL.")
    raise ModelRefused("request", f"The model does not accept the request (status {status}).")


def _seconds(headers: Mapping[str, str]) -> float | None:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= _LONGEST_WAIT else None
