"""What is refused here."""

from __future__ import annotations

from colloquy.kit.errors import Refusal


class NotAsked(Refusal):
    """The organisation does not ask, or nobody has decided about this candidate yet."""

    status = 404
    code = "not_asked"
