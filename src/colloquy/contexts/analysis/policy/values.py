"""What goes into a judgement and what comes out of it.

Character offsets are positions in the Python string `AnswerText.text` (Unicode code points, end exclusive); times are
seconds from the beginning of the answer's recording.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEVELS: Final = range(1, 6)
"""The anchored scale: 1 is the lowest level, 5 the highest."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One recognised word: where it stands in the transcript and when it was said."""

    start_char: int
    end_char: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """One sentence that says what an answer at this level sounds like."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class CompetencyToJudge:
    """A competency as the rubric version has it. `kind` is technical, communication or behavioural."""

    key: str
    name: str
    kind: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class QuestionToJudge:
    """The question, what a good answer mentions, and the competencies it probes. `language` is a BCP 47 tag."""

    text: str
    expected_points: tuple[str, ...]
    competencies: tuple[CompetencyToJudge, ...]
    language: str


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The candidate's words: data to be read, never instructions. Typed answers have no timed words."""

    text: str
    words: tuple[TimedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim part of the answer. The times are None when the answer was typed."""

    text: str
    start_char: int
    end_char: int
    start: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The level reached in one competency and its evidence; level None means insufficient evidence.

    `low` and `high` are the levels that two readings gave; None where there was one. `disputed`: they were too far
    apart for a level, so a person has to judge.
    """

    competency: str
    level: int | None
    reason: str
    quotes: tuple[Quote, ...]
    low: int | None = None
    high: int | None = None
    disputed: bool = False
