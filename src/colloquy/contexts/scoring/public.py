"""The front door of scoring: numbers with their evidence's weight, scorecards, decisions."""

from colloquy.contexts.scoring.errors import (
    CommentNotFound,
    ContestNotFound,
    ContestOver,
    NotHandedIn,
    NothingToCorrect,
    NothingToScoreAgain,
    NotOnTheTeam,
    RunGoing,
    RunNotFound,
    ScorecardFirst,
    TooManyContests,
)
from colloquy.contexts.scoring.policy.again import LONGEST_NOTE, ItemState, RunState
from colloquy.contexts.scoring.policy.agreement import Agreement, agreement
from colloquy.contexts.scoring.policy.calibration import Distribution, Mark, Severity, distribution, severities
from colloquy.contexts.scoring.policy.comment import LONGEST_QUOTE, seconds_of
from colloquy.contexts.scoring.policy.contesting import About as ContestAbout
from colloquy.contexts.scoring.policy.contesting import ContestOutcome
from colloquy.contexts.scoring.policy.correction import Correction, corrected
from colloquy.contexts.scoring.policy.drift import ENOUGH, Drift, Measure, Pair, level_drift
from colloquy.contexts.scoring.policy.scorecard import LONGEST_COMMENT, LONGEST_REASON, SHORTEST_REASON, Outcome
from colloquy.contexts.scoring.service.again import adopt_run, cancel_run, go_on, handed_in, start_run
from colloquy.contexts.scoring.service.again_drift import MOST_CHANGES, Change, CohortDrift, Crossed, cohort_drift
from colloquy.contexts.scoring.service.again_read import Adoption, Item, Run, run_numbers, run_of, runs_of
from colloquy.contexts.scoring.service.blind import Reveal, comes_first, hidden_from, is_hidden, reveal, reveals
from colloquy.contexts.scoring.service.cohort import judged_levels, levels_given
from colloquy.contexts.scoring.service.comment import Comment, add_comment, change_comment, comments, delete_comment
from colloquy.contexts.scoring.service.contest import Contest, answer_contest, contest, contests, open_contests
from colloquy.contexts.scoring.service.correct import correct
from colloquy.contexts.scoring.service.corrections import Override, override_history, overrides
from colloquy.contexts.scoring.service.panel import Asked, Waiting, ask, due_from, panel, waiting
from colloquy.contexts.scoring.service.read import (
    Decision,
    MachineNumbers,
    Review,
    Score,
    Written,
    decision,
    decisions,
    decisions_of,
    reviews,
    reviews_of,
    score,
    score_history,
    scores_of,
)
from colloquy.contexts.scoring.service.review import decide, save_review
from colloquy.contexts.scoring.service.seen import Seen, seen
from colloquy.contexts.scoring.service.standing import counting_runs, judgements, newest, rubric_of

__all__ = [
    "ENOUGH",
    "LONGEST_COMMENT",
    "LONGEST_NOTE",
    "LONGEST_QUOTE",
    "LONGEST_REASON",
    "MOST_CHANGES",
    "SHORTEST_REASON",
    "Adoption",
    "Agreement",
    "Asked",
    "Change",
    "CohortDrift",
    "Comment",
    "CommentNotFound",
    "Contest",
    "ContestAbout",
    "ContestNotFound",
    "ContestOutcome",
    "ContestOver",
    "Correction",
    "Crossed",
    "Decision",
    "Distribution",
    "Drift",
    "Item",
    "ItemState",
    "MachineNumbers",
    "Mark",
    "Measure",
    "NotHandedIn",
    "NotOnTheTeam",
    "NothingToCorrect",
    "NothingToScoreAgain",
    "Outcome",
    "Override",
    "Pair",
    "Reveal",
    "Review",
    "Run",
    "RunGoing",
    "RunNotFound",
    "RunState",
    "Score",
    "ScorecardFirst",
    "Seen",
    "Severity",
    "TooManyContests",
    "Waiting",
    "Written",
    "add_comment",
    "adopt_run",
    "agreement",
    "answer_contest",
    "ask",
    "cancel_run",
    "change_comment",
    "cohort_drift",
    "comes_first",
    "comments",
    "contest",
    "contests",
    "correct",
    "corrected",
    "counting_runs",
    "decide",
    "decision",
    "decisions",
    "decisions_of",
    "delete_comment",
    "distribution",
    "due_from",
    "go_on",
    "handed_in",
    "hidden_from",
    "is_hidden",
    "judged_levels",
    "judgements",
    "level_drift",
    "levels_given",
    "newest",
    "open_contests",
    "override_history",
    "overrides",
    "panel",
    "reveal",
    "reveals",
    "reviews",
    "reviews_of",
    "rubric_of",
    "run_numbers",
    "run_of",
    "runs_of",
    "save_review",
    "score",
    "score_history",
    "scores_of",
    "seconds_of",
    "seen",
    "severities",
    "start_run",
    "waiting",
]
