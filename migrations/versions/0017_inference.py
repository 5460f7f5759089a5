"""Tables of the inference context: keys, models, budgets, calls, kept answers."""

from __future__ import annotations

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Changes nothing yet."""
