"""What somebody typed where a whole number is asked for."""

import pytest

from colloquy.kit.numbers import whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("\u0661\u0662", 12), ("9" * 16, 10**16 - 1)],
    ids=["zero", "leading zeros", "other digits", "longest"],
)
def test_digits_are_a_number(text: str, number: int):
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", " 5", "+5", "-1", "1.0", "\u00b2", "\u2460", "1_000", "9" * 17, "9" * 5000], ids=lambda one: one[:20]
)
def test_anything_else_is_none_and_never_an_error(text: str):
    assert whole(text) is None
