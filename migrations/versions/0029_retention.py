"""Separate clocks of retention, legal holds, certificates and tombstones of erasure."""

from __future__ import annotations

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nothing yet."""
