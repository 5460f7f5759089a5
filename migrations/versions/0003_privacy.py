"""Tables of the privacy context."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
