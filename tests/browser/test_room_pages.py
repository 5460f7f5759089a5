"""The candidate's pages around the room: nothing for axe to find, nothing to scroll sideways, no dead end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.browser.room import arrive, enter, state
from tests.browser.test_accessibility import examine
from tests.factories.identity import unique_email
from tests.web.browsing import AXE

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `make vendor`"),
]

AUDIO = {"text": "Say it in a sentence.", "kind": "audio", "think_seconds": 20, "answer_seconds": 60}
TYPED = {"text": "Write a note.", "kind": "text"}
PICTURES = os.environ.get("COLLOQUY_PICTURES")


async def look(page: Page, name: str, found: list[str]) -> None:
    found += await examine(page, name)
    if PICTURES:
        size = page.viewport_size or {"width": 0}
        await page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
async def test_every_way_on_and_out(the_recruiter, new_context, faults, scheme, width) -> None:
    _, address = await the_recruiter.publish(AUDIO, TYPED, title="Ways on and out", role_title="Backend engineer")
    page = await (await new_context(color_scheme=scheme, viewport={"width": width, "height": 844})).new_page()
    found: list[str] = []
    email = unique_email("ways")
    await page.goto(address)
    await expect(page.get_by_role("heading", name="What is evaluated, and how")).to_be_visible()
    await look(page, "landing", found)
    await page.get_by_role("link", name="Begun on another device?").click()
    await look(page, "continue", found)
    await page.get_by_label("E-mail").fill("nobody@example.com")
    await page.get_by_role("button", name="Send the code").click()
    await look(page, "code", found)
    await page.get_by_label("Code").fill("000000")
    await page.get_by_role("button", name="Continue here").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    await look(page, "code-wrong", found)
    faults.forget("422")

    await enter(page, address, email=email)
    await state(page, "next")
    await look(page, "next", found)
    await page.get_by_role("link", name="Withdraw").click()
    await look(page, "withdraw", found)
    await page.get_by_role("button", name="Withdraw", exact=True).click()
    await expect(page.locator(".error-summary")).to_be_focused()
    faults.forget("422")
    await page.get_by_text("Keep it until its day").click()
    await page.get_by_role("button", name="Withdraw", exact=True).click()
    await page.wait_for_url("**/withdrawn")
    await expect(page.get_by_role("heading", name="You have withdrawn")).to_be_visible()
    await look(page, "withdrawn", found)
    await page.goto(f"{address}/room")
    await page.wait_for_url("**/withdrawn")  # the room stays closed
    assert found == []


async def test_practice_comes_before_the_room_and_leaves_nothing_behind(the_recruiter, new_context) -> None:
    _, address = await the_recruiter.publish(AUDIO, TYPED, title="Practised")
    page = await (await new_context()).new_page()
    found: list[str] = []
    await enter_check(page, address)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    await page.get_by_role("button", name="Practise with a question first").click()
    room = page.locator("#practice")
    await expect(room.locator("h2:focus")).to_have_text("Time to think", timeout=15_000)
    await look(page, "practice", found)
    await page.wait_for_timeout(600)
    start = room.get_by_role("button", name="Start now")
    if await start.is_visible():  # on a slow machine the look took as long as the time to think
        await start.click()
    await expect(room.locator("h2:focus")).to_have_text("Recording")
    await page.wait_for_timeout(1500)
    await room.get_by_role("button", name="Stop").click()
    await expect(room.get_by_role("link", name="Keep it as a file")).to_be_visible(timeout=15_000)
    await look(page, "practice-review", found)
    assert sent == []
    await room.get_by_role("button", name="Back to the check").click()
    await page.get_by_role("link", name="Go to the first question").click()
    await state(page, "next")
    assert found == []


async def enter_check(page: Page, address: str) -> None:
    await arrive(page, address, email=unique_email("practice"))
    await expect(page.get_by_text("The microphone is open")).to_be_attached(timeout=15_000)
