"""Which runs count for a session: decided from runs and adoptions alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.scoring.policy.again import RunState, Standing, complete, counting, run_state

IDS = [UUID(int=number) for number in range(6)]


def standing(number: int, adopted_at: int | None, *, whole: bool = True) -> Standing:
    return Standing(IDS[number], number, adopted_at, whole)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], set()),
        ([standing(1, None)], set()),
        ([standing(1, 7)], {1}),
        # Half a candidate is not adopted.
        ([standing(1, 7, whole=False)], set()),
        # The last adoption decides; the earlier run stays below it.
        ([standing(1, 7), standing(2, 8)], {1, 2}),
        # The earlier run adopted again: the later one, whose versions are newer, steps back.
        ([standing(1, 9), standing(2, 8)], {1}),
        ([standing(1, 7), standing(2, 8, whole=False)], {1}),
        ([standing(1, 7), standing(2, None), standing(3, 8)], {1, 3}),
    ],
)
def test_what_counts(runs, expected):
    assert counting(runs) == {IDS[number] for number in expected}


@given(st.lists(st.tuples(st.none() | st.integers(1, 99), st.booleans()), max_size=5))
def test_nothing_counts_that_nobody_adopted_or_that_is_not_whole(said):
    runs = [standing(number, place, whole=whole) for number, (place, whole) in enumerate(said)]
    found = counting(runs)
    for run in runs:
        if run.adopted_at is None or not run.complete:
            assert run.run_id not in found
    assert bool(found) == any(run.adopted_at is not None and run.complete for run in runs)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, RunState.DONE),
        ({"judged": 3}, RunState.DONE),
        ({"judged": 3, "failed": 1}, RunState.DONE),
        ({"judged": 3, "waiting": 1}, RunState.GOING),
        ({"cancelled": 3, "queued": 1}, RunState.GOING),
        ({"judged": 1, "cancelled": 3}, RunState.STOPPED),
    ],
)
def test_the_state_of_a_run(counts, expected):
    assert run_state(counts) is expected


def test_a_session_is_through_when_nothing_of_it_is_open():
    assert complete(["judged", "not_judged", "not_allowed"])
    for state in ("waiting", "queued", "failed", "cancelled"):
        assert not complete(["judged", state])
