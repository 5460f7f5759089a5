"""What candidates contest, and what became of it."""

from __future__ import annotations

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Changes nothing yet."""
