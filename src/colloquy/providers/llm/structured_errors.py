"""Our kind for whatever Pydantic AI, an SDK or an HTTP client raises. Their texts are left behind: they quote."""

from __future__ import annotations

from typing import Any, Final

from pydantic_ai import exceptions

from colloquy.providers.llm.port import ModelRefused, ModelUnavailable

_LONGEST_WAIT: Final = 3600.0
_PASSING: Final = frozenset({408, 409, 425, 429})
"""Of the statuses below 500, those that say something of the moment and not of the request."""
_FILTERED: Final = frozenset({"content_filter", "content_policy_violation", "data_inspection_failed"})

_REFUSALS: Final[dict[type[Exception], tuple[str, str]]] = {
    exceptions.ModelAuthenticationError: ("key", "The model does not accept the key."),
    exceptions.ModelNotFoundError: ("model", "There is no such model at this address."),
    exceptions.ModelQuotaExceededError: ("quota", "The model's account has no credit left: top it up."),
    exceptions.ContentFilterError: ("content_filter", "The model declined to answer."),
}


def translated(error: Exception) -> ModelRefused | ModelUnavailable:
    """What to raise for an error of theirs; the same error when it is ours."""
    if isinstance(error, ModelRefused | ModelUnavailable):
        return error
    if refused := _refused(error):
        return refused
    if isinstance(error, exceptions.ModelTimeoutError):
        return ModelUnavailable("The model did not answer in time.")
    if isinstance(error, exceptions.ModelConnectionError):
        return ModelUnavailable(f"The model cannot be reached ({error.phase or 'connection'}).")
    if isinstance(error, exceptions.ModelHTTPError):
        limited = isinstance(error, exceptions.ModelRateLimitError)
        message = f"The model answered with status {error.status_code}."
        return ModelUnavailable(message, retry_after=_wait(error), limited=limited)
    wait = _wait(error) if isinstance(error, exceptions.ModelAPIError) else None
    return ModelUnavailable(f"The model failed ({type(error).__name__}).", retry_after=wait)


def names_temperature(error: Exception) -> bool:
    """Whether the vendor refused the request because it says how much to vary."""
    return isinstance(error, exceptions.ModelRequestRejectedError) and "temperature" in str(error.body)


def _refused(error: Exception) -> ModelRefused | None:
    if isinstance(error, exceptions.ModelAPIError) and _codes(error) & _FILTERED:
        return ModelRefused("content_filter", "The model declined to answer.")
    for kind, (code, message) in _REFUSALS.items():
        if isinstance(error, kind):
            return ModelRefused(code, message)
    if isinstance(error, exceptions.ModelHTTPError) and error.provider_retry_hint:
        return None  # the vendor knows better than its status says
    rejected = isinstance(error, exceptions.ModelRequestRejectedError | exceptions.UserError)
    if rejected or (isinstance(error, exceptions.ModelHTTPError) and _final(error.status_code)):
        return ModelRefused("request", "The model does not accept the request.")
    return None


def _codes(error: exceptions.ModelAPIError) -> set[str | None]:
    return {error.provider_error_code, error.provider_error_type}


def _final(status: int) -> bool:
    rejected, failed = 400, 500
    return rejected <= status < failed and status not in _PASSING


def _wait(error: Any) -> float | None:
    seconds = error.retry_after
    return seconds if seconds is not None and 0 <= seconds <= _LONGEST_WAIT else None
