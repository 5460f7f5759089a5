"""Captions while a candidate speaks: a real microphone, a real recogniser, and a recording that does not notice."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.film import flite_missing
from tests.browser.ledger import Ledger
from tests.browser.product import Product
from tests.browser.room import enter, press, state
from tests.browser.test_room_whole import VIDEO, assert_whole, hand_in

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(flite_missing() is not None, reason=flite_missing() or ""),
]

SPY = """window.lines = [];
window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); lines.push(this); } };"""
QUESTION = {**VIDEO, "text": "Tell us what you measured."}


@pytest.fixture
async def ledger() -> Ledger:
    return Ledger()


async def ready(context: BrowserContext, ledger: Ledger, address: str, **who: str) -> Page:
    await ledger.watch(context)
    page = await context.new_page()
    await enter(page, address, **who)
    await state(page, "ready")
    return page


async def switch_on(page: Page) -> None:
    await page.get_by_label("Captions while I speak").check()


def shown(page: Page):
    return page.locator(".live-captions-lines")


def listeners(product: Product) -> set[int]:
    """The recognisers that the product runs just now."""
    found = set()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            parent = int((command.parent / "stat").read_text().rpartition(")")[2].split()[1])
            mine = b"live_pocketsphinx_worker" in command.read_bytes() and parent == product.process.pid
        except OSError:  # it has just ended
            continue
        if mine:
            found.add(int(command.parent.name))
    return found


async def until_listening(product: Product, count: int) -> None:
    for _ in range(200):
        if len(listeners(product)) == count:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def test_what_is_said_appears_and_the_recording_is_whole(
    product: Product, the_recruiter, new_context, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish(QUESTION)
    page = await ready(await new_context(), ledger, address, email="captions@example.com")
    await switch_on(page)
    await press(page, "Start now")
    await state(page, "recording")
    await expect(page.get_by_text("Captions appear here when you speak.").first).to_be_visible()
    await expect(shown(page)).to_contain_text(re.compile("payment|service|lose", re.IGNORECASE), timeout=30_000)
    assert len(listeners(product)) == 1
    await expect(page.get_by_role("log", name="Captions")).to_contain_text(
        re.compile("request|database"), timeout=40_000
    )
    await press(page, "Stop")
    await state(page, "review")
    await expect(page.locator("[data-part=caption-strip]")).to_be_hidden()
    await until_listening(product, 0)
    await hand_in(page)
    await assert_whole(product, ledger)


async def test_a_line_that_breaks_disturbs_nothing(
    product: Product, the_recruiter, new_context, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish(QUESTION)
    context = await new_context()
    await context.add_init_script(SPY)
    page = await ready(context, ledger, address, email="broken@example.com")
    await switch_on(page)
    await press(page, "Start now")
    await state(page, "recording")
    await expect(shown(page)).to_contain_text("Captions appear here when you speak.")
    await page.evaluate("lines.at(-1).close()")
    await expect(shown(page)).to_contain_text("Captions stopped. Trying once more…")
    await until_listening(product, 1)
    for listener in listeners(product):  # and now on the other side
        os.kill(listener, signal.SIGKILL)
    await expect(shown(page)).to_contain_text("Captions stopped. Your recording goes on.", timeout=15_000)
    await page.wait_for_timeout(2500)
    assert await page.evaluate("lines.length") == 2
    assert product.errors() == []
    await state(page, "recording")
    await press(page, "Stop")
    await state(page, "review")
    await hand_in(page)
    await assert_whole(product, ledger)


async def test_the_choice_is_kept_and_can_be_taken_back(
    product: Product, the_recruiter, new_context, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish(QUESTION)
    page = await ready(await new_context(), ledger, address, email="choice@example.com")
    box = page.get_by_label("Captions while I speak")
    await expect(box).not_to_be_checked()
    await box.focus()
    await page.keyboard.press("Space")
    await page.reload()
    await expect(box).to_be_checked()
    await press(page, "Start now")
    await state(page, "recording")
    await expect(page.locator("[data-part=caption-strip]")).to_be_visible()
    await until_listening(product, 1)
    await box.uncheck()
    await expect(page.locator("[data-part=caption-strip]")).to_be_hidden()
    await until_listening(product, 0)
    await state(page, "recording")


async def test_a_browser_that_cannot_listen_records_as_ever(
    product: Product, the_recruiter, new_context, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish(QUESTION)
    context = await new_context()
    await context.add_init_script("delete window.AudioWorkletNode")
    page = await ready(context, ledger, address, email="old@example.com")
    await expect(page.get_by_text("Captions while I speak")).to_have_count(0)
    await press(page, "Start now")
    await state(page, "recording")
    await page.wait_for_timeout(2000)
    await press(page, "Stop")
    await state(page, "review")
    await hand_in(page)
    await assert_whole(product, ledger)
