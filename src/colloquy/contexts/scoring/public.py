"""The front door of scoring: numbers with their evidence's weight, scorecards, decisions."""

from colloquy.contexts.scoring.errors import NotHandedIn
from colloquy.contexts.scoring.policy.scorecard import LONGEST_COMMENT, LONGEST_REASON, SHORTEST_REASON, Outcome
from colloquy.contexts.scoring.service.read import (
    Decision,
    Review,
    Score,
    decision,
    decisions,
    decisions_of,
    reviews,
    score,
    score_history,
    scores_of,
)
from colloquy.contexts.scoring.service.review import decide, save_review

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_REASON",
    "SHORTEST_REASON",
    "Decision",
    "NotHandedIn",
    "Outcome",
    "Review",
    "Score",
    "decide",
    "decision",
    "decisions",
    "decisions_of",
    "reviews",
    "save_review",
    "score",
    "score_history",
    "scores_of",
]
