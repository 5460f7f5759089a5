"""The four kinds of failure, and nothing else.

Refusal
    The request was understood and is declined: 4xx with a stable snake_case `code`. People cause it,
    so the text says what to do next.
Malformed
    The request could not be understood: 422 with one entry per field.
Transient
    The world outside did not answer as it should; trying again can help. Retried, counted, warned.
Anything else is a bug: 500, logged with its trace.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818 - these are answers to people, not errors of the program
    """A declined request. Subclasses set `status` and `code`; the text is shown to the person.

    `extra` travels in the problem document beside the standard members and must be JSON-serialisable.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class NotFound(Refusal):
    """Not there, or not yours: the same answer, so that nothing can be probed."""

    status = 404
    code = "not_found"


class Forbidden(Refusal):
    """The person is known and may see the thing, but not do this to it."""

    status = 403
    code = "forbidden"


class NotSignedIn(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    code = "not_signed_in"


class Malformed(Refusal):
    """Input that could not be understood. `fields` maps a field's name to what is wrong with it."""

    status = 422
    code = "malformed"

    def __init__(self, message: str, *, fields: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(message, **extra)
        self.fields = fields or {}


class Transient(Exception):  # noqa: N818 - see Refusal
    """Something outside did not answer as it should; the same call may succeed later.

    `retry_after` is the number of seconds the other side asked us to wait, if it said.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class Unavailable(Transient):
    """Answered to people as 503 with Retry-After: the database or the disk is not there just now."""


class OutOfRoom(Unavailable):
    """Answered to people as 507 with Retry-After: a disk is full. Nothing acknowledged is lost by it."""
