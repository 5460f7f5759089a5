"""What identity seals, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import SealedColumn


SEALED: Final = (
    SealedColumn("colleague_invitations", "sealed_token", "colleague-invitation"),
    SealedColumn(
        "refresh_tokens",
        "successor",
        "refresh-successor",
        about=lambda row: bytes(row["sign_in_id"].bytes),
        keys=("token_hash",),
        reads=("sign_in_id",),
        tenant=False,
    ),
)
