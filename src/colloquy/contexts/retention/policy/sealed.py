"""What retention seals, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import SealedColumn

SEALED: Final = (SealedColumn("erasure_requests", "reply_to", "erasure-reply"),)
