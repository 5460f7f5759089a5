"""What sessions seal, and about what; see `kit.sealed`."""

from __future__ import annotations

from typing import Final

from colloquy.kit.sealed import Row, SealedColumn


def _of_session(row: Row) -> bytes:
    return bytes(row["org_id"].bytes + row["session_id"].bytes)


SEALED: Final = (
    SealedColumn(
        "session_codes", "code_sealed", "sessions.code", about=_of_session, keys=("session_id",), reads=("org_id",)
    ),
    SealedColumn(
        "session_codes",
        "token_sealed",
        "sessions.code.token",
        about=_of_session,
        keys=("session_id",),
        reads=("org_id",),
    ),
    SealedColumn(
        "takes",
        "upload_sealed",
        "sessions.upload",
        about=lambda row: bytes(row["org_id"].bytes + row["id"].bytes),
        reads=("org_id",),
    ),
)
