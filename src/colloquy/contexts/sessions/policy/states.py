"""The states of sessions and answers, and which may follow which."""

from __future__ import annotations

from enum import StrEnum

from colloquy.kit.i18n import N_


class SessionState(StrEnum):
    """Where a candidate's session is."""

    OPENED = "opened"
    CONSENTED = "consented"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    SCORED = "scored"
    NEEDS_HUMAN = "needs_human"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def handed_in(self) -> bool:
        """Whether the candidate has finished: nothing may be recorded any more."""
        return self in {SessionState.COMPLETED, SessionState.SCORED, SessionState.NEEDS_HUMAN}

    @property
    def over(self) -> bool:
        """Whether the candidate can answer no more: handed in, out of time, or withdrawn."""
        return self.handed_in or self in {SessionState.EXPIRED, SessionState.WITHDRAWN}


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
    KEPT = "kept"
    """Answered, for people to read: nothing in it is evaluated (choices, numbers, files, links)."""
    MISSING = "missing"
    """The question was asked and has no answer; the reason says why."""
    NOT_ASKED = "not_asked"
    """Branching, or a rule that ended the interview, left the question out."""

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
        AnswerState.KEPT,
        AnswerState.MISSING,
        AnswerState.NOT_ASKED,
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
    AnswerState.KEPT: 1.0,
    AnswerState.MISSING: 1.0,
    AnswerState.NOT_ASKED: 1.0,
}
"""How far an answer's processing is, for progress bars: each state counts what is behind it."""

PEOPLE_ONLY = ("people_only", N_("People alone evaluate these answers."))
LEFT_OUT = ("left_out", N_("The candidate left this question out."))
NO_USABLE_TAKE = ("no_usable_take", N_("None of the recorded takes could be used."))
TIME_OVER = ("time_over", N_("The time for the interview was over before this question was answered."))
OFF_PATH = ("off_path", N_("Earlier answers left this question out."))
ENDED_EARLY = ("ended_early", N_("The interview ended before this question."))
