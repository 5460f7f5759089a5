"""Kinds of answers, branching, order, limits, reminders, vacancies, accommodations; an organisation's logo."""

from __future__ import annotations

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing yet."""
