"""What a recruiter writes, before it is accepted: its limits, and what to do where it is outside them.

Forms and the API share these, so a rule is written once. The answer is a mapping of a field's name to words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from colloquy.contexts.interviews.policy.interview import LEVELS, MAX_EXPECTED_POINTS, CompetencyKind
from colloquy.contexts.interviews.policy.kinds import AnswerKind

LANGUAGES = ("en", "ru")
MAX_TITLE = 200
MAX_TEXT = 4000
MAX_NAME = 120
MAX_COMPETENCY_DESCRIPTION = 2000
MAX_ANCHOR = 1000
MAX_POINT = 500
RETENTION_DAYS = (1, 3650)
DEFAULT_RETENTION_DAYS = 180
THINK_SECONDS = (0, 600)
ANSWER_SECONDS = (10, 1800)
CHARACTERS = (50, 10_000)
TAKES = (1, 10)
WEIGHTS = (1, 10)
NORMAL_WEIGHT = 2  # whole numbers only, so that "half as much" is 1 and "twice as much" is 4
REQUIRED_ANCHORS = (1, 3, 5)

Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Description:
    """What an interview says of itself, and how long it runs and is kept."""

    title: str
    role_title: str = ""
    description: str = ""
    language: str = "en"
    retention_days: int = DEFAULT_RETENTION_DAYS
    closes_at: datetime | None = None

    def tidied(self) -> Description:
        """Without space around the texts and without line breaks in the titles."""
        return replace(
            self,
            title=_line(self.title),
            role_title=_line(self.role_title),
            description=_text(self.description),
        )

    def problems(self) -> Problems:
        """What is outside its limits. `closes_at` is judged where the time is known."""
        found: Problems = {}
        if not self.title:
            found["title"] = "Give the interview a title. Candidates see it first."
        _at_most(found, "title", self.title, MAX_TITLE)
        _at_most(found, "role_title", self.role_title, MAX_TITLE)
        _at_most(found, "description", self.description, MAX_TEXT)
        if self.language not in LANGUAGES:
            found["language"] = f"Choose one of these languages: {', '.join(LANGUAGES)}."
        _within(found, "retention_days", self.retention_days, RETENTION_DAYS, "days")
        return found


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as written. Rules that its kind does not have are ignored (see `tidied`)."""

    text: str
    kind: AnswerKind
    think_seconds: int = 30
    answer_seconds: int = 120
    max_characters: int = 2000
    takes: int = 3
    weight: int = NORMAL_WEIGHT
    assessed: bool = True
    competency_ids: tuple[UUID, ...] = ()
    expected_points: tuple[str, ...] = ()

    def tidied(self) -> QuestionDraft:
        """Trimmed, empty points left out, and only the rules of its kind: the others are zero (one take when typed)."""
        points = tuple(point for point in map(_line, self.expected_points) if point)
        tidy = replace(
            self,
            text=_text(self.text),
            expected_points=points,
            competency_ids=tuple(dict.fromkeys(self.competency_ids)),
        )
        if self.kind is AnswerKind.TEXT:
            return replace(tidy, think_seconds=0, answer_seconds=0, takes=1)
        return replace(tidy, max_characters=0)

    def problems(self) -> Problems:
        """What is outside its limits, of a tidied draft."""
        found: Problems = {}
        if not self.text:
            found["text"] = "Write the question."
        _at_most(found, "text", self.text, MAX_TEXT)
        if self.kind is AnswerKind.TEXT:
            _within(found, "max_characters", self.max_characters, CHARACTERS, "characters")
        else:
            _within(found, "think_seconds", self.think_seconds, THINK_SECONDS, "seconds")
            _within(found, "answer_seconds", self.answer_seconds, ANSWER_SECONDS, "seconds")
            _within(found, "takes", self.takes, TAKES, "takes")
        _within(found, "weight", self.weight, WEIGHTS, "")
        if len(self.expected_points) > MAX_EXPECTED_POINTS:
            found["expected_points"] = f"Keep to {MAX_EXPECTED_POINTS} points; these are {len(self.expected_points)}."
        elif any(len(point) > MAX_POINT for point in self.expected_points):
            found["expected_points"] = f"Keep each point under {MAX_POINT} characters: one fact a line."
        return found


@dataclass(frozen=True, slots=True)
class CompetencyDraft:
    """A competency as written. `anchors` maps a level to what an answer on it sounds like."""

    name: str
    description: str = ""
    kind: CompetencyKind = CompetencyKind.BEHAVIOURAL
    weight: int = NORMAL_WEIGHT
    anchors: dict[int, str] = field(default_factory=dict)

    def tidied(self) -> CompetencyDraft:
        """Trimmed; anchors in the order of their levels, empty ones left out."""
        anchors = {level: _line(self.anchors[level]) for level in sorted(self.anchors)}
        return replace(
            self,
            name=_line(self.name),
            description=_text(self.description),
            anchors={level: text for level, text in anchors.items() if text},
        )

    def problems(self) -> Problems:
        """What is outside its limits, of a tidied draft. Anchors are named `anchor_1` to `anchor_5`."""
        found: Problems = {}
        if not self.name:
            found["name"] = "Name the competency, in words a candidate would understand."
        _at_most(found, "name", self.name, MAX_NAME)
        _at_most(found, "description", self.description, MAX_COMPETENCY_DESCRIPTION)
        _within(found, "weight", self.weight, WEIGHTS, "")
        for level in REQUIRED_ANCHORS:
            if level not in self.anchors:
                found[f"anchor_{level}"] = f"Say what an answer on level {level} sounds like."
        for level, text in self.anchors.items():
            if level not in LEVELS:
                found["anchors"] = "Levels run from 1 to 5."
            else:
                _at_most(found, f"anchor_{level}", text, MAX_ANCHOR)
        return found


def storable(text: str) -> bool:
    """Whether the database can hold the text: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _at_most(found: Problems, name: str, text: str, longest: int) -> None:
    if not storable(text):
        found[name] = "This has characters that are not text. Type it again."
    elif len(text) > longest:
        found[name] = f"Use at most {longest} characters; this has {len(text)}."


def _within(found: Problems, name: str, number: int, limits: tuple[int, int], unit: str) -> None:
    lowest, highest = limits
    if not lowest <= number <= highest:
        found[name] = f"Choose between {lowest} and {highest} {unit}".rstrip() + "."


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    # Browsers send line breaks of forms as CR LF.
    return text.replace("\r\n", "\n").strip()
