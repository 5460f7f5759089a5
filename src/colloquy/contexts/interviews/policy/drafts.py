"""What a recruiter writes, before it is accepted: its limits, and what to do where it is outside them.

Forms and the API share these, so a rule is written once. The answer is a mapping of a field's name to words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from colloquy.contexts.interviews.policy.branching import KnockOut, ShowIf
from colloquy.contexts.interviews.policy.guide import NO_GUIDE, Guide
from colloquy.contexts.interviews.policy.interview import (
    LEVELS,
    MAX_EXPECTED_POINTS,
    REMINDER_HOURS,
    CompetencyKind,
)
from colloquy.contexts.interviews.policy.kinds import (
    ANY_NUMBER,
    AnswerKind,
    NumberRule,
    Option,
    QuestionOrder,
    Topic,
    VideoSource,
)
from colloquy.contexts.interviews.policy.question_parts import (
    FOLLOW_UPS,
    MAX_POINT,
    number_problem,
    options_problem,
    tidied_options,
    tidied_topics,
    topics_problem,
)
from colloquy.contexts.interviews.policy.rules import knock_out_problem
from colloquy.contexts.interviews.policy.texts import Problems, one_line, several_lines, text_problem
from colloquy.contexts.interviews.policy.vacancy import Vacancy, tidied_vacancy, vacancy_problems
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

LANGUAGES = ("en", "ru")
MAX_TITLE = 200
MAX_TEXT = 4000
MAX_NAME = 120
MAX_COMPETENCY_DESCRIPTION = 2000
MAX_ANCHOR = 1000
RETENTION_DAYS = (1, 3650)
DEFAULT_RETENTION_DAYS = 180
THINK_SECONDS = (0, 600)
ANSWER_SECONDS = (10, 1800)
CONVERSATION_SECONDS = (120, 3600)
TYPICAL_CONVERSATION_SECONDS = 900
TIME_LIMIT_MINUTES = (5, 480)
MOST_REMINDERS = 4
REMINDER_LIMITS = (1, 336)
CHARACTERS = (50, 10_000)
TAKES = (1, 10)
WEIGHTS = (1, 10)
_BETWEEN = N_("Choose between %(lowest)s and %(highest)s.")
_DAYS = N_("Choose between %(lowest)s and %(highest)s days.")
_MINUTES = N_("Choose between %(lowest)s and %(highest)s minutes.")
_SECONDS = N_("Choose between %(lowest)s and %(highest)s seconds.")
_CHARACTERS = N_("Choose between %(lowest)s and %(highest)s characters.")
_TAKES = N_("Choose between %(lowest)s and %(highest)s takes.")
NORMAL_WEIGHT = 2  # whole numbers only, so that "half as much" is 1 and "twice as much" is 4
REQUIRED_ANCHORS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Description:
    """What an interview says of itself, and how long it runs and is kept."""

    title: str
    role_title: str = ""
    description: str = ""
    language: str = "en"
    retention_days: int = DEFAULT_RETENTION_DAYS
    closes_at: datetime | None = None
    order: QuestionOrder = QuestionOrder.FIXED
    time_limit_minutes: int | None = None
    practice: bool = True
    blind_review: bool = True
    reminder_hours: tuple[int, ...] = REMINDER_HOURS
    vacancy: Vacancy | None = None

    def tidied(self) -> Description:
        """Without space around the texts and line breaks in the titles; reminders from the earliest on, each once."""
        return replace(
            self,
            reminder_hours=tuple(sorted(set(self.reminder_hours), reverse=True)),
            vacancy=None if self.vacancy is None else tidied_vacancy(self.vacancy),
            title=one_line(self.title),
            role_title=one_line(self.role_title),
            description=several_lines(self.description),
        )

    def problems(self) -> Problems:
        """What is outside its limits. `closes_at` is judged where the time is known."""
        found: Problems = {}
        if not self.title:
            found["title"] = _("Give the interview a title. Candidates see it first.")
        _at_most(found, "title", self.title, MAX_TITLE)
        _at_most(found, "role_title", self.role_title, MAX_TITLE)
        _at_most(found, "description", self.description, MAX_TEXT)
        if self.language not in LANGUAGES:
            found["language"] = _("Choose one of these languages: %(choices)s.", choices=", ".join(LANGUAGES))
        _within(found, "retention_days", self.retention_days, RETENTION_DAYS, _DAYS)
        if self.time_limit_minutes is not None:
            _within(found, "time_limit_minutes", self.time_limit_minutes, TIME_LIMIT_MINUTES, _MINUTES)
        lowest, highest = REMINDER_LIMITS
        if len(self.reminder_hours) > MOST_REMINDERS:
            found["reminder_hours"] = _("Remind at most %(number)s times.", number=MOST_REMINDERS)
        elif not all(lowest <= hours <= highest for hours in self.reminder_hours):
            found["reminder_hours"] = _(
                "Remind between %(lowest)s and %(highest)s hours before the end.", lowest=lowest, highest=highest
            )
        return found | ({} if self.vacancy is None else vacancy_problems(self.vacancy))


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

    def tidied(self) -> QuestionDraft:
        """Trimmed, empty points left out, and only the rules of its kind: the others are zero or not there."""
        kind = self.kind
        words, recorded = kind.spoken_or_written, kind.recorded
        points = tuple(point for point in map(one_line, self.expected_points) if point)
        rule = self.knock_out
        return replace(
            self,
            text=several_lines(self.text),
            think_seconds=self.think_seconds if recorded else 0,
            answer_seconds=self.answer_seconds if recorded or kind is AnswerKind.CONVERSATION else 0,
            max_characters=self.max_characters if kind is AnswerKind.TEXT else 0,
            takes=self.takes if recorded else 1,
            # Only words are evaluated: a choice, a number, a file or a link is for people to see.
            assessed=self.assessed and words,
            competency_ids=tuple(dict.fromkeys(self.competency_ids)) if words else (),
            weight=self.weight if words else NORMAL_WEIGHT,
            # What a conversation is to bring out is said topic by topic.
            expected_points=points if words and kind is not AnswerKind.CONVERSATION else (),
            source=self.source if kind is AnswerKind.VIDEO else VideoSource.CAMERA,
            upload_allowed=self.upload_allowed and recorded,
            options=tidied_options(self.options) if kind.choice else (),
            number_rule=replace(self.number_rule, unit=one_line(self.number_rule.unit))
            if kind is AnswerKind.NUMBER
            else ANY_NUMBER,
            topics=tidied_topics(self.topics) if kind is AnswerKind.CONVERSATION else (),
            follow_ups=self.follow_ups if kind is AnswerKind.CONVERSATION else 2,
            knock_out=None if rule is None else replace(rule, message=several_lines(rule.message)),
            guide=self.guide.tidied() if words else NO_GUIDE,
        )

    def problems(self) -> Problems:
        """What is outside its limits, of a tidied draft. `show_if` is judged where the other questions are known."""
        found: Problems = {}
        if not self.text:
            found["text"] = _("Write the question.")
        _at_most(found, "text", self.text, MAX_TEXT)
        self._limits(found)
        parts = {
            "options": options_problem(self.options) if self.kind.choice else None,
            "number_rule": number_problem(self.number_rule),
            "topics": topics_problem(self.topics) if self.kind is AnswerKind.CONVERSATION else None,
            "knock_out": knock_out_problem(self.kind, self.options, self.knock_out) if self.knock_out else None,
        }
        found |= {name: problem for name, problem in parts.items() if problem is not None}
        found |= self.guide.problems()
        if len(self.expected_points) > MAX_EXPECTED_POINTS:
            found["expected_points"] = _(
                "Keep to %(number)s points; these are %(given)s.",
                number=MAX_EXPECTED_POINTS,
                given=len(self.expected_points),
            )
        elif any(len(point) > MAX_POINT for point in self.expected_points):
            found["expected_points"] = _(
                "Keep each point under %(number)s characters: one fact a line.", number=MAX_POINT
            )
        return found

    def _limits(self, found: Problems) -> None:
        if self.kind is AnswerKind.TEXT:
            _within(found, "max_characters", self.max_characters, CHARACTERS, _CHARACTERS)
        elif self.kind is AnswerKind.CONVERSATION:
            _within(found, "answer_seconds", self.answer_seconds, CONVERSATION_SECONDS, _SECONDS)
            _within(found, "follow_ups", self.follow_ups, FOLLOW_UPS)
        elif self.kind.recorded:
            _within(found, "think_seconds", self.think_seconds, THINK_SECONDS, _SECONDS)
            _within(found, "answer_seconds", self.answer_seconds, ANSWER_SECONDS, _SECONDS)
            _within(found, "takes", self.takes, TAKES, _TAKES)
        _within(found, "weight", self.weight, WEIGHTS)


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
        anchors = {level: one_line(self.anchors[level]) for level in sorted(self.anchors)}
        return replace(
            self,
            name=one_line(self.name),
            description=several_lines(self.description),
            anchors={level: text for level, text in anchors.items() if text},
        )

    def problems(self) -> Problems:
        """What is outside its limits, of a tidied draft. Anchors are named `anchor_1` to `anchor_5`."""
        found: Problems = {}
        if not self.name:
            found["name"] = _("Name the competency, in words a candidate would understand.")
        _at_most(found, "name", self.name, MAX_NAME)
        _at_most(found, "description", self.description, MAX_COMPETENCY_DESCRIPTION)
        _within(found, "weight", self.weight, WEIGHTS)
        for level in REQUIRED_ANCHORS:
            if level not in self.anchors:
                found[f"anchor_{level}"] = _("Say what an answer on level %(level)s sounds like.", level=level)
        for level, text in self.anchors.items():
            if level not in LEVELS:
                found["anchors"] = _("Levels run from 1 to 5.")
            else:
                _at_most(found, f"anchor_{level}", text, MAX_ANCHOR)
        return found


def _at_most(found: Problems, name: str, text: str, longest: int) -> None:
    if problem := text_problem(text, longest):
        found[name] = problem


def _within(found: Problems, name: str, number: int, limits: tuple[int, int], between: str = _BETWEEN) -> None:
    lowest, highest = limits
    if not lowest <= number <= highest:
        found[name] = _(between, lowest=lowest, highest=highest)
