"""The interviewer as a port: code decides what comes next, an interviewer only words it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

from colloquy.contexts.interviews.public import Topic


class Act(StrEnum):
    """What the interviewer does with a turn."""

    GREETING = "greeting"
    ASK = "ask"
    FOLLOW_UP = "follow_up"
    CLARIFY = "clarify"
    WRAP_UP = "wrap_up"
    CLOSING = "closing"


Who = Literal["interviewer", "candidate"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversation is about. `follow_ups` is the most per topic, `seconds` the longest it may take.

    `language` is the interview's (`en`, `ru`, …). The points of the topics are for decisions alone: no wording may
    give them away.
    """

    interview_title: str
    company: str
    candidate_name: str
    language: str
    topics: tuple[Topic, ...]
    follow_ups: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message that counts: superseded and unfinished ones are left out.

    `act`, `topic_id` and `lack` (what the answer before lacked, for a follow-up) are those of the move that an
    interviewer's message carried out; None for the candidate's.
    """

    who: Who
    text: str
    act: Act | None = None
    topic_id: UUID | None = None
    lack: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """What comes next. `text` is the deterministic wording, None only when a model must write it."""

    act: Act
    topic_id: UUID | None
    lack: str | None
    text: str | None


class Interviewer(Protocol):
    """Words a move that is decided already. `name` is kept with each message: `rules:1`, `openai:gpt-…`."""

    @property
    def name(self) -> str:
        """Who words it."""
        ...

    def speak(self, plan: Plan, said: Sequence[Said], move: Move) -> AsyncIterator[str]:
        """The wording of the move, in pieces. Raises Transient when the words do not come."""
        ...
