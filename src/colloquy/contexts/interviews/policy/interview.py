"""What an interview is: questions, competencies, and two figures that follow from them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from colloquy.contexts.interviews.policy.branching import KnockOut, ShowIf
from colloquy.contexts.interviews.policy.guide import NO_GUIDE, Guide
from colloquy.contexts.interviews.policy.kinds import (
    ANY_NUMBER,
    AnswerKind,
    NumberRule,
    Option,
    QuestionOrder,
    Topic,
    VideoSource,
)
from colloquy.contexts.interviews.policy.vacancy import Vacancy

MAX_QUESTIONS = 50
MAX_COMPETENCIES = 20
MAX_EXPECTED_POINTS = 20
LEVELS = (1, 2, 3, 4, 5)
REMINDER_HOURS = (48, 4)
"""When candidates are reminded unless the recruiter chooses otherwise: two days and four hours before the end."""


class InterviewState(StrEnum):
    """Draft: nobody can answer yet. Published: links work. Closed: no new candidate may start."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class CompetencyKind(StrEnum):
    """Which of the numbers of a report a competency counts towards."""

    TECHNICAL = "technical"
    COMMUNICATION = "communication"
    BEHAVIOURAL = "behavioural"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an answer on this level (1–5) sounds like."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Competency:
    """Something the interview finds out. `key` is stable in the interview; `weight` 1–10."""

    id: UUID
    key: str
    name: str
    description: str
    kind: CompetencyKind
    weight: int
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its rules. `number` counts from 1.

    Recorded answers have `answer_seconds` (10–1800) and `max_characters` 0; typed ones the reverse (50–10000),
    one take and no think time. `assessed` is False when the recruiter said that it counts for no competency.

    `source` and `upload_allowed` (a file instead of a recording made here) are for recorded answers; `options` for
    choices; `number_rule` for numbers; `topics` and `follow_ups` (the most per topic) for conversations, whose
    `answer_seconds` is the longest they may take (120–3600). A question that is not `required` may be left out.
    `show_if`: asked only when earlier answers say so; None means always. `guide` is for people who hire, not judged by.
    """

    id: UUID
    number: int
    text: str
    kind: AnswerKind
    think_seconds: int
    answer_seconds: int
    takes: int
    weight: int
    competency_ids: tuple[UUID, ...]
    expected_points: tuple[str, ...]
    max_characters: int
    assessed: bool
    required: bool = True
    source: VideoSource = VideoSource.CAMERA
    upload_allowed: bool = False
    options: tuple[Option, ...] = ()
    number_rule: NumberRule = ANY_NUMBER
    topics: tuple[Topic, ...] = ()
    follow_ups: int = 2
    show_if: ShowIf | None = None
    knock_out: KnockOut | None = None
    guide: Guide = NO_GUIDE


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview with everything in it. `state` is what holds now: a passed `closes_at` means closed.

    `company` is the organisation's name. `rubric_version` names what answers are judged by: the first 16 hex
    digits of a SHA-256. `minutes` is a rounded-up estimate for candidates. `has_candidates`: somebody has started,
    so questions and competencies are frozen.

    `time_limit_minutes`: from the first question on, for the whole interview; None means none. `reminder_hours`: how
    long before the end a candidate who has not finished is reminded. `practice`: a practice question is offered.
    `blind_review`: whoever reviews writes their own scorecard before they see anybody's levels.
    """

    id: UUID
    title: str
    role_title: str
    company: str
    description: str
    language: str
    state: InterviewState
    questions: tuple[Question, ...]
    competencies: tuple[Competency, ...]
    rubric_version: str
    minutes: int
    retention_days: int
    closes_at: datetime | None
    has_candidates: bool
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    order: QuestionOrder = QuestionOrder.FIXED
    time_limit_minutes: int | None = None
    practice: bool = True
    blind_review: bool = False
    reminder_hours: tuple[int, ...] = ()
    vacancy: Vacancy | None = None

    @property
    def answer_kinds(self) -> frozenset[str]:
        """The kinds of answers asked for, as `privacy.notice` wants them."""
        return frozenset(question.kind.value for question in self.questions)


def rubric_version(language: str, questions: Iterable[Question], competencies: Iterable[Competency]) -> str:
    """The first 16 hex digits of the SHA-256 of everything that judging depends on.

    Rules of recording (think time, takes), ids, options and branching are left out: a copy of an interview judges alike
    and says so. Topics count for conversations alone, so that versions of other interviews stay what they were.
    """
    competencies = tuple(competencies)
    keys = {competency.id: competency.key for competency in competencies}
    content = {
        "language": language,
        "questions": [_judged(question, keys) for question in questions],
        "competencies": sorted(
            [c.key, c.name, c.description, c.kind, c.weight, [[a.level, a.text] for a in c.anchors]]
            for c in competencies
        ),
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _judged(question: Question, keys: Mapping[UUID, str]) -> list[object]:
    """What judging an answer to this question depends on."""
    probed = sorted(keys[competency_id] for competency_id in question.competency_ids)
    content: list[object] = [
        question.text,
        question.kind,
        question.weight,
        question.assessed,
        probed,
        list(question.expected_points),
    ]
    if question.kind is AnswerKind.CONVERSATION:
        content.append([[topic.text, list(topic.points)] for topic in question.topics])
    return content


TYPED_CHARACTERS_PER_MINUTE = 114
"""19 words a minute of six characters: what people reach who compose at a keyboard (Karat et al., CHI 1999)."""
_READING_SECONDS = 30
_TYPICAL_SHARE = 0.7  # people rarely use the whole limit, and a promise kept early is better than one broken
_DEVICE_CHECK_SECONDS = 90
_FIELD_SECONDS = {
    AnswerKind.SINGLE_CHOICE: 15,
    AnswerKind.MULTIPLE_CHOICE: 20,
    AnswerKind.NUMBER: 15,
    AnswerKind.LINK: 30,
    AnswerKind.FILE: 90,
}
_FIELD_READING_SECONDS = 15  # a line above a field, not a task to think about


def likely_seconds(question: Question) -> float:
    """How long a candidate is likely to spend on this question: reading, thinking, answering."""
    if question.kind in _FIELD_SECONDS:
        return _FIELD_READING_SECONDS + _FIELD_SECONDS[question.kind]
    if question.kind is AnswerKind.TEXT:
        answer = question.max_characters * 60 / TYPED_CHARACTERS_PER_MINUTE / 2
    else:
        answer = question.answer_seconds * _TYPICAL_SHARE
    return _READING_SECONDS + question.think_seconds + answer


def whole_minutes(seconds: float, questions: Iterable[Question]) -> int:
    """Minutes to plan for, rounded up. Where `questions` are recorded somewhere, devices are checked beforehand."""
    recorded = any(question.kind.recorded for question in questions)
    return math.ceil((seconds + (_DEVICE_CHECK_SECONDS if recorded else 0)) / 60)


def minutes(questions: Iterable[Question]) -> int:
    """How long a candidate who is asked all of these should plan for, in whole minutes; 0 without questions."""
    questions = tuple(questions)
    return whole_minutes(sum(map(likely_seconds, questions)), questions)
