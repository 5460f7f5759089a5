"""Every macro on one page: no broken template, no accessibility fault, in both themes and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import violations
from galleries import pages
from playwright.async_api import Page, expect

import colloquy
from colloquy.web.icons import ICONS, icon

SOURCES = Path(colloquy.__file__).parent
# Without the mails: mail programs know no policy, and no style sheets.
TEMPLATES = sorted(path for path in SOURCES.rglob("templates/**/*.html") if "mail" not in path.parts)
MACRO = re.compile(r"{% macro ([a-z]\w*)\(")


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/gallery", "/gallery-message", "/error"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing(page: Page, serve, path: str, scheme: str, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await page.emulate_media(color_scheme=scheme)
    await page.goto(serve(pages=pages()) + path)
    await expect(page.locator("[data-controller]:not([data-mounted])")).to_have_count(0)
    assert await violations(page) == ""
    wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, "the page scrolls sideways"


@pytest.mark.parametrize("macros", ["ui", "forms", "review"])
def test_the_gallery_shows_every_macro(macros: str) -> None:
    source = (SOURCES / "web" / "templates" / "macros" / f"{macros}.html").read_text(encoding="utf-8")
    gallery = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
    # Used inside others, or on the pages of the second gallery.
    elsewhere = {"csrf", "toast"}
    names = set(MACRO.findall(source)) - elsewhere
    assert sorted(name for name in names if f"{macros}.{name}(" not in gallery) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_keep_to_the_content_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", source), "no inline styles or handlers"
    assert not re.search(r"<script(?![^>]*(src=|application/(?:ld\+)?json))", source), "no inline scripts"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_in_a_template_exists(path: Path) -> None:
    for name in re.findall(r"""icon\("([a-z0-9-]+)"\)""", path.read_text(encoding="utf-8")):
        assert name in ICONS


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in icon("play")
    assert 'role="img" aria-label="Play &lt;now&gt;"' in icon("play", "Play <now>")
    with pytest.raises(LookupError, match="ICONS"):
        icon("no-such-icon")


def test_style_sheets_use_the_values_of_the_one_file() -> None:
    """Colours outside tokens.css are only those laid over video, which knows no theme."""
    sheets = sorted((SOURCES / "web" / "static" / "css").glob("*.css"))
    for sheet in sheets:
        if sheet.name == "plain-colours.css":  # for browsers that do not know the values of tokens.css
            continue
        text = sheet.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 500
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", re.sub(r"url\([^)]*\)", "", text)), sheet.name
        if sheet.name not in {"tokens.css", "room.css"}:
            assert text.count("oklch(0.") <= 1, sheet.name
