"""How far people agree: published examples, and what is not said of too few."""

from __future__ import annotations

import pytest

from colloquy.contexts.scoring.policy.agreement import Metric, agreement, krippendorff

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C/D: four observers, twelve units.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
# The same paper, example B: two observers, twelve articles, five categories.
TWO = ("aabbdcccedda", "babbbccceddd")


@pytest.mark.parametrize(("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_the_papers_example_with_missing_values(metric, published):
    assert krippendorff(zip(*OBSERVERS, strict=True), Metric(metric)) == pytest.approx(published, abs=0.0005)


def test_the_papers_example_of_two_observers():
    units = [("abcde".index(one), "abcde".index(other)) for one, other in zip(*TWO, strict=True)]
    assert krippendorff(units, Metric.NOMINAL) == pytest.approx(0.692, abs=0.0005)


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        ([], None),
        ([(3, None), (None, 4)], None),
        ([(3, 3), (3, 3)], None),
        ([(1, 1), (5, 5)], 1.0),
        ([(1, 5), (5, 1)], -0.5),
    ],
)
def test_the_ends_of_the_scale_and_what_is_not_defined(units, alpha):
    assert krippendorff(units) == alpha


def test_shares_are_of_pairs_and_a_candidate_of_one_person_says_nothing():
    found = agreement([{"ada": 3, "ben": 3, "cyd": 4}, {"ada": 1, "ben": 5}, {"ada": 2}])
    assert (found.people, found.candidates, found.pairs) == (3, 2, 4)
    assert (found.exact, found.within_one) == (0.25, 0.75)
    assert (found.alpha.value, found.enough) == (None, False)


def test_with_enough_candidates_there_is_alpha_and_an_interval_around_it_that_stays():
    cohort = [{"ada": 1 + one % 5, "ben": min(5, 1 + one % 5 + one % 3 // 2)} for one in range(20)]
    found, again = agreement(cohort), agreement(cohort)
    assert found == again
    assert found.alpha.low < found.alpha.value < found.alpha.high <= 1
    assert found.alpha.value == krippendorff([tuple(one.values()) for one in cohort])


def test_nine_candidates_are_too_few():
    assert agreement([{"ada": 1, "ben": 1}, {"ada": 5, "ben": 5}] * 5).enough
    assert agreement([{"ada": one % 5 + 1, "ben": one % 5 + 1} for one in range(9)]).alpha.value is None


def test_nobody_is_no_agreement():
    assert agreement([]).exact is None
