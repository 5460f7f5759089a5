"""An organisation's colour becomes an accent that can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.web.brand import DARK, LIGHT, Ground, accent, accent_css
from colloquy.web.colour import Oklch, contrast, from_hex, mix, shown, to_oklch, to_rgb

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(HEX, st.sampled_from([LIGHT, DARK]))
def test_any_colour_can_be_read_as_text_and_under_text(colour: str, ground: Ground) -> None:
    chosen, ink = accent(to_oklch(from_hex(colour)), ground)
    tinted = mix(chosen, ground.tint, ground.surface)
    for behind in (ground.paper, ground.surface, ground.sunken, tinted, ink):
        assert contrast(chosen, behind) >= 4.5


@given(HEX)
def test_the_hue_is_kept(colour: str) -> None:
    wanted = to_oklch(from_hex(colour))
    assert accent(wanted, LIGHT)[0].hue == wanted.hue


@given(HEX)
def test_oklch_and_back_is_the_same_colour(colour: str) -> None:
    light = from_hex(colour)
    assert to_rgb(to_oklch(light)) == pytest.approx(light, abs=1e-4)


def test_a_readable_colour_is_left_alone() -> None:
    wanted = to_oklch(from_hex("#0a5e62"))
    assert accent(wanted, LIGHT)[0] == wanted


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(to_oklch(from_hex("#fff")), to_oklch(from_hex("#000"))) == pytest.approx(21, abs=0.01)
    # #767676 on white is the well-known darkest grey that just passes AA.
    assert contrast(to_oklch(from_hex("#767676")), to_oklch(from_hex("#fff"))) == pytest.approx(4.54, abs=0.01)


def test_a_colour_outside_the_screen_loses_chroma_alone() -> None:
    assert shown(Oklch(0.7, 0.4, 150)).lightness == 0.7
    assert shown(Oklch(0.7, 0.4, 150)).chroma < 0.25


def test_the_sheet_names_both_themes_and_nothing_else() -> None:
    sheet = accent_css("#c2185b")
    assert len(re.findall(r"--accent: oklch\(", sheet)) == 3
    assert re.sub(r"[\w\s:@().,;{}\[\]=\"-]", "", sheet) == ""


@pytest.mark.parametrize("text", ["red", "#12", "#1234567", "#zzzzzz", "}body{display:none", ""])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int() and our own check both raise it
        accent_css(text)
