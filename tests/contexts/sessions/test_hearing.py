"""How much sound a browser may send for captions."""

import pytest

from colloquy.contexts.sessions.policy.hearing import BYTES_PER_SECOND, LARGEST_FRAME, Hearing

PIECE = BYTES_PER_SECOND // 5


def test_a_microphone_is_heard_to_its_limit():
    hearing = Hearing(seconds=60, began=100)
    assert [hearing.refuses(PIECE, 100 + at / 5) for at in range(300)] == [None] * 300
    assert hearing.refuses(PIECE, 161) == "over"


def test_a_clock_that_runs_fast_is_no_fault():
    hearing = Hearing(seconds=600, began=0)
    assert {hearing.refuses(PIECE, at / 5 / 1.4) for at in range(1000)} == {None}


def test_sound_at_twice_its_pace_is_refused_after_the_head_start():
    hearing = Hearing(seconds=600, began=0)
    taken = 0
    while hearing.refuses(PIECE, taken / 5 / 2) is None:
        taken += 1
    assert 6 < taken / 5 < 10


def test_what_was_held_back_on_the_way_is_taken():
    hearing = Hearing(seconds=600, began=0)
    assert hearing.refuses(PIECE, 0.2) is None
    assert {hearing.refuses(PIECE, 8.0) for _ in range(40)} == {None}


@pytest.mark.parametrize("size", [0, 1, 6401, LARGEST_FRAME + 2])
def test_what_is_no_sound_is_malformed(size):
    hearing = Hearing(seconds=60, began=0)
    assert hearing.refuses(size, 1) == "malformed"
    assert hearing.heard == 0
