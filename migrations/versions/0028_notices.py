"""Notices per jurisdiction, and what is announced in advance."""

from __future__ import annotations

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Nothing yet."""
