"""What candidates did, and what became of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class SessionOpened(Event):
    """A candidate filled in the form of the landing page."""

    name: ClassVar[str] = "SessionOpened"
    routing_key: ClassVar[str] = "interview.session.opened"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class ContinueRequested(Event):
    """A candidate wants to go on on another device. The code itself is not in the event."""

    name: ClassVar[str] = "ContinueRequested"
    routing_key: ClassVar[str] = "interview.continue.requested"

    session_id: UUID
    asked: int


@dataclass(frozen=True, slots=True)
class SessionExtended(Event):
    """A candidate was given more time, or other rules: whatever was planned for the old end is out of date."""

    name: ClassVar[str] = "SessionExtended"
    routing_key: ClassVar[str] = "interview.session.extended"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class SessionExpired(Event):
    """The time to answer is over, and the interview was not handed in."""

    name: ClassVar[str] = "SessionExpired"
    routing_key: ClassVar[str] = "interview.session.expired"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class SessionWithdrawn(Event):
    """A candidate has withdrawn. With `erased` they asked for everything to be erased as well (see ErasureAsked)."""

    name: ClassVar[str] = "SessionWithdrawn"
    routing_key: ClassVar[str] = "interview.session.withdrawn"

    session_id: UUID
    erased: bool


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
    `retention` or `request`. `interview_id` is None in events that were announced before they said it.
    """

    name: ClassVar[str] = "SessionErased"
    routing_key: ClassVar[str] = "interview.session.erased"

    session_id: UUID
    invitation_id: UUID | None
    why: str
    interview_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ErasureAsked(Event):
    """A candidate wants everything erased and has to confirm it. `at` tells one letter about it from the next."""

    name: ClassVar[str] = "ErasureAsked"
    routing_key: ClassVar[str] = "interview.erasure.asked"

    session_id: UUID
    request_id: UUID
    at: str


@dataclass(frozen=True, slots=True)
class ErasureCertified(Event):
    """An erasure that was asked for is complete, and its certificate is signed."""

    name: ClassVar[str] = "ErasureCertified"
    routing_key: ClassVar[str] = "interview.erasure.certified"

    request_id: UUID


@dataclass(frozen=True, slots=True)
class MediaForgotten(Event):
    """The time of a session's recordings is over. Contexts above delete the files of those that they hold."""

    name: ClassVar[str] = "MediaForgotten"
    routing_key: ClassVar[str] = "interview.media.forgotten"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class WordsForgotten(Event):
    """The time of a session's words is over: transcripts and texts are gone, and quotes of them go."""

    name: ClassVar[str] = "WordsForgotten"
    routing_key: ClassVar[str] = "interview.words.forgotten"

    session_id: UUID


@dataclass(frozen=True, slots=True)
class TracesForgotten(Event):
    """The time of the traces of access is over: addresses of letters go, as network addresses went."""

    name: ClassVar[str] = "TracesForgotten"
    routing_key: ClassVar[str] = "interview.traces.forgotten"

    session_id: UUID
    invitation_id: UUID | None
