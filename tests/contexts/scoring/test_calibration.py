"""How people use the scale, against examples worked out by hand."""

from __future__ import annotations

import pytest

from colloquy.contexts.scoring.policy.calibration import ENOUGH, Mark, distribution, severities


def test_a_distribution_counts_levels_and_what_has_none():
    found = distribution([1, 3, 3, 5, None])
    assert (found.counts, found.none, found.n) == ((1, 0, 2, 0, 1), 1, 4)
    assert found.mean == 3
    assert found.spread == pytest.approx((8 / 3) ** 0.5)
    assert (distribution([]).mean, distribution([4]).spread) == (None, None)


def test_a_level_off_the_scale_is_a_mistake():
    with pytest.raises(ValueError, match="outside the scale"):
        distribution([6])


def test_severity_is_the_distance_from_the_others():
    # Ann gives 2 where the others' mean is 3.5, and 3 where Bob gives 4: -1.5 and -1.
    marks = [
        Mark("ann", "x", 2), Mark("bob", "x", 3), Mark("cy", "x", 4),
        Mark("ann", "y", 3), Mark("bob", "y", 4),
        Mark("dee", "z", 5),
    ]  # fmt: skip
    found = severities(marks)
    assert (found["ann"].n, found["ann"].mean) == (2, -1.25)
    assert (found["bob"].n, found["bob"].mean) == (2, pytest.approx((0 + 1) / 2))
    assert (found["dee"].n, found["dee"].mean) == (0, None), "nobody else marked what Dee marked"
    assert not found["ann"].enough
    assert found["ann"].low is None


def test_with_enough_shared_marks_there_is_an_interval():
    marks = [
        Mark(who, number, level) for number in range(ENOUGH) for who, level in (("ann", 2 + number % 2), ("bob", 4))
    ]
    ann = severities(marks)["ann"]
    # Ten distances of -2 and -1 in turn: mean -1.5, standard deviation 0.527, error 0.167.
    assert ann.enough
    assert ann.mean == -1.5
    assert (ann.low, ann.high) == (pytest.approx(-1.827, abs=0.001), pytest.approx(-1.173, abs=0.001))
