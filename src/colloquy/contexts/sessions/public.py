"""The front door of sessions: candidates, their answers, and what becomes of them."""

from colloquy.contexts.sessions.errors import AnswerNotFound, NothingToRepeat, SessionNotFound
from colloquy.contexts.sessions.policy.states import PROGRESS, AnswerState, SessionState
from colloquy.contexts.sessions.service.agree import agree
from colloquy.contexts.sessions.service.erase import Erased, erase_on_request
from colloquy.contexts.sessions.service.progress import (
    answer_analysed,
    answer_failed,
    answer_needs_human,
    answer_scored,
    run_answer_again,
    session_needs_human,
    session_scored,
)
from colloquy.contexts.sessions.service.read import (
    Answer,
    Board,
    Candidate,
    Session,
    answer,
    session,
    session_counts,
    sessions_of,
)
from colloquy.contexts.sessions.service.room import enter_room, open_take
from colloquy.contexts.sessions.service.start import Arrival, Key, arrive, lock_own, start
from colloquy.contexts.sessions.service.submit import choose_take, complete, send_text

__all__ = [
    "PROGRESS",
    "Answer",
    "AnswerNotFound",
    "AnswerState",
    "Arrival",
    "Board",
    "Candidate",
    "Erased",
    "Key",
    "NothingToRepeat",
    "Session",
    "SessionNotFound",
    "SessionState",
    "agree",
    "answer",
    "answer_analysed",
    "answer_failed",
    "answer_needs_human",
    "answer_scored",
    "arrive",
    "choose_take",
    "complete",
    "enter_room",
    "erase_on_request",
    "lock_own",
    "open_take",
    "run_answer_again",
    "send_text",
    "session",
    "session_counts",
    "session_needs_human",
    "session_scored",
    "sessions_of",
    "start",
]
