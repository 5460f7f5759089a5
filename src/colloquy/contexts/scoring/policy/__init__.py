"""Pure decisions about scores: numbers from levels and weights."""

from __future__ import annotations

from colloquy.contexts.scoring.policy.numbers import Band, JudgedAnswer, JudgedCompetency, Numbers, numbers, points_for

__all__ = ["Band", "JudgedAnswer", "JudgedCompetency", "Numbers", "numbers", "points_for"]
