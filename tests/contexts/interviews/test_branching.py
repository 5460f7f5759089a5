"""Which questions are asked: tests of answers, conditions, knock-outs, and what a changed mind does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contexts.interviews.asking import ANSWERS, asked_when, interviews_with_branches, question, when

from colloquy.contexts.interviews.public import AnswerKind, KnockOut, Operator, Test, knocked_out, on_path
from colloquy.kit.ids import new_id

A_AND_B = frozenset({"a", "b"})


@pytest.mark.parametrize(
    ("operator", "value", "answer", "holds"),
    [
        ("is", "a", "a", True),
        ("is", "a", "b", False),
        ("is", "a", frozenset({"a"}), True),
        ("is", "a", A_AND_B, False),
        ("is", 3, 3.0, True),
        ("is", 3, 3.5, False),
        ("is_not", "a", "b", True),
        ("is_not", "a", "a", False),
        ("is_not", "a", A_AND_B, True),
        ("is_not", 3, 3.0, False),
        ("includes", "a", A_AND_B, True),
        ("includes", "c", A_AND_B, False),
        ("includes", "a", "a", True),
        ("includes", "a", 1.0, False),
        ("includes_not", "c", A_AND_B, True),
        ("includes_not", "a", A_AND_B, False),
        ("at_least", 2, 2.0, True),
        ("at_least", 2, 1.9, False),
        ("at_most", 2, 2.0, True),
        ("at_most", 2, 2.1, False),
        ("at_least", 0, True, False),
        ("at_least", 2, "3", False),
        ("answered", None, "a", True),
        ("answered", None, True, True),
        ("answered", None, 0.0, True),
        *((operator, "a", None, False) for operator in Operator),
    ],
)
def test_a_test_of_an_answer(operator, value, answer, holds):
    assert Test(Operator(operator), value).holds(answer) is holds


CHOICE, NUMBER = question(AnswerKind.SINGLE_CHOICE, 1), question(AnswerKind.NUMBER, 2)


@pytest.mark.parametrize(
    ("every", "given_answers", "asked"),
    [
        (True, {CHOICE.id: "a", NUMBER.id: 5.0}, True),
        (True, {CHOICE.id: "a", NUMBER.id: 1.0}, False),
        (True, {CHOICE.id: "a"}, False),
        (True, {}, False),
        (False, {CHOICE.id: "b", NUMBER.id: 5.0}, True),
        (False, {CHOICE.id: "a"}, True),
        (False, {CHOICE.id: "b"}, False),
    ],
)
def test_all_conditions_or_at_least_one(every, given_answers, asked):
    rule = asked_when(when(CHOICE.id, "is", "a"), when(NUMBER.id, "at_least", 3), every=every)
    last = question(AnswerKind.VIDEO, 3, show_if=rule)

    assert (last in on_path([CHOICE, NUMBER, last], given_answers)) is asked


def test_a_changed_mind_upstream_hides_what_hung_on_it():
    second = question(AnswerKind.SINGLE_CHOICE, 2, show_if=asked_when(when(CHOICE.id, "is", "a")))
    third = question(AnswerKind.VIDEO, 3, show_if=asked_when(when(second.id, "is", "b")))
    questions = [CHOICE, second, third]

    assert on_path(questions, {CHOICE.id: "a", second.id: "b"}) == (CHOICE, second, third)
    # The answer to the second question is still there, and does not count: the question is not asked any more.
    assert on_path(questions, {CHOICE.id: "c", second.id: "b"}) == (CHOICE,)


def test_a_hidden_answer_ends_nothing():
    ending = KnockOut(Test(Operator.IS, "b"), "Thank you.")
    second = question(AnswerKind.SINGLE_CHOICE, 2, show_if=asked_when(when(CHOICE.id, "is", "a")), knock_out=ending)

    assert knocked_out([CHOICE, second], {CHOICE.id: "a", second.id: "b"}) == second
    assert knocked_out([CHOICE, second], {CHOICE.id: "a", second.id: "a"}) is None
    assert knocked_out([CHOICE, second], {CHOICE.id: "c", second.id: "b"}) is None


def test_the_first_answer_that_ends_it_counts():
    first = replace(CHOICE, knock_out=KnockOut(Test(Operator.IS, "b")))
    second = question(AnswerKind.NUMBER, 2, knock_out=KnockOut(Test(Operator.AT_MOST, 1)))

    assert knocked_out([first, second], {first.id: "b", second.id: 0.0}) == first
    assert knocked_out([first, second], {second.id: 0.0}) == second


def test_a_condition_on_a_question_that_is_gone_is_never_met():
    lost = question(AnswerKind.VIDEO, 2, show_if=asked_when(when(new_id(), "is_not", "a")))
    assert on_path([CHOICE, lost], {CHOICE.id: "a"}) == (CHOICE,)


@st.composite
def answered(draw):
    """Questions and answers to any of them, asked or not."""
    questions = draw(interviews_with_branches())
    given_answers = {one.id: draw(st.sampled_from(ANSWERS[one.kind])) for one in questions if draw(st.booleans())}
    return questions, given_answers


@settings(max_examples=300)
@given(answered())
def test_nobody_is_asked_a_question_whose_condition_fails(case):
    questions, answers = case
    path = on_path(questions, answers)

    on_it = {one.id for one in path}
    counted = {key: answer for key, answer in answers.items() if key in on_it}
    for one in questions:
        assert (one in path) is (one.show_if is None or one.show_if.holds(counted))
    assert list(path) == sorted(path, key=lambda one: one.number)
    # Answers to questions that are not asked change nothing.
    assert on_path(questions, counted) == path
