"""Tables of the notifications context."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
