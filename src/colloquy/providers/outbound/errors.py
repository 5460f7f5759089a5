"""Why a request does not go out."""

from __future__ import annotations


class OutboundRefused(OSError):  # noqa: N818 - see `kit.errors.Refusal`
    """The address may not be asked. `message` says why and what to change, in the reader's language.

    `code` is stable: malformed, scheme, port, private or unknown (the name leads nowhere). An OSError, since that is
    what HTTP libraries expect of a connection that cannot be made.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AnswerTooLong(OSError):  # noqa: N818 - see `OutboundRefused`
    """More came back than anybody asked for, or it is packed in a way that was not asked for."""
