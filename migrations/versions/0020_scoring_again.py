"""Scoring again: runs over a cohort and what they changed."""

from __future__ import annotations

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Changes nothing yet."""
