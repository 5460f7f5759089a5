"""The interviewer that needs no key: says the deterministic wording of each move."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Final

from colloquy.contexts.conversations.policy.interviewer import Move, Plan, Said

_PIECE: Final = re.compile(r"\S+\s*|\s+")


class RulesInterviewer:
    """Words every move from files, in pieces of a word each and without an artificial pause."""

    name = "rules:1"

    async def speak(self, plan: Plan, said: Sequence[Said], move: Move) -> AsyncIterator[str]:  # noqa: ARG002 - the port's
        """The move's own text. It was chosen for this conversation, so there is nothing left to decide."""
        for piece in _PIECE.findall(move.text or ""):
            yield piece
