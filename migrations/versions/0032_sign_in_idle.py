"""When a sign-in was last used, so that one that nobody uses ends."""

from __future__ import annotations

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Nothing yet."""
