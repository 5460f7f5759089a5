"""The review of one answer: words, quotes and keys steer the player."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import pytest
from galleries import fragment
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser

SCOPE = """{% call review.player_scope(previous="#before", next="#after") %}
{{ review.player("/sound.wav", "audio") }}
{{ review.transcript([{"text": "Alpha", "start": 0.0, "end": 1.0, "confidence": none},
  {"text": "beta", "start": 8.0, "end": 8.6, "confidence": 0.9},
  {"text": "gamma", "start": 14.0, "end": 15.0, "confidence": 0.2}],
  cited=[(1, 1)]) }}
{{ review.quote("gamma", 14.0) }}
{{ forms.level_scale("Depth", "depth") }}{{ forms.level_scale("Clarity", "clarity") }}
{% endcall %}"""


@pytest.fixture
async def review(page: Page, serve, tmp_path: Path) -> Page:
    sound = tmp_path / "sound.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        file.writeframes(b"".join(struct.pack("<h", int(3000 * math.sin(at / 6))) for at in range(20 * 8000)))
    await page.goto(serve(pages={"/page": fragment(SCOPE, "layouts/app.html")}, files={"/sound.wav": sound}) + "/page")
    await expect(page.locator("[data-controller]:not([data-mounted])")).to_have_count(0)
    return page


async def time(page: Page) -> float:
    return await page.evaluate("document.querySelector('audio').currentTime")


async def paused(page: Page) -> bool:
    return await page.evaluate("document.querySelector('audio').paused")


async def test_a_quote_plays_from_its_place_and_its_word_is_marked(review: Page) -> None:
    await review.get_by_role("button", name="gamma").click()
    await expect(review.locator(".now")).to_have_text("gamma")
    assert 14 <= await time(review) < 16
    assert not await paused(review)
    await review.keyboard.press("Space")
    assert await paused(review)


async def test_a_word_plays_from_its_place(review: Page) -> None:
    await review.get_by_text("beta").click()
    await expect(review.locator(".now")).to_have_text("beta")
    assert 8 <= await time(review) < 9.5


async def test_keys_play_stop_and_move_five_seconds(review: Page) -> None:
    await review.keyboard.press("Space")
    await review.wait_for_timeout(300)
    assert not await paused(review)
    await review.keyboard.press("Space")
    assert await paused(review)
    before = await time(review)
    await review.keyboard.press("ArrowRight")
    assert await time(review) == pytest.approx(before + 5, abs=0.05)
    await review.keyboard.press("ArrowLeft")
    assert await time(review) == pytest.approx(before, abs=0.05)


async def test_figures_rate_one_competency_after_the_other(review: Page) -> None:
    await review.keyboard.press("4")
    await expect(review.locator('input[name="depth"][value="4"]')).to_be_checked()
    await review.locator(".transcript").focus()
    await review.keyboard.press("2")
    await expect(review.locator('input[name="clarity"][value="2"]')).to_be_checked()


async def test_n_and_p_go_to_the_neighbours(review: Page) -> None:
    await review.keyboard.press("n")
    await review.wait_for_url("**#after")
    await review.keyboard.press("p")
    await review.wait_for_url("**#before")


async def test_cited_and_uncertain_words_look_different(review: Page) -> None:
    await expect(review.locator(".cited")).to_have_text("beta")
    await expect(review.locator(".unsure")).to_have_text("gamma")
