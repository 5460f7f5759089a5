"""What identity seals, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import SealedColumn

SEALED: Final = (
    SealedColumn(
        "authenticator_apps",
        "sealed",
        "authenticator-app",
        about=lambda row: bytes(row["person_id"].bytes),
        keys=("person_id",),
        tenant=False,
    ),
    SealedColumn(
        "sign_on_providers",
        "sealed_secret",
        "sign-on-client-secret",
        about=lambda row: bytes(row["org_id"].bytes),
        keys=("org_id",),
    ),
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
