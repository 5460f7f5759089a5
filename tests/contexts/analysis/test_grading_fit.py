"""The curves behind a mark: they only rise, they find what is there, and a held-out answer had no part in them."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.analysis.policy.curves import Curve, Curves, fit
from colloquy.contexts.analysis.policy.grading import BY_SENSE, BY_WORDS, curves_of
from colloquy.contexts.analysis.policy.held_out import Graded, Laid, fitted, held_out, lay

SHARE = st.floats(0, 1, allow_nan=False)
SHIPPED = json.loads(files("colloquy.contexts.analysis.policy").joinpath("grading.json").read_text("utf-8"))


def test_a_curve_climbs_between_its_knots_and_is_flat_outside():
    curve = Curve((0.2, 0.4, 0.8), (1.0, 2.0))

    assert [curve.at(x) for x in (0, 0.2, 0.3, 0.4, 0.6, 0.8, 9)] == pytest.approx([0, 0, 0.5, 1, 2, 3, 3])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SHARE, SHARE, st.floats(0, 5)), min_size=6, max_size=40), SHARE, SHARE, SHARE, SHARE)
def test_more_of_anything_never_costs_a_mark_whatever_was_fitted(rows, low, high, other, more):
    curves = fit([{"a": a, "b": b} for a, b, _ in rows], [mark for *_, mark in rows], ("a", "b"))
    low, high = sorted((low, high))

    assert curves.mark({"a": low, "b": other}) <= curves.mark({"a": high, "b": max(other, more)}) + 1e-9


def test_the_fit_finds_a_feature_that_counts_and_leaves_one_that_does_not():
    rows = [(i / 60, (i * 37 % 60) / 60) for i in range(60)] * 4
    curves = fit([{"counts": a, "noise": b} for a, b in rows], [1 + 4 * a for a, _ in rows], ("counts", "noise"))

    assert sum(curves.by_feature["counts"].rises) > 3
    assert sum(curves.by_feature["noise"].rises) < 0.3
    assert curves.mark({"counts": 0.5, "noise": 0.5}) == pytest.approx(3, abs=0.3)


def test_a_feature_that_never_differs_adds_nothing():
    curves = fit([{"a": 0.5, "b": i / 9} for i in range(10)], [i / 2 for i in range(10)], ("a", "b"))

    assert curves.by_feature["a"].rises == (0.0,)


def test_an_answer_is_marked_without_its_own_group():
    laid = [_laid(str(i % 4), i / 40, 5 * i / 40) for i in range(40)]
    groups = [one.graded.question_id for one in laid]
    spoilt = [
        replace(one, graded=replace(one.graded, mark=0.0)) if one.graded.question_id == "1" else one for one in laid
    ]

    before, after = (held_out(rows, groups, ("told",)) for rows in (laid, spoilt))

    same = [a == pytest.approx(b) for a, b in zip(before, after, strict=True)]
    assert [one for one, group in zip(same, groups, strict=True) if group == "1"] == [True] * 10
    assert not all(same)


def test_answers_that_are_held_down_by_hand_teach_nothing():
    laid = [_laid("1", i / 20, 5 * i / 20) for i in range(20)]
    blank = replace(laid[0], features={"told": 1.0}, held="nothing", most=0.0)

    assert fitted([*laid, blank], ("told",)) == fitted(laid, ("told",))


def test_laying_an_answer_beside_the_expected_one_keeps_what_it_is_held_down_for():
    (blank,) = lay([Graded("1", "Why do ships float?", "They push water aside.", "I don't know.", 0.0)], None)

    assert (blank.held, blank.most) == ("nothing", 0.0)


@pytest.mark.parametrize("name", SHIPPED["models"])
def test_the_shipped_curves_rise_and_say_how_they_do_on_answers_they_never_saw(name):
    model = SHIPPED["models"][name]
    curves: Curves = curves_of(model)

    assert set(curves.by_feature) == set(BY_WORDS if name == "none" else BY_SENSE)
    for curve in curves.by_feature.values():
        assert all(rise >= 0 for rise in curve.rises)
        assert list(curve.knots) == sorted(set(curve.knots))
    assert model["held_out"]["by_question"]["pearson_r"] >= 0.6
    assert model["held_out"]["by_question"]["rmse"] <= 0.9


def _laid(group: str, told: float, mark: float) -> Laid:
    return Laid(Graded(group, "", "", "", mark), {"told": told}, None, 5.0)
