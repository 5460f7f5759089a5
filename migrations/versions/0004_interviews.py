"""Tables of the interviews context."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
