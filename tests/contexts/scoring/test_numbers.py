"""Scores from levels: who counts, how much, and how sure we are."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.scoring.policy import JudgedAnswer, JudgedCompetency, numbers, points_for


def answer(weight: float, *competencies: tuple[str, float, int | None]) -> JudgedAnswer:
    return JudgedAnswer(weight, tuple(JudgedCompetency(*competency) for competency in competencies))


@pytest.mark.parametrize(("level", "points"), [(1, 0), (2, 25), (3, 50), (4, 75), (5, 100)])
def test_a_level_is_worth_a_quarter_of_the_way_per_step(level, points):
    assert points_for(level) == points


@pytest.mark.parametrize(
    ("name", "answers", "technical", "communication", "overall"),
    [
        ("nothing at all", [], None, None, None),
        ("no evidence", [answer(1, ("technical", 1, None))], None, None, None),
        ("one level", [answer(1, ("technical", 1, 4))], 75.0, None, 75.0),
        ("behavioural counts overall only", [answer(1, ("behavioural", 1, 5))], None, None, 100.0),
        ("each kind has its score", [answer(1, ("technical", 1, 5), ("communication", 1, 2))], 100.0, 25.0, 62.5),
        ("question weights", [answer(3, ("technical", 1, 5)), answer(1, ("technical", 1, 1))], 75.0, None, 75.0),
        ("competency weights", [answer(1, ("technical", 3, 3), ("behavioural", 1, 1))], 50.0, None, 37.5),
        (
            "a question probing more competencies does not count more",
            [answer(1, ("technical", 1, 5), ("technical", 1, 5), ("technical", 1, 5)), answer(1, ("technical", 1, 1))],
            50.0,
            None,
            50.0,
        ),
        (
            "insufficient evidence never lowers a score",
            [answer(1, ("technical", 1, 4)), answer(5, ("technical", 1, None))],
            75.0,
            None,
            75.0,
        ),
        (
            "a weight of nothing counts nothing",
            [answer(1, ("technical", 0, 1), ("technical", 1, 5))],
            100.0,
            None,
            100.0,
        ),
        (
            "a question of no weight counts nothing",
            [answer(0, ("technical", 1, 1)), answer(1, ("technical", 1, 3))],
            50.0,
            None,
            50.0,
        ),
        (
            "thirds are rounded to one decimal",
            [answer(1, ("technical", 1, 5)), answer(2, ("technical", 1, 1))],
            33.3,
            None,
            33.3,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_scores_are_weighted_means_of_the_judged_levels(name, answers, technical, communication, overall):
    scores = numbers(answers)

    assert (scores.technical_score, scores.communication_score, scores.overall_score) == (
        technical,
        communication,
        overall,
    )


@pytest.mark.parametrize(
    ("answers", "share", "needs_human"),
    [
        ([], 0.0, True),
        ([answer(0, ("technical", 1, 5))], 0.0, True),
        ([answer(1, ("technical", 1, 5))], 1.0, False),
        ([answer(1, ("technical", 1, 5)), answer(1, ("technical", 1, None))], 0.5, False),
        ([answer(1, ("technical", 1, 5)), answer(2, ("technical", 1, None))], 0.3333, True),
        ([answer(1, ("technical", 1, 5), ("behavioural", 3, None))], 0.25, True),
    ],
)
def test_too_little_evidence_calls_for_a_person(answers, share, needs_human):
    scores = numbers(answers)

    assert (scores.judged_share, scores.needs_human) == (share, needs_human)


def test_the_band_of_one_answer_is_the_error_of_one_rater():
    scores = numbers([answer(1, ("technical", 1, 3))])

    assert scores.band is not None
    assert (scores.band.low, scores.band.high) == (27.0, 73.0)  # 50 -+ 1.28 * 18


def test_four_equal_answers_halve_the_band_and_four_unequal_ones_do_not():
    equal = numbers([answer(1, ("technical", 1, 3))] * 4).band
    unequal = numbers([answer(100, ("technical", 1, 3)), *[answer(1, ("technical", 1, 3))] * 3]).band

    assert equal is not None
    assert unequal is not None
    assert (equal.low, equal.high) == (38.5, 61.5)
    assert unequal.high - unequal.low > 1.9 * (equal.high - equal.low)


def test_two_competencies_of_one_answer_are_not_two_answers():
    one = numbers([answer(1, ("technical", 1, 3))]).band
    two = numbers([answer(1, ("technical", 1, 3), ("behavioural", 1, 3))]).band

    assert one == two


def test_what_was_not_judged_could_have_been_anything():
    scores = numbers([answer(1, ("technical", 1, 5)), answer(1, ("technical", 1, None))])

    assert scores.band is not None
    assert scores.overall_score == 100.0
    assert (scores.band.low, scores.band.high) == (38.5, 100.0)  # half of (100 - 23.04), and half of 100 + half of 100


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_a_weight_that_is_no_amount_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        numbers([answer(weight, ("technical", 1, 3))])
    with pytest.raises(ValueError, match="weight"):
        numbers([answer(1, ("technical", weight, 3))])


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_outside_the_scale_is_refused(level):
    with pytest.raises(ValueError, match="scale"):
        numbers([answer(1, ("technical", 1, level))])


competency = st.tuples(
    st.sampled_from(["technical", "communication", "behavioural"]),
    st.floats(0, 10),
    st.none() | st.integers(1, 5),
)
interviews = st.lists(
    st.builds(lambda weight, parts: answer(weight, *parts), st.floats(0, 10), st.lists(competency, max_size=4)),
    max_size=6,
)


@given(interviews)
def test_scores_stay_on_the_scale_inside_their_band(answers):
    scores = numbers(answers)

    assert 0 <= scores.judged_share <= 1
    assert (scores.band is None) == (scores.overall_score is None)
    if scores.band is not None:
        assert 0 <= scores.band.low <= scores.overall_score <= scores.band.high <= 100


@given(interviews, st.integers(0, 5))
def test_an_answer_without_evidence_changes_no_score(answers, position):
    before = numbers(answers)
    after = numbers([*answers[:position], answer(1, ("technical", 1, None)), *answers[position:]])

    assert after.overall_score == before.overall_score
    assert after.technical_score == before.technical_score
    assert after.judged_share <= before.judged_share
