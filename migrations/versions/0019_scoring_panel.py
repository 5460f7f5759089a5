"""The blind panel, comments with a time, overrides."""

from __future__ import annotations

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Changes nothing yet."""
