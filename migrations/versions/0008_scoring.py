"""Tables of the scoring context."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
