"""One finished report as pure data: the source of the PDF, the CSV, the JSON and the API's answer.

Member names and their order are the public format; a change to either raises `SCHEMA_VERSION`.
Times inside a recording are seconds from its beginning, `start_char` and `end_char` are code-point offsets
into `Transcript.text` (end exclusive), moments are ISO 8601 in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

SCHEMA_VERSION = 3
"""2: what was chosen, entered or sent; sources of recordings; late starts; rules that ended an interview.
3: people's corrections of levels, the numbers without them; which scorecards were written blind; who read an answer,
and how far readings lay apart."""


def _in_utc(text: str) -> str:
    if datetime.fromisoformat(text).utcoffset() != timedelta(0):
        raise ValueError("a moment is written in UTC, such as 2026-03-01T10:02:03Z")
    return text


Moment = Annotated[str, AfterValidator(_in_utc)]
Score = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
Offset = Annotated[int, Field(ge=0)]
Level = Annotated[int, Field(ge=1, le=5)]


def moment(at: datetime) -> str:
    """The report's spelling of a moment: UTC, whole seconds, `Z`. `at` must carry a time zone."""
    if at.tzinfo is None:
        raise ValueError("A moment without a time zone is ambiguous; take it from kit.clock.")
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Strict:
    """Read back strictly: nothing is coerced, and a member this version does not know is an error."""

    __slots__: ClassVar[tuple[str, ...]] = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview(Strict):
    id: str
    title: str
    company: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Strict):
    id: str
    name: str
    email: str
    profile_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Strict):
    id: str
    state: str
    started_at: Moment | None = None
    completed_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents(Strict):
    """What the candidate agreed to, purpose by purpose, and which notice they had read."""

    record: bool
    ai_evaluation: bool
    notice_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Strict):
    """Where the overall score may lie, 0-100."""

    low: Score
    high: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Strict):
    """`confidence` is the recogniser's own, 0-1, or None where it gives none."""

    text: str
    start: Seconds
    end: Seconds
    confidence: Share | None
    start_char: Offset
    end_char: Offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript(Strict):
    """What was said or written. A typed answer has no words, and "typed" for its recogniser."""

    text: str
    words: tuple[Word, ...]
    language: str
    recogniser: str
    confidence: Share | None
    low_accuracy: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Strict):
    """The candidate's own words: `transcript.text[start_char:end_char] == text`. Typed answers have no times."""

    text: str
    start_char: Offset
    end_char: Offset
    start: Seconds | None
    end: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Strict):
    """An answer without words to evaluate: what was chosen, entered or sent. `text` is all of it as people read it.

    `options` are the texts of what was chosen; `link` is an address as it was typed; `file_name` is safe to show.
    """

    text: str
    options: tuple[str, ...] = ()
    number: float | None = None
    unit: str = ""
    link: str | None = None
    file_name: str | None = None
    file_bytes: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnockOut(Strict):
    """A rule of the recruiter's ended the interview after the answer to question `number`. It rejects nobody."""

    number: Annotated[int, Field(ge=1)]
    given: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetencyScore(Strict):
    """One competency in one answer. `level` is 1-5, or None where there is not enough evidence.

    `low` and `high` are the levels of two readings, None where there was one; `disputed`: too far apart for a level.
    """

    competency: str
    key: str
    kind: str
    level: Level | None
    reason: str
    quotes: tuple[Quote, ...] = ()
    low: Level | None = None
    high: Level | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Strict):
    """A part of a told answer (situation, task, action, result, figure, reflection); no quote: it was not found."""

    kind: str
    quote: Quote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Strict):
    """Structure, specificity, relevance or depth of an answer, 0-3, and why."""

    kind: str
    level: Annotated[int, Field(ge=0, le=3)]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Strict):
    """Who read the answer, and what is in it besides levels.

    `stood_in` says why the rules read although a model was to; `flagged`: it speaks to whoever marks it.
    """

    evaluators: tuple[str, ...]
    stood_in: str | None = None
    flagged: bool = False
    elements: tuple[Element, ...] = ()
    qualities: tuple[Quality, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Strict):
    """One question and what became of it. `number` counts from 1.

    `source` is where a recording came from: camera, screen or upload. `late_seconds`: how long after the end of the
    think time the first take began; 0 in time.
    """

    id: str
    number: Annotated[int, Field(ge=1)]
    question: str
    kind: str
    state: str
    state_reason: str | None = None
    duration_seconds: Seconds | None = None
    take: Annotated[int, Field(ge=1)] | None = None
    thumbnail_path: str | None = None
    transcript: Transcript | None = None
    scores: tuple[CompetencyScore, ...] = ()
    source: str = "camera"
    late_seconds: Seconds = 0
    given: Given | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Strict):
    """A person's level in the place of the program's: in the answer to question `number`, or without it in all."""

    number: Annotated[int, Field(ge=1)] | None
    competency: str
    key: str
    level: Level
    reason: str
    by: str
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineNumbers(Strict):
    """The scores without people's corrections, 0-100 or None."""

    overall_score: Score | None
    technical_score: Score | None
    communication_score: Score | None
    band: Band | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Strict):
    """A person's scorecard: `levels` maps a competency's key to their level, 1-5.

    `independent`: written before its author saw anything of others; `changed_after_reveal`: it was, and is no more.
    """

    reviewer: str
    at: Moment
    decision: str | None
    reason: str
    comment: str
    levels: dict[str, Level] = field(default_factory=dict)
    independent: bool = False
    changed_after_reveal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Strict):
    by: str
    at: Moment
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument(Strict):
    """Everything a reader of the report may see.

    Scores are 0-100 or None (no number without evidence); `judged_share` is the share of the weight, 0-1,
    that rests on answers which could be judged; `accent` is the organisation's colour as `#rrggbb`. Where people
    corrected levels, the scores count their `overrides`, and `machine` has those without.
    """

    schema_version: int = SCHEMA_VERSION
    generated_at: Moment
    organisation: str
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    interview: Interview
    candidate: Candidate
    session: Session
    consents: Consents
    overall_score: Score | None
    technical_score: Score | None
    communication_score: Score | None
    band: Band | None
    judged_share: Share | None
    needs_human: bool
    needs_human_reason: str | None = None
    evaluator: str | None
    rubric_version: str | None
    answers: tuple[Answer, ...]
    reviews: tuple[Review, ...] = ()
    decision: Decision | None = None
    knock_out: KnockOut | None = None
    overrides: tuple[Override, ...] = ()
    machine: MachineNumbers | None = None
