"""Which letters about the end of an API key were written."""

from __future__ import annotations

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Nothing yet."""
