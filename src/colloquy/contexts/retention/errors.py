"""What is refused, each with a stable code."""

from __future__ import annotations

from typing import ClassVar

from colloquy.kit.errors import NotFound, Refusal


class HoldNotFound(NotFound):
    """No such hold, or not this organisation's."""

    code: ClassVar[str] = "hold_not_found"


class HoldReleased(Refusal):
    """The hold was released before."""

    code: ClassVar[str] = "hold_released"


class AlreadyHeld(Refusal):
    """There is a hold on this already."""

    code: ClassVar[str] = "already_held"


class UnderLegalHold(Refusal):
    """Nothing of it may be deleted while a legal hold is on it."""

    code: ClassVar[str] = "under_legal_hold"


class RequestNotFound(NotFound):
    """No such request, or its link has been used or has run out."""

    code: ClassVar[str] = "erasure_request_not_found"


class ExportNotFound(NotFound):
    """No such export, or its day is over."""

    code: ClassVar[str] = "export_not_found"


class ExportUnderWay(Refusal):
    """One is being made already."""

    code: ClassVar[str] = "export_under_way"
