"""How much sound a browser may send for captions. Pure: the caller says what time it is."""

from __future__ import annotations

from dataclasses import dataclass, field

BYTES_PER_SECOND = 32_000
"""16 kHz, mono, 16 bits."""
LARGEST_FRAME = 32_000
"""Bytes of one message: a second of sound, where browsers send a fifth of one."""
FASTEST = 1.5
"""Seconds of sound a second: a browser's clock may run fast, and nobody speaks faster than that."""
HEAD_START = 2.0
"""Seconds of sound that may come at once: what a browser held back while the line was slow to open."""


@dataclass(slots=True)
class Hearing:
    """The sound of one candidate, begun at `began` (seconds of any clock), at most `seconds` long."""

    seconds: float
    began: float
    heard: int = field(default=0, init=False)
    """Bytes taken so far."""

    def refuses(self, size: int, now: float) -> str | None:
        """Why a message of so many bytes is not taken: `malformed`, `too_fast`, `over`. None: it is, and counts."""
        if size == 0 or size % 2 or size > LARGEST_FRAME:
            return "malformed"
        heard = self.heard + size
        if heard > BYTES_PER_SECOND * (HEAD_START + FASTEST * (now - self.began)):
            return "too_fast"
        if heard > BYTES_PER_SECOND * self.seconds:
            return "over"
        self.heard = heard
        return None
