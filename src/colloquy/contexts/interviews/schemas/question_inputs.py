"""A question as it comes in: its text, the rules of its kind, and when it is asked."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, FiniteFloat

from colloquy.contexts.interviews.policy.branching import Condition, KnockOut, Operator, ShowIf, Test
from colloquy.contexts.interviews.policy.drafts import (
    ANSWER_SECONDS,
    CHARACTERS,
    CONVERSATION_SECONDS,
    MAX_TEXT,
    NORMAL_WEIGHT,
    TAKES,
    THINK_SECONDS,
    TYPICAL_CONVERSATION_SECONDS,
    QuestionDraft,
)
from colloquy.contexts.interviews.policy.guide import (
    DIFFICULTIES,
    MAX_FOLLOW_UP,
    MAX_SUGGESTED_ANSWER,
    MOST_FOLLOW_UPS,
    NO_GUIDE,
    Guide,
    QuestionType,
)
from colloquy.contexts.interviews.policy.interview import MAX_COMPETENCIES, MAX_EXPECTED_POINTS
from colloquy.contexts.interviews.policy.kinds import AnswerKind, NumberRule, Option, Topic, VideoSource
from colloquy.contexts.interviews.policy.question_parts import (
    FOLLOW_UPS,
    MAX_OPTION_TEXT,
    MAX_OPTIONS,
    MAX_TOPIC_POINTS,
    MAX_TOPIC_TEXT,
    MAX_TOPICS,
    MAX_UNIT,
    OPTION_ID,
)
from colloquy.contexts.interviews.policy.rules import MAX_CONDITIONS, MAX_MESSAGE
from colloquy.contexts.interviews.schemas.inputs import Id, Input, Point, Text, Weight
from colloquy.kit.ids import new_id


class OptionInput(Input):
    """One of the answers to choose from. Leave the id of a new option out; keep it when the text is edited."""

    id: Annotated[str, Field(pattern=f"^{OPTION_ID.pattern}$")] | None = None
    text: Annotated[Text, Field(min_length=1, max_length=MAX_OPTION_TEXT)]


class NumberRuleInput(Input):
    """Which numbers are taken; null on a side means no limit there."""

    lowest: FiniteFloat | None = None
    highest: FiniteFloat | None = None
    unit: Annotated[Text, Field(max_length=MAX_UNIT)] = ""


class TopicInput(Input):
    """A topic of a conversation. `points`: what a full answer mentions; candidates never see them."""

    id: Id | None = None
    text: Annotated[Text, Field(min_length=1, max_length=MAX_TOPIC_TEXT)]
    points: Annotated[list[Point], Field(max_length=MAX_TOPIC_POINTS, default_factory=list)]


class TestInput(Input):
    """What is asked of an answer: `value` is an option's id or a number, and null with `answered`."""

    # pytest collects classes by this name where tests import it.
    __test__ = False

    operator: Annotated[
        Operator,
        Field(
            strict=False,
            description="`is`, `is_not`: single choice, number. `includes`, `includes_not`: multiple choice."
            " `at_least`, `at_most`: number. `answered`: any kind.",
        ),
    ]
    value: Annotated[str, Field(max_length=16)] | FiniteFloat | None = None

    def test(self) -> Test:
        """The same for the use case."""
        return Test(self.operator, self.value)


class ConditionInput(TestInput):
    """A test of the answer to an earlier question."""

    question_id: Id


class ShowIfInput(Input):
    """The question is asked when all conditions hold, or with `every` false at least one."""

    every: bool = True
    conditions: Annotated[list[ConditionInput], Field(min_length=1, max_length=MAX_CONDITIONS)]

    def rule(self) -> ShowIf:
        """The same for the use case."""
        return ShowIf(tuple(Condition(one.question_id, one.test()) for one in self.conditions), self.every)


class KnockOutInput(TestInput):
    """An answer that passes the test ends the interview. Nobody is rejected by it: a person decides."""

    message: Annotated[Text, Field(min_length=1, max_length=MAX_MESSAGE, description="What the candidate reads.")]


class GuideInput(Input):
    """What the question is meant for, and what a good answer sounds like. Candidates see none of it."""

    type: Annotated[QuestionType | None, Field(strict=False)] = None
    difficulty: Annotated[int | None, Field(ge=DIFFICULTIES[0], le=DIFFICULTIES[-1], description="1: basic.")] = None
    answer: Annotated[Text, Field(max_length=MAX_SUGGESTED_ANSWER)] = ""
    follow_ups: Annotated[
        list[Annotated[Text, Field(max_length=MAX_FOLLOW_UP)]], Field(max_length=MOST_FOLLOW_UPS, default_factory=list)
    ]

    def guide(self) -> Guide:
        """The same for the use case."""
        return Guide(self.type, self.difficulty, self.answer, tuple(self.follow_ups))


class QuestionInput(Input):
    """A question. Rules that its kind does not have are ignored.

    `think_seconds` and `takes` are for video and audio; `answer_seconds` for these (10 to 1800) and for conversations
    (120 to 3600); `max_characters` for text; `source` for video; `upload_allowed` for video and audio; `options` for
    choices; `number_rule` for numbers; `topics` and `follow_ups` for conversations; `knock_out` for choices and
    numbers. Only video, audio, text and conversation are assessed.
    """

    text: Annotated[Text, Field(min_length=1, max_length=MAX_TEXT)]
    kind: Annotated[AnswerKind, Field(strict=False)] = AnswerKind.VIDEO
    think_seconds: Annotated[int, Field(ge=THINK_SECONDS[0], le=THINK_SECONDS[1])] = 30
    answer_seconds: (
        Annotated[
            int,
            Field(
                ge=ANSWER_SECONDS[0],
                le=CONVERSATION_SECONDS[1],
                description=f"Default: 120; {TYPICAL_CONVERSATION_SECONDS} for a conversation.",
            ),
        ]
        | None
    ) = None
    max_characters: Annotated[int, Field(ge=CHARACTERS[0], le=CHARACTERS[1])] = 2000
    takes: Annotated[int, Field(ge=TAKES[0], le=TAKES[1])] = 3
    weight: Weight = NORMAL_WEIGHT
    assessed: Annotated[
        bool, Field(description="False: the answer is for people to know, no competency is judged.")
    ] = True
    competency_ids: Annotated[list[Id], Field(max_length=MAX_COMPETENCIES, default_factory=list)]
    expected_points: Annotated[list[Point], Field(max_length=MAX_EXPECTED_POINTS, default_factory=list)]
    required: Annotated[bool, Field(description="False: candidates may leave it out.")] = True
    source: Annotated[VideoSource, Field(strict=False, description="`screen`: the screen is recorded.")] = (
        VideoSource.CAMERA
    )
    upload_allowed: Annotated[bool, Field(description="A file may be uploaded instead of recording here.")] = False
    options: Annotated[list[OptionInput], Field(max_length=MAX_OPTIONS, default_factory=list)]
    number_rule: NumberRuleInput = NumberRuleInput()
    topics: Annotated[list[TopicInput], Field(max_length=MAX_TOPICS, default_factory=list)]
    follow_ups: Annotated[
        int, Field(ge=FOLLOW_UPS[0], le=FOLLOW_UPS[1], description="The most follow-up questions for each topic.")
    ] = 2
    show_if: Annotated[ShowIfInput | None, Field(description="When it is asked; null: always.")] = None
    knock_out: KnockOutInput | None = None
    guide: GuideInput | None = None

    def draft(self) -> QuestionDraft:
        """The same for the use case."""
        usual = TYPICAL_CONVERSATION_SECONDS if self.kind is AnswerKind.CONVERSATION else 120
        rule, knock_out = self.number_rule, self.knock_out
        return QuestionDraft(
            text=self.text,
            kind=self.kind,
            think_seconds=self.think_seconds,
            answer_seconds=usual if self.answer_seconds is None else self.answer_seconds,
            max_characters=self.max_characters,
            takes=self.takes,
            weight=self.weight,
            assessed=self.assessed,
            competency_ids=tuple(self.competency_ids),
            expected_points=tuple(self.expected_points),
            required=self.required,
            source=self.source,
            upload_allowed=self.upload_allowed,
            options=tuple(Option(option.id or "", option.text) for option in self.options),
            number_rule=NumberRule(rule.lowest, rule.highest, rule.unit),
            topics=tuple(Topic(_known(topic.id), topic.text, tuple(topic.points)) for topic in self.topics),
            follow_ups=self.follow_ups,
            show_if=None if self.show_if is None else self.show_if.rule(),
            knock_out=None if knock_out is None else KnockOut(knock_out.test(), knock_out.message),
            guide=NO_GUIDE if self.guide is None else self.guide.guide(),
        )


def _known(topic_id: UUID | None) -> UUID:
    return new_id() if topic_id is None else topic_id
