"""Drift between two judgements of a cohort, against examples worked out by hand."""

from __future__ import annotations

import pytest

from colloquy.contexts.scoring.policy import drift
from colloquy.contexts.scoring.policy.drift import Crossing, Pair, Scores


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # The same throughout; and no disagreement at all with nothing that varies, where chance explains everything.
        ([(1, 1), (3, 3), (5, 5)], 1.0),
        ([(3, 3), (3, 3)], None),
        ([], None),
        # Turned round: D = 16 + 0 + 16 = 32; expected = 35 + 35 - 2 * 9 * 9 / 3 = 16; 1 - 2 = -1.
        ([(1, 5), (3, 3), (5, 1)], -1.0),
        # D = 1; sum x^2 = 30, sum y^2 = 39, sum x = 10, sum y = 11; expected = 69 - 55 = 14; 1 - 1/14.
        ([(1, 1), (2, 3), (3, 3), (4, 4)][:4], 1 - 1 / (30 + 35 - 2 * 10 * 11 / 4)),
        # One side constant: D = 2; expected = 14 + 12 - 2 * 6 * 6 / 3 = 2; no better than chance.
        ([(1, 2), (2, 2), (3, 2)], 0.0),
    ],
)
def test_kappa_with_quadratic_weights(pairs, expected):
    assert drift.quadratic_kappa(pairs) == (None if expected is None else pytest.approx(expected))


def test_kappa_is_that_of_the_table_of_weights():
    pairs = [(1, 2), (2, 2), (3, 4), (4, 4), (5, 3), (2, 1), (3, 3)]
    n = len(pairs)
    observed = sum((x - y) ** 2 for x, y in pairs)
    old, new = [x for x, _ in pairs], [y for _, y in pairs]
    chance = sum((x - y) ** 2 for x in old for y in new) / n
    assert drift.quadratic_kappa(pairs) == pytest.approx(1 - observed / chance)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(10, 1), (20, 2), (30, 3)], 1.0),
        ([(10, 3), (20, 2), (30, 1)], -1.0),
        # Ranks 1 2 3 4 and 1 3 2 4: 1 - 6 * 2 / (4 * 15) = 0.8.
        ([(1, 10), (2, 30), (3, 20), (4, 40)], 0.8),
        # Ties share ranks: 1.5 1.5 3 against 1 2 3: covariance 1.5, variances 1.5 and 2.
        ([(5, 1), (5, 2), (9, 3)], 1.5 / (1.5 * 2) ** 0.5),
        ([(1, 1), (2, 2)], None),
        ([(1, 7), (2, 7), (3, 7)], None),
    ],
)
def test_spearman(pairs, expected):
    assert drift.spearman(pairs) == (None if expected is None else pytest.approx(expected))


def test_the_figures_of_a_small_cohort():
    found = drift.level_drift(
        [
            Pair("a", 2, 3),
            Pair("a", 4, 4),
            Pair("b", 3, 1),
            Pair("c", 5, 4),
            Pair("c", None, 2),
            Pair("d", 3, None),
            Pair("d", None, None),
        ]
    )

    assert (found.n, found.candidates, found.gained, found.lost) == (4, 3, 1, 1)
    assert found.shift.value == pytest.approx((1 + 0 - 2 - 1) / 4)
    assert found.absolute.value == pytest.approx((1 + 0 + 2 + 1) / 4)
    assert found.changed.value == 0.75
    # Means 3, 3, 5 and 3.5, 1, 4: ranks 1.5 1.5 3 and 2 1 3.
    assert found.rank.value == pytest.approx(1.5 / (1.5 * 2) ** 0.5)


def test_with_too_few_candidates_nothing_is_told_beyond_what_happened():
    few = drift.level_drift([Pair(str(one), 1 + one % 5, 1 + one % 4) for one in range(drift.ENOUGH - 1)])
    many = drift.level_drift([Pair(str(one), 1 + one % 5, 1 + one % 4) for one in range(drift.ENOUGH)])

    assert not few.enough
    assert {one.low for one in (few.shift, few.absolute, few.changed, few.kappa, few.rank)} == {None}
    assert many.enough
    assert many.shift.low <= many.shift.value <= many.shift.high


def test_an_interval_holds_what_it_must():
    # Everybody moves by one level exactly: whoever is drawn, the shift is 1.
    sure = drift.level_drift([Pair(str(one), 1 + one % 4, 2 + one % 4) for one in range(40)])
    assert (sure.shift.low, sure.shift.value, sure.shift.high) == (1, 1, 1)
    # Half of them move by two, half stay: 40 draws of 0 or 2 have a standard error of 1/sqrt(40) = 0.158.
    half = drift.level_drift([Pair(str(one), 2, 4 if one % 2 else 2) for one in range(40)])
    assert half.shift.value == 1
    assert 1 - half.shift.low == pytest.approx(1.96 * 0.158, abs=0.1)
    assert half.shift.high - 1 == pytest.approx(1.96 * 0.158, abs=0.1)


def test_the_same_cohort_has_the_same_interval_each_time():
    pairs = [Pair(str(one), 1 + one % 5, 1 + (one * 3) % 5) for one in range(20)]
    assert drift.level_drift(pairs) == drift.level_drift(pairs)


def test_answers_of_one_person_go_together():
    # Twenty answers of one candidate are one candidate's.
    assert not drift.level_drift([Pair("a", 2, 3)] * 20).enough


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0, 1), (12.4, 1), (12.5, 2), (37.4, 2), (37.5, 3), (62.5, 4), (87.4, 4), (87.5, 5), (100, 5)],
)
def test_bands_are_the_nearest_levels(score, expected):
    assert drift.band(score) == expected


def test_who_crosses_a_band_is_named_with_both_scores():
    scores = [Scores("a", 50, 60), Scores("b", 60, 65), Scores("c", 90, 20), Scores("d", None, 50)]
    assert drift.crossings(scores) == [Crossing("c", 90, 20, 5, 2), Crossing("b", 60, 65, 3, 4)]


def test_overall_scores_drift_in_points_and_in_bands():
    found = drift.score_drift([Scores("a", 50, 60), Scores("b", 60, 65), Scores("c", None, 50), Scores("d", 10, None)])
    assert (found.n, found.gained, found.lost) == (2, 1, 1)
    assert (found.shift.value, found.absolute.value, found.changed.value) == (7.5, 7.5, 0.5)


def test_nothing_has_no_drift():
    found = drift.level_drift([])
    assert (found.n, found.shift.value, found.kappa.value, found.rank.value) == (0, None, None, None)
