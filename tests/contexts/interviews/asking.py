"""Questions of every kind to test policies with, in one line each."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import strategies as st

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.public import AnswerKind, Condition, Operator, Option, Question, ShowIf, Test
from colloquy.kit.ids import new_id

OPTIONS = (Option("a", "Yes"), Option("b", "No"), Option("c", "Perhaps"))


def question(kind: AnswerKind, number: int = 1, **fields) -> Question:
    """A question of this kind, assessed where its kind can be."""
    recorded = kind.recorded
    made = Question(
        id=new_id(),
        number=number,
        text=f"Question number {number}?",
        kind=kind,
        think_seconds=30 if recorded else 0,
        answer_seconds=120 if recorded else 900 if kind is AnswerKind.CONVERSATION else 0,
        takes=3 if recorded else 1,
        weight=2,
        competency_ids=(),
        expected_points=(),
        max_characters=2000 if kind is AnswerKind.TEXT else 0,
        assessed=kind.spoken_or_written,
        options=OPTIONS if kind.choice else (),
        topics=(interviews.Topic(new_id(), "Tell me about it."),) if kind is AnswerKind.CONVERSATION else (),
    )
    return replace(made, **fields)


def when(question_id: UUID, operator: str, value: str | float | None = None) -> Condition:
    """A condition on the answer to that question."""
    return Condition(question_id, Test(Operator(operator), value))


def asked_when(*conditions: Condition, every: bool = True) -> ShowIf:
    """The rule of these conditions."""
    return ShowIf(conditions, every)


BRANCHING = (AnswerKind.SINGLE_CHOICE, AnswerKind.MULTIPLE_CHOICE, AnswerKind.NUMBER, AnswerKind.TEXT)
ANSWERS = {
    AnswerKind.SINGLE_CHOICE: ["a", "b", "c"],
    AnswerKind.MULTIPLE_CHOICE: [frozenset(chosen) for chosen in ("a", "b", "c", "ab", "ac", "bc", "abc")],
    AnswerKind.NUMBER: [0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0],
    AnswerKind.TEXT: [True],
}
"""Answers among which every answer that the tests below tell apart has its like."""


@st.composite
def tests_of(draw, kind: AnswerKind) -> Test:
    """A test that fits answers of this kind."""
    if kind is AnswerKind.SINGLE_CHOICE:
        return Test(draw(st.sampled_from([Operator.IS, Operator.IS_NOT])), draw(st.sampled_from("abc")))
    if kind is AnswerKind.MULTIPLE_CHOICE:
        return Test(draw(st.sampled_from([Operator.INCLUDES, Operator.INCLUDES_NOT])), draw(st.sampled_from("abc")))
    if kind is AnswerKind.NUMBER:
        operator = st.sampled_from([Operator.AT_LEAST, Operator.AT_MOST, Operator.IS, Operator.IS_NOT])
        return Test(draw(operator), draw(st.sampled_from([1, 2, 3])))
    return Test(Operator.ANSWERED)


@st.composite
def interviews_with_branches(draw, most: int = 5) -> tuple[Question, ...]:
    """Questions of several kinds with conditions on earlier ones and knock-outs."""
    made: list[Question] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        kind = draw(st.sampled_from(BRANCHING))
        rule = None
        if made and draw(st.booleans()):
            about = draw(st.lists(st.sampled_from(made), min_size=1, max_size=2))
            rule = ShowIf(tuple(Condition(one.id, draw(tests_of(one.kind))) for one in about), draw(st.booleans()))
        ends = kind is not AnswerKind.TEXT and draw(st.integers(0, 4)) == 0
        made.append(
            question(
                kind,
                number,
                required=draw(st.booleans()),
                show_if=rule,
                knock_out=interviews.KnockOut(draw(tests_of(kind)), "Thank you.") if ends else None,
            )
        )
    return tuple(made)
