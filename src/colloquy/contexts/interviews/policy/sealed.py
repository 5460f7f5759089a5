"""What interviews seal, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import SealedColumn

SEALED: Final = (
    SealedColumn(
        "interview_links",
        "token_sealed",
        "interviews.links",
        about=lambda row: bytes(row["org_id"].bytes + row["id"].bytes),
        reads=("org_id",),
    ),
)
