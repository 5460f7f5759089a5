"""The front door of scoring: numbers with their evidence's weight, scorecards, decisions."""

from colloquy.contexts.scoring.errors import NotHandedIn, NothingToScoreAgain, RunGoing, RunNotFound
from colloquy.contexts.scoring.policy.again import ItemState, RunState
from colloquy.contexts.scoring.policy.scorecard import LONGEST_COMMENT, LONGEST_REASON, SHORTEST_REASON, Outcome
from colloquy.contexts.scoring.service.again import adopt_run, cancel_run, go_on, handed_in, start_run
from colloquy.contexts.scoring.service.again_drift import Change, CohortDrift, Crossed, cohort_drift
from colloquy.contexts.scoring.service.again_read import Adoption, Item, Run, run_of, runs_of
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
from colloquy.contexts.scoring.service.standing import counting_runs, judgements, newest, rubric_of

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_REASON",
    "SHORTEST_REASON",
    "Adoption",
    "Change",
    "CohortDrift",
    "Crossed",
    "Decision",
    "Item",
    "ItemState",
    "NotHandedIn",
    "NothingToScoreAgain",
    "Outcome",
    "Review",
    "Run",
    "RunGoing",
    "RunNotFound",
    "RunState",
    "Score",
    "adopt_run",
    "cancel_run",
    "cohort_drift",
    "counting_runs",
    "decide",
    "decision",
    "decisions",
    "decisions_of",
    "go_on",
    "handed_in",
    "judgements",
    "newest",
    "reviews",
    "rubric_of",
    "run_of",
    "runs_of",
    "save_review",
    "score",
    "score_history",
    "scores_of",
    "start_run",
]
