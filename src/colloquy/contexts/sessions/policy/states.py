"""The states of sessions and answers, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class SessionState(StrEnum):
    """Where a candidate's session is."""

    OPENED = "opened"
    CONSENTED = "consented"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    SCORED = "scored"
    NEEDS_HUMAN = "needs_human"

    @property
    def handed_in(self) -> bool:
        """Whether the candidate has finished: nothing may be recorded any more."""
        return self in {SessionState.COMPLETED, SessionState.SCORED, SessionState.NEEDS_HUMAN}


class AnswerState(StrEnum):
    """Where an answer is on its way to a score, or how it ended."""

    PENDING = "pending"
    RECORDING = "recording"
    UPLOADED = "uploaded"
    PROCESSED = "processed"
    TRANSCRIBED = "transcribed"
    ANALYSED = "analysed"
    SCORED = "scored"
    NOT_SCORABLE = "not_scorable"
    NEEDS_HUMAN = "needs_human"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the answer by itself. `analysed` is the end of evaluation."""
        return self in ENDED


ENDED = frozenset(
    {
        AnswerState.ANALYSED,
        AnswerState.SCORED,
        AnswerState.NOT_SCORABLE,
        AnswerState.NEEDS_HUMAN,
        AnswerState.FAILED,
    }
)

PROGRESS: dict[AnswerState, float] = {
    AnswerState.PENDING: 0.0,
    AnswerState.RECORDING: 0.0,
    AnswerState.UPLOADED: 0.2,
    AnswerState.PROCESSED: 0.4,
    AnswerState.TRANSCRIBED: 0.7,
    AnswerState.ANALYSED: 0.9,
    AnswerState.SCORED: 1.0,
    AnswerState.NOT_SCORABLE: 1.0,
    AnswerState.NEEDS_HUMAN: 1.0,
    AnswerState.FAILED: 1.0,
}
"""How far an answer's processing is, for progress bars: each state counts what is behind it."""

PEOPLE_ONLY = ("people_only", "The candidate asked that people alone evaluate the answers.")
EVALUABLE_BEFORE = frozenset({AnswerState.UPLOADED, AnswerState.PROCESSED, AnswerState.TRANSCRIBED})
