"""The front door of sessions: candidates, their answers, and what becomes of them."""

from colloquy.contexts.sessions.errors import (
    AnswerNotFound,
    NotExtendable,
    NothingToRepeat,
    NotYourSession,
    SessionNotFound,
    SessionOver,
    TooLateToAgree,
)
from colloquy.contexts.sessions.policy.states import PROGRESS, AnswerState, SessionState
from colloquy.contexts.sessions.service.accommodate import accommodate, extend
from colloquy.contexts.sessions.service.agree import Offered, agree, allow_evaluation, keep_longer, offered
from colloquy.contexts.sessions.service.arrive import Arrival, arrive
from colloquy.contexts.sessions.service.asking import (
    ask_for_erasure,
    carry_out_soon,
    confirm_erasure,
    erase_on_request,
    take_up,
)
from colloquy.contexts.sessions.service.candidate import CurrentKey, held_for, keep, let_go
from colloquy.contexts.sessions.service.candidate import current as current_key
from colloquy.contexts.sessions.service.captions import LiveCaptions
from colloquy.contexts.sessions.service.converse import (
    OpenConversation,
    finish_conversation,
    keep_words,
    open_conversation,
)
from colloquy.contexts.sessions.service.devices import ContinueLetter, continue_letter_facts, key_row
from colloquy.contexts.sessions.service.erase import Erased
from colloquy.contexts.sessions.service.hand_in import complete
from colloquy.contexts.sessions.service.held import HeldData, HeldDevice, HeldDraft, HeldTake, held_data
from colloquy.contexts.sessions.service.holding import covered, is_held, place_hold
from colloquy.contexts.sessions.service.keys import HeldKey, Key
from colloquy.contexts.sessions.service.people_alone import with_people_alone
from colloquy.contexts.sessions.service.progress import (
    answer_analysed,
    answer_failed,
    answer_needs_human,
    answer_scored,
    hold_answer,
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
    interview_of,
    session,
    session_counts,
    sessions_of,
)
from colloquy.contexts.sessions.service.replay import Replayed, replay_tombstones
from colloquy.contexts.sessions.service.retained import Kept, kept
from colloquy.contexts.sessions.service.retention import days_changed as retention_changed
from colloquy.contexts.sessions.service.retention import sweep as sweep_retention
from colloquy.contexts.sessions.service.room import claim_tab, enter_room, require_tab
from colloquy.contexts.sessions.service.start import lock_own, own, start
from colloquy.contexts.sessions.service.submit import choose_take, send_text, send_value
from colloquy.contexts.sessions.service.takes import Wanted, open_take
from colloquy.contexts.sessions.service.withdraw import refuse_evaluation, withdraw

__all__ = [
    "PROGRESS",
    "Answer",
    "AnswerNotFound",
    "AnswerState",
    "Arrival",
    "Board",
    "Candidate",
    "ContinueLetter",
    "CurrentKey",
    "Erased",
    "HeldData",
    "HeldDevice",
    "HeldDraft",
    "HeldKey",
    "HeldTake",
    "Kept",
    "Key",
    "LiveCaptions",
    "NotExtendable",
    "NotYourSession",
    "NothingToRepeat",
    "Offered",
    "OpenConversation",
    "Replayed",
    "Session",
    "SessionNotFound",
    "SessionOver",
    "SessionState",
    "TooLateToAgree",
    "Wanted",
    "accommodate",
    "agree",
    "allow_evaluation",
    "answer",
    "answer_analysed",
    "answer_failed",
    "answer_needs_human",
    "answer_scored",
    "arrive",
    "ask_for_erasure",
    "carry_out_soon",
    "choose_take",
    "claim_tab",
    "complete",
    "confirm_erasure",
    "continue_letter_facts",
    "covered",
    "current_key",
    "enter_room",
    "erase_on_request",
    "extend",
    "finish_conversation",
    "held_data",
    "held_for",
    "hold_answer",
    "interview_of",
    "is_held",
    "keep",
    "keep_longer",
    "keep_words",
    "kept",
    "key_row",
    "let_go",
    "lock_own",
    "offered",
    "open_conversation",
    "open_take",
    "own",
    "place_hold",
    "refuse_evaluation",
    "replay_tombstones",
    "require_tab",
    "retention_changed",
    "run_answer_again",
    "send_text",
    "send_value",
    "session",
    "session_counts",
    "session_needs_human",
    "session_scored",
    "sessions_of",
    "start",
    "sweep_retention",
    "take_up",
    "with_people_alone",
    "withdraw",
]
