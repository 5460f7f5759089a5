"""Every way through an interview: its extremes, against walking each of them."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given, settings
from tests.contexts.interviews.asking import ANSWERS, asked_when, interviews_with_branches, question, when

from colloquy.contexts.interviews.policy.interview import likely_seconds, minutes, whole_minutes
from colloquy.contexts.interviews.policy.paths import planned_minutes, survey
from colloquy.contexts.interviews.public import (
    AnswerKind,
    KnockOut,
    NumberRule,
    Operator,
    Option,
    Test,
    knocked_out,
    on_path,
)

YES = question(AnswerKind.SINGLE_CHOICE, 1)


def walked(questions):
    """Each way through the questions, by trying every answer: the questions asked, and the one that ended it."""
    for chosen in itertools.product(*([*ANSWERS[one.kind], *([] if one.required else [None])] for one in questions)):
        answers = {one.id: answer for one, answer in zip(questions, chosen, strict=True) if answer is not None}
        ended = knocked_out(questions, answers)
        path = on_path(questions, answers)
        yield path[: path.index(ended) + 1] if ended else path, ended


@settings(max_examples=150, deadline=None)
@given(interviews_with_branches(most=4))
def test_the_figures_are_those_of_walking_every_way(questions):
    ways = list(walked(questions))
    found = survey(questions)

    assert found.exact
    assert (found.least, found.most) == (min(len(way) for way, _ in ways), max(len(way) for way, _ in ways))
    seconds = [sum(map(likely_seconds, way)) for way, _ in ways]
    assert (found.shortest, found.longest) == tuple(
        whole_minutes(figure, questions) for figure in (min(seconds), max(seconds))
    )
    reached = {one.id for way, _ in ways for one in way}
    assert found.unreachable == tuple(one.number for one in questions if one.id not in reached)
    finished = [way for way, ended in ways if ended is None]
    assert found.unassessed is any(not any(one.assessed for one in way) for way in finished)


def test_without_branches_everybody_is_asked_everything():
    questions = [question(kind, number) for number, kind in enumerate(AnswerKind, 1)]
    found = survey(questions)

    assert (found.least, found.most, found.exact) == (9, 9, True)
    assert found.shortest == found.longest == minutes(questions)


def test_two_conditions_that_exclude_each_other_are_told():
    never = asked_when(when(YES.id, "is", "a"), when(YES.id, "is", "b"))
    questions = [YES, question(AnswerKind.VIDEO, 2, show_if=never), question(AnswerKind.VIDEO, 3)]

    assert survey(questions).unreachable == (2,)


def test_numbers_outside_their_limits_lead_nowhere():
    years = question(AnswerKind.NUMBER, 1, number_rule=NumberRule(0, 10))
    seen = [years, question(AnswerKind.VIDEO, 2, show_if=asked_when(when(years.id, "at_least", 11)))]
    edge = [years, question(AnswerKind.VIDEO, 2, show_if=asked_when(when(years.id, "at_least", 10)))]

    assert survey(seen).unreachable == (2,)
    assert survey(edge).unreachable == ()


def test_an_interview_that_only_some_finish_says_so():
    stop = replace(YES, knock_out=KnockOut(Test(Operator.IS, "b")))
    questions = [stop, question(AnswerKind.VIDEO, 2), question(AnswerKind.VIDEO, 3)]
    found = survey(questions)

    assert (found.least, found.most) == (1, 3)
    # Who is stopped is asked nothing assessed, and that is what the rule is for.
    assert not found.unassessed
    assert survey([stop]).unassessed


def test_too_many_ways_give_bounds_that_hold():
    options = tuple(Option(key, key) for key in "abcdefgh")
    forks = [question(AnswerKind.MULTIPLE_CHOICE, number, options=options) for number in range(1, 5)]
    wide = asked_when(*(when(fork.id, "includes", key) for fork in forks for key in "ab"))
    last = [
        question(AnswerKind.VIDEO, 5 + place, show_if=asked_when(*(when(fork.id, "includes", key) for fork in forks)))
        for place, key in enumerate("abcdefgh")
    ]
    found = survey([*forks, question(AnswerKind.TEXT, 20, show_if=wide), *last])

    assert not found.exact
    assert (found.least, found.most) == (4, 13)
    assert found.shortest <= found.longest


def test_candidates_plan_for_the_longest_way():
    fork = [
        YES,
        question(AnswerKind.VIDEO, 2, show_if=asked_when(when(YES.id, "is", "a"))),
        question(AnswerKind.VIDEO, 3, show_if=asked_when(when(YES.id, "is_not", "a")), answer_seconds=600),
    ]

    assert planned_minutes(fork) == survey(fork).longest < minutes(fork)
    assert planned_minutes([YES]) == minutes([YES])
    assert planned_minutes([]) == 0
