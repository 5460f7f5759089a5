"""Tables of the identity context."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
