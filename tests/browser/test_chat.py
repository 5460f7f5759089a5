"""The conversation in a real browser: written, spoken, cut off, changed, ended; on a phone, by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.film import Film, flite_missing
from tests.browser.people import Recruiter
from tests.browser.product import Product

pytestmark = [pytest.mark.timeout(300)]

FIRST = "Tell me about a fault in production that you found."
SECOND = "How do you work with people who disagree with you?"
ANSWER = (
    "Last spring our payment service lost orders at night. I found a missing lock, wrote a test that showed it, and "
    "deployed a fix. Lost orders fell from 40 a week to none."
)
TALK: dict[str, Any] = {
    "text": "A conversation about your work.",
    "kind": "conversation",
    "answer_seconds": 900,
    "follow_ups": 1,
    "topics": [{"text": FIRST, "points": ["Names the lock"]}, {"text": SECOND, "points": []}],
}


async def enter(page: Page, address: str, email: str = "ada@example.com") -> None:
    """From the link into the conversation."""
    await page.goto(address)
    await page.get_by_label("Your name").fill("Ada Lovelace")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("I agree that my answers are recorded").check()
    await page.get_by_text("A program first, then people").click()
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Begin the conversation").click()
    await page.wait_for_url("**/chat", timeout=30_000)
    await expect(page.locator(".chat-log .chat-message")).to_have_count(2, timeout=30_000)


async def say(page: Page, text: str, count: int) -> None:
    """Sends a message and waits until there are so many."""
    await page.get_by_label("Your message").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".chat-log .chat-message")).to_have_count(count, timeout=30_000)


@pytest.fixture
async def talk(the_recruiter: Recruiter) -> tuple[str, str]:
    """An open interview that is one conversation: its id and address."""
    return await the_recruiter.publish(TALK, title="Backend engineer")


async def test_a_written_conversation_from_the_greeting_to_the_room(new_context: Any, talk: tuple[str, str]) -> None:
    page = await (await new_context()).new_page()
    await enter(page, talk[1])
    first = page.locator(".chat-log .chat-message").first
    await expect(first).to_contain_text("AI interviewer: a computer program")
    await expect(page.get_by_text("0 of 2 topics")).to_be_visible()
    await expect(page.get_by_text(re.compile("About 1[45] minutes left"))).to_be_visible()

    await say(page, ANSWER, 4)
    await page.get_by_label("Your message").fill("A draft that is not sent")
    await page.reload()
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4)
    await expect(page.get_by_label("Your message")).to_have_value("A draft that is not sent")

    await page.get_by_role("button", name="I have nothing to add").click()
    await expect(page.get_by_text("1 topic is still open")).to_be_visible()
    await page.get_by_role("button", name="End the conversation").click()
    await expect(page.get_by_role("heading", name="The conversation is complete")).to_be_visible()
    await page.get_by_role("link", name="Continue").click()
    await expect(page.get_by_role("button", name="Finish interview")).to_be_visible(timeout=20_000)


async def test_the_last_message_is_changed_and_answered_anew(new_context: Any, talk: tuple[str, str]) -> None:
    page = await (await new_context()).new_page()
    await enter(page, talk[1])
    await say(page, "I do not know.", 4)
    await page.get_by_role("button", name="Edit").click()
    await expect(page.get_by_label("Your message")).to_have_value("I do not know.")
    await page.get_by_label("Your message").fill(ANSWER)
    await page.keyboard.press("Enter")
    await expect(page.locator(".chat-log")).to_contain_text("deployed a fix", timeout=20_000)
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4, timeout=20_000)
    await expect(page.locator(".chat-log")).not_to_contain_text("I do not know.")
    await expect(page.get_by_text("Edited")).to_be_visible()


async def test_offline_it_waits_and_goes_on_by_itself(
    new_context: Any, talk: tuple[str, str], faults: list[str]
) -> None:
    context: BrowserContext = await new_context()
    page = await context.new_page()
    await enter(page, talk[1])
    await context.set_offline(True)
    await page.get_by_label("Your message").fill(ANSWER)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No connection.")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("Sending…")).to_be_visible()
    await context.set_offline(False)
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4, timeout=30_000)
    await expect(page.get_by_text("No connection.")).to_be_hidden()
    faults[:] = [fault for fault in faults if "ERR_INTERNET_DISCONNECTED" not in fault]


async def test_the_newest_tab_has_the_conversation(new_context: Any, talk: tuple[str, str]) -> None:
    context: BrowserContext = await new_context()
    first = await context.new_page()
    await enter(first, talk[1])
    second = await context.new_page()
    await second.goto(first.url)
    await expect(first.get_by_role("heading", name="You continued elsewhere")).to_be_visible(timeout=20_000)
    await first.get_by_role("button", name="Continue here").click()
    await expect(second.get_by_role("heading", name="You continued elsewhere")).to_be_visible(timeout=20_000)
    await say(first, ANSWER, 4)


@pytest.mark.skipif(flite_missing() is not None, reason=flite_missing() or "")
async def test_a_voice_message_becomes_text_and_the_conversation_goes_on(
    new_context: Any, talk: tuple[str, str], film: Film
) -> None:
    page = await (await new_context()).new_page()
    await enter(page, talk[1])
    await page.get_by_role("button", name="Record a voice message").click()
    await expect(page.get_by_role("button", name="Stop recording")).to_be_visible(timeout=20_000)
    await page.wait_for_timeout(12_000)
    await page.get_by_role("button", name="Stop recording").click()
    await expect(page.get_by_role("button", name="Send voice message")).to_be_visible()
    await page.get_by_role("button", name="Send voice message").click()
    await expect(page.get_by_text("is being turned into text").first).to_be_visible(timeout=20_000)
    spoken = page.locator('.chat-log [data-kind="voice"]')
    await expect(spoken).to_have_attribute("data-state", "complete", timeout=90_000)
    await expect(spoken).to_contain_text("payment service")
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4, timeout=30_000)
    await expect(spoken.locator("audio")).to_be_visible(timeout=60_000)


async def test_a_killed_server_costs_nothing(fresh_product: Product, new_context: Any, faults: list[str]) -> None:
    from tests.browser.people import recruiter

    async with recruiter(fresh_product) as one:
        _, address = await one.publish(TALK)
    page = await (await new_context()).new_page()
    await enter(page, address)
    fresh_product.kill()
    await page.get_by_label("Your message").fill(ANSWER)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No connection.")).to_be_visible(timeout=20_000)
    await fresh_product.start()
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4, timeout=60_000)
    await expect(page.locator('.chat-log [data-who="candidate"]')).to_have_count(1)
    faults[:] = [fault for fault in faults if "ERR_" not in fault]


async def test_by_keyboard_alone_on_a_narrow_screen(new_context: Any, talk: tuple[str, str]) -> None:
    context = await new_context(viewport={"width": 320, "height": 640})
    page = await context.new_page()
    await enter(page, talk[1])
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"the page is {wide} px wide"
    await page.get_by_label("Your message").focus()
    await page.keyboard.type("A first line")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("and a second one.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".chat-log .chat-message")).to_have_count(4, timeout=20_000)
    own = page.locator('.chat-log [data-who="candidate"] .chat-text')
    assert await own.inner_text() == "A first line\nand a second one."
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    focused = await page.evaluate("document.activeElement.dataset.part ?? document.activeElement.tagName")
    assert focused in {"ask-end", "record", "send"}
