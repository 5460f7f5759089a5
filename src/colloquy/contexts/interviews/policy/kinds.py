"""How questions are answered, and what a question of each kind consists of besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class AnswerKind(StrEnum):
    """How a question is answered."""

    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    FILE = "file"
    LINK = "link"
    CONVERSATION = "conversation"

    @property
    def recorded(self) -> bool:
        """Whether the answer is a recording: it has think time, an answer limit and takes."""
        return self in {AnswerKind.VIDEO, AnswerKind.AUDIO}

    @property
    def spoken_or_written(self) -> bool:
        """Whether the answer consists of the candidate's words, which can be evaluated."""
        return self in {AnswerKind.VIDEO, AnswerKind.AUDIO, AnswerKind.TEXT, AnswerKind.CONVERSATION}

    @property
    def choice(self) -> bool:
        """Whether the answer is chosen among options."""
        return self in {AnswerKind.SINGLE_CHOICE, AnswerKind.MULTIPLE_CHOICE}


class VideoSource(StrEnum):
    """What a video answer shows: the candidate, or the candidate's screen with their voice."""

    CAMERA = "camera"
    SCREEN = "screen"


class QuestionOrder(StrEnum):
    """Fixed: one question after another. Free: the candidate chooses which of the open ones is next."""

    FIXED = "fixed"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from. `id` is stable in its question (`a`, `b`, …); the text may be edited."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberRule:
    """Which numbers are taken; None on a side means no limit there. `unit` stands beside the field."""

    lowest: float | None = None
    highest: float | None = None
    unit: str = ""


ANY_NUMBER = NumberRule()


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that a conversation covers: the question that opens it, and what a full answer mentions.

    `points` guide the follow-ups and the evaluation; candidates never see them.
    """

    id: UUID
    text: str
    points: tuple[str, ...] = ()
