"""Judgements by several passes, and what was found in an answer besides."""

from __future__ import annotations

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Changes nothing yet."""
