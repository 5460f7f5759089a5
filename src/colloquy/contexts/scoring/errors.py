"""What the scoring context declines."""

from __future__ import annotations

from colloquy.kit.errors import Refusal


class NotHandedIn(Refusal):
    """The candidate has not finished, so there is nothing to review or to decide yet."""

    code = "not_handed_in"
