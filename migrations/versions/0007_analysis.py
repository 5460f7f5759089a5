"""Tables of the analysis context."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
