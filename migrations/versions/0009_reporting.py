"""Tables of the reporting context."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing yet: the number is kept so that contexts can be built side by side."""
