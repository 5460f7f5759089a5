"""What candidates did, and what became of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    """A candidate saw the first question."""

    name: ClassVar[str] = "SessionStarted"
    routing_key: ClassVar[str] = "interview.started"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerSubmitted(Event):
    """A candidate chose a take, or sent a text, as the answer to a question."""

    name: ClassVar[str] = "AnswerSubmitted"
    routing_key: ClassVar[str] = "interview.answer.submitted"

    session_id: UUID
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerReady(Event):
    """An answer has words that may be evaluated: typed, or transcribed and let through by the quality gate."""

    name: ClassVar[str] = "AnswerReady"
    routing_key: ClassVar[str] = "interview.answer.ready"

    session_id: UUID
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerEnded(Event):
    """An answer came to an end without an evaluation: not scorable, for a human, or failed."""

    name: ClassVar[str] = "AnswerEnded"
    routing_key: ClassVar[str] = "interview.answer.ended"

    session_id: UUID
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class InterviewCompleted(Event):
    """A candidate handed the interview in."""

    name: ClassVar[str] = "InterviewCompleted"
    routing_key: ClassVar[str] = "interview.completed"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class SessionErased(Event):
    """A session and all that was made of it are gone. Contexts above erase what they hold of it.

    `invitation_id` is the link that was this candidate's alone, gone as well; None for a public link. `why` is
    `retention` or `request`.
    """

    name: ClassVar[str] = "SessionErased"
    routing_key: ClassVar[str] = "interview.session.erased"

    session_id: UUID
    invitation_id: UUID | None
    why: str
