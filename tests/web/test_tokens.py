"""The one file of values: contrast of every pair that pages use, in both themes."""

import re

import pytest

from colloquy.web.assets import STATIC_FOLDER
from colloquy.web.brand import DARK, LIGHT
from colloquy.web.colour import Oklch, contrast, from_hex, mix, shown, to_oklch

SHEET = (STATIC_FOLDER / "css" / "tokens.css").read_text(encoding="utf-8")
BLOCKS = re.findall(r":root[^{]*\{([^}]*)\}", SHEET)
COLOUR = re.compile(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")


def colours(block: str) -> dict[str, Oklch]:
    return {name: Oklch(float(a), float(b), float(c)) for name, a, b, c in COLOUR.findall(block)}


THEMES = {"light": BLOCKS[0], "dark": BLOCKS[2]}
GROUNDS = ("paper", "surface", "sunken")
WORDS = ("ink", "ink-soft", "accent", "good", "warn", "bad")


def test_both_dark_blocks_are_the_same() -> None:
    first, second = (" ".join(block.split()) for block in BLOCKS[1:3])
    assert first == second


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read_on_every_ground(theme: str, word: str) -> None:
    values = colours(THEMES[theme])
    for ground in GROUNDS:
        assert contrast(values[word], values[ground]) >= 4.5, (theme, word, ground)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", ["accent", "good", "warn", "bad"])
def test_tones_can_be_read_on_their_own_tint(theme: str, tone: str) -> None:
    values = colours(THEMES[theme])
    found = re.search(r"--tint: (\d+)%", THEMES[theme])
    assert found is not None
    assert contrast(values[tone], mix(values[tone], int(found[1]) / 100, values["surface"])) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("control", ["control-line", "record", "accent"])
def test_controls_stand_out_from_every_ground(theme: str, control: str) -> None:
    values = colours(THEMES[theme])
    for ground in ("paper", "surface"):
        assert contrast(values[control], values[ground]) >= 3, (theme, control, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_buttons_can_be_read(theme: str) -> None:
    values = colours(THEMES[theme])
    assert contrast(values["accent"], values["accent-ink"]) >= 4.5


@pytest.mark.parametrize(("theme", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_the_brand_is_corrected_against_these_values(theme: str, ground: object) -> None:
    values = colours(THEMES[theme])
    for name in GROUNDS:
        assert getattr(ground, name) == values[name]
    assert f"--tint: {ground.tint:.0%}" in THEMES[theme]  # type: ignore[attr-defined]


def test_old_browsers_are_told_the_same_light_colours_in_other_words() -> None:
    sheet = (STATIC_FOLDER / "css" / "plain-colours.css").read_text(encoding="utf-8")
    older = sheet.partition("@supports not (color: oklch(")[2]
    said = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6}) !important;", older))
    values = colours(THEMES["light"])
    assert said.keys() == values.keys()
    for name, value in said.items():
        assert contrast(to_oklch(from_hex(value)), shown(values[name])) < 1.03, name
