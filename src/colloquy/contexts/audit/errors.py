"""What is refused about the audit log."""

from __future__ import annotations

from colloquy.kit.errors import Refusal


class CheckUnderWay(Refusal):
    """The chain is being checked already."""

    status = 409
    code = "audit_check_under_way"
