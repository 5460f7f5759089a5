"""The main places of the recruiter's side on a phone: each can be seen and reached, also without scripts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.browser.people import OWNER, PASSWORD

pytestmark = pytest.mark.timeout(120)

PLACES = {"/interviews", "/waiting", "/team", "/mail", "/operations", "/settings"}
# Everything that is displayed in the bar, and whether any of it or of its words is cut off.
SEEN = """() => [...document.querySelectorAll(".shell-links a, .shell-more > summary")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }))
  .map((one) => {
    const box = one.getBoundingClientRect(), word = one.querySelector("span");
    return {
      href: one.getAttribute("href"), text: one.innerText, high: box.height,
      inside: box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight,
      whole: !word || word.scrollWidth <= word.clientWidth,
    };
  })"""
SHOTS = os.environ.get("NAVIGATION_SHOTS")


async def _sign_in(page: Page, address: str, language: str) -> None:
    await page.goto(f"{address}/sign-in?lang={language}")
    await page.locator("input[name=email]").fill(OWNER["email"])
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=password]").press("Enter")
    await page.wait_for_selector(".shell-links")


async def _shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("width", "scripts"), [(320, True), (390, True), (390, False)])
async def test_every_place_is_inside_a_phones_screen(product, the_recruiter, new_context, width, scripts, language):
    context = await new_context(
        viewport={"width": width, "height": 700},
        java_script_enabled=scripts,
        color_scheme="dark" if scripts else "light",
    )
    page = await context.new_page()
    await _sign_in(page, product.address, language)
    await page.goto(f"{product.address}/team?lang={language}")
    closed = await page.evaluate(SEEN)
    await _shot(page, f"{width}-{language}-closed")
    assert len(closed) == 5
    await page.locator(".shell-more > summary").click()
    seen = await page.evaluate(SEEN)
    await _shot(page, f"{width}-{language}-open-{scripts}")

    assert {one["href"] for one in seen} - {None} == PLACES
    assert [one for one in seen if not one["inside"] or not one["whole"] or one["high"] < 44] == []
    await page.locator(".shell-more a[href='/settings']").click()
    await page.wait_for_url("**/settings")
    await expect(page.locator(".shell-more > summary")).to_have_class("here")


async def test_a_wide_window_shows_them_all_beside_the_page(product, the_recruiter, new_context):
    context = await new_context(viewport={"width": 1440, "height": 900})
    page = await context.new_page()
    await _sign_in(page, product.address, "en")
    await page.goto(f"{product.address}/settings")
    seen = await page.evaluate(SEEN)
    await _shot(page, "1440")

    assert [one["href"] for one in seen] == [
        "/interviews",
        "/waiting",
        "/team",
        "/mail",
        "/operations",
        "/settings",
    ]
    assert all(one["inside"] and one["whole"] for one in seen)
    await expect(page.locator(".shell-links > [aria-current]")).to_have_text("Settings")
