"""A candidate's pages in every language and theme: readable, reachable by keys, nothing too small to hit or cut off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.people import Recruiter
from tests.browser.room import state
from tests.factories.identity import unique_email
from tests.web.browsing import AXE, violations

pytestmark = [
    pytest.mark.timeout(420),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `make vendor`"),
]

VIDEO = {"text": "Tell us about a system you kept running.", "kind": "video", "think_seconds": 30, "answer_seconds": 60}
TYPED = {"text": "Write a note to a customer.", "kind": "text"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
NOTE = (
    "I am sorry that your parcel is late. Last week our sorting centre lost power, so I called the depot, found your"
    " parcel and sent it on by courier. It arrives tomorrow before ten."
)
CUT_OFF = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
}"""
# WCAG 2.2, 2.5.8: 24 by 24 px, but for links in a sentence and for choices whose label is as large.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, textarea")].filter((one) => {
  const box = one.getBoundingClientRect();
  if (!box.width || !box.height || !one.checkVisibility({ checkVisibilityCSS: true })) return false;
  if (one.closest(".skip, .unseen, dialog:not([open])")) return false;
  if (one.closest("p, li, dd") && one.matches("a:not(.button)")) return false;
  const label = one.labels?.[0]?.getBoundingClientRect();
  return Math.max(box.height, label?.height ?? 0) < 24 || Math.max(box.width, label?.width ?? 0) < 24;
}).map((one) => one.outerHTML.slice(0, 120))"""
UNSEEN_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one.matches("video, audio")) return null;
  const seen = [one, one.parentElement].some((part) => {
    const style = getComputedStyle(part);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined || /0px 0px 0px [23]px/.test(style.boxShadow);
  });
  return seen ? null : one.outerHTML.slice(0, 120);
}"""


async def examine(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is now."""
    found = [text for text in [await violations(page)] if text]
    size = page.viewport_size or {"width": 1280, "height": 800}
    await page.set_viewport_size({"width": 320, "height": 800})
    if wide := await page.evaluate(CUT_OFF):
        found.append(f"scrolls sideways at 320 px: {wide}")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    if wide := await page.evaluate(CUT_OFF):
        found.append(f"scrolls sideways with text twice as large: {wide}")
    await page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    await page.set_viewport_size(size)
    if small := await page.evaluate(TOO_SMALL):
        found.append(f"too small to hit: {small}")
    if lost := await _unseen(page):
        found.append(f"focus cannot be seen: {lost}")
    return [f"{name}: {text}" for text in found]


async def _unseen(page: Page) -> list[str]:
    lost: list[str] = []
    await page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    for _stop in range(12):
        await page.keyboard.press("Tab")
        where = await page.evaluate(UNSEEN_FOCUS)
        if where and where not in lost:
            lost.append(where)
    return lost


@pytest.fixture(params=["light", "dark"])
async def page(request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]) -> Page:
    context = await new_context(color_scheme=request.param, viewport={"width": 390, "height": 844})
    return await context.new_page()


async def _begin(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("[name=name]").fill("Ada Lovelace")
    await page.locator("[name=email]").fill(unique_email("ada"))
    await page.locator("form .button-primary").click()
    await page.wait_for_url("**/consent")


async def _agree(page: Page) -> None:
    await page.locator("[name=record]").check()
    await page.locator("[name=evaluation][value=people]").check()
    await page.locator("form .button-primary").click()


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_page_before_and_beside_the_questions(
    the_recruiter: Recruiter, page: Page, faults, language
) -> None:
    link = (await the_recruiter.publish(VIDEO, TYPED, title=f"Reading {language}", language=language))[1]
    found = []
    await page.goto(link)
    assert await page.evaluate("document.documentElement.lang") == language
    assert bool(CYRILLIC.search(await page.locator("h2").first.inner_text())) is (language == "ru")
    found += await examine(page, "landing")
    await page.locator("form .button-primary").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    found += await examine(page, "landing with errors")
    faults.forget("422")
    await _begin(page, link)
    found += await examine(page, "notice")
    await _agree(page)
    await page.wait_for_url("**/check")
    await expect(page.locator('[data-part="picture"][data-state="good"]')).to_be_visible(timeout=20_000)
    found += await examine(page, "device check")
    for path in ("withdraw", "continue", "my-data", "my-data/erase"):
        await page.goto(f"{link}/{path}")
        found += await examine(page, path)
    await page.goto(f"{link}/room")
    await expect(page.locator(".room")).not_to_have_attribute("data-state", "loading", timeout=20_000)
    found += await examine(page, "room")
    await page.goto(link.rsplit("/", 1)[0] + "/a-link-nobody-was-given")
    found += await examine(page, "unknown link")
    faults.forget("404")
    assert found == []


async def test_the_written_room_and_the_end_speak_russian(the_recruiter: Recruiter, page: Page) -> None:
    link = (await the_recruiter.publish(TYPED, title="Reading to the end", language="ru"))[1]
    await _begin(page, link)
    await _agree(page)
    await page.wait_for_url("**/room")
    await expect(page.locator(".room")).not_to_have_attribute("data-state", "loading", timeout=20_000)
    if await page.locator(".room").get_attribute("data-state") != "text":
        await page.get_by_role("button", name="Показать вопрос").click()
    await state(page, "text")
    found = await examine(page, "room, writing")
    await page.get_by_label("Ваш ответ").fill(NOTE)
    await expect(page.get_by_text("Сохранено")).to_be_visible()
    await page.get_by_role("button", name="Отправить ответ").click()
    await state(page, "complete")
    found += await examine(page, "room, complete")
    await page.get_by_role("button", name="Завершить интервью").click()
    await page.wait_for_url("**/done")
    found += await examine(page, "done")
    # The exact time is the browser's, in the page's language.
    assert CYRILLIC.search(await page.locator("time").first.inner_text())
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="What happens next")).to_be_visible()
    assert found == []


async def test_the_examination_finds_what_is_wrong(page: Page) -> None:
    await page.set_content(
        '<html lang="en"><title>Wrong</title>'
        "<style>* { outline: none !important } a { display: block; height: 9px }</style>"
        '<main><h1>Wrong</h1><div><a href="#x">Small</a></div><p style="width: 900px">Wide</p><img src="data:,"></main>'
    )
    found = " ".join(await examine(page, "wrong"))
    for fault in ("image-alt", "sideways at 320 px", "too small to hit", "focus cannot be seen"):
        assert fault in found
