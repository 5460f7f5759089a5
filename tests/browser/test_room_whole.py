"""Whatever happens in mid-recording, the finished answer is whole: its bytes and its length are what was recorded."""

from __future__ import annotations

import asyncio
import email
import os
import re
from email import policy

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect
from tests.browser import chromium as browsers
from tests.browser.ledger import Ledger, stored
from tests.browser.people import recruiter
from tests.browser.product import Product
from tests.browser.room import enter, press, state
from tests.browser.test_trouble import Upload

pytestmark = pytest.mark.timeout(300)

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
OFFLINE_SECONDS = 30 if LONG else 8
VIDEO = {"text": "Tell us about a system you kept running.", "kind": "video", "think_seconds": 0, "answer_seconds": 120}


@pytest.fixture
async def ledger() -> Ledger:
    return Ledger()


async def begin(context: BrowserContext, ledger: Ledger, address: str, **who: str) -> tuple[Page, Upload]:
    """A candidate who is recording, and whose first bytes have arrived."""
    await ledger.watch(context)
    page = await context.new_page()
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    upload = Upload(page)
    await enter(page, address, **who)
    await press(page, "Start now")
    await state(page, "recording")
    await upload.grown()
    return page, upload


async def hand_in(page: Page) -> None:
    await press(page, "Use this take")
    await state(page, "complete", seconds=60)
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")


async def assert_whole(product: Product, ledger: Ledger, take: int = 0) -> None:
    digest, seconds = await stored(product)
    assert digest == ledger.digest(take)
    assert seconds == pytest.approx(ledger.length(take), abs=0.75)


async def test_after_a_reload_in_mid_recording(product: Product, the_recruiter, new_context, ledger: Ledger) -> None:
    _, address = await the_recruiter.publish(VIDEO)
    page, upload = await begin(await new_context(), ledger, address, email="reload@example.com")
    await upload.grown(await upload.grown())
    await page.reload()
    await state(page, "review")
    await hand_in(page)
    await assert_whole(product, ledger)


@pytest.mark.parametrize("reloaded", [False, True], ids=["the page stays", "the page is loaded again"])
async def test_after_the_server_was_killed_in_mid_recording(
    fresh_product: Product, new_context, faults: browsers.Faults, ledger: Ledger, reloaded: bool
) -> None:
    async with recruiter(fresh_product) as owner:
        _, address = await owner.publish(VIDEO)
    page, _ = await begin(await new_context(), ledger, address)
    fresh_product.kill()
    await expect(page.get_by_text("The connection was lost. Your recording is kept here")).to_be_visible(timeout=20_000)
    await page.wait_for_timeout(2000)
    await state(page, "recording")  # the candidate is not interrupted
    if reloaded:
        await press(page, "Stop")
        await state(page, "review")
        await page.wait_for_timeout(500)  # the last piece is on its way into the browser's storage
    await fresh_product.start()
    if reloaded:
        await page.reload()
    else:
        await expect(page.get_by_text("The connection was lost.")).to_be_hidden(timeout=40_000)
        await press(page, "Stop")
    await state(page, "review")
    await hand_in(page)
    await assert_whole(fresh_product, ledger)
    faults.forget("ERR_CONNECTION")
    faults.forget("ERR_EMPTY_RESPONSE")
    faults.forget("ERR_INCOMPLETE_CHUNKED")


async def test_after_time_without_a_network(
    product: Product, the_recruiter, new_context, faults: browsers.Faults, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish(VIDEO)
    context = await new_context()
    page, upload = await begin(context, ledger, address, email="offline@example.com")
    await context.set_offline(True)
    await page.wait_for_timeout(OFFLINE_SECONDS * 1000)
    await expect(page.get_by_text("The connection was lost. Your recording is kept here")).to_be_visible()
    await state(page, "recording")
    before = await upload.received()
    await context.set_offline(False)
    await upload.grown(before)
    await press(page, "Stop")
    await state(page, "review")
    await hand_in(page)
    await assert_whole(product, ledger)
    assert ledger.length() > OFFLINE_SECONDS
    faults.forget("ERR_INTERNET_DISCONNECTED")


async def test_after_a_second_tab_took_over(product: Product, the_recruiter, new_context, ledger: Ledger) -> None:
    _, address = await the_recruiter.publish({**VIDEO, "takes": 2})
    context = await new_context()
    page, upload = await begin(context, ledger, address, email="tabs@example.com")
    await upload.grown(await upload.grown())

    async def slowly(route: Route) -> None:
        await asyncio.sleep(1.5)
        await route.continue_()

    await page.route("**/api/public/uploads/*", slowly)  # the first tab has the end of the take, and is slow with it
    second = await context.new_page()
    await second.goto(f"{address}/room")
    await state(page, "elsewhere")
    await expect(page.get_by_text("Everything from this device is saved.")).to_be_visible(timeout=30_000)
    await state(second, "review")
    await hand_in(second)
    await assert_whole(product, ledger)


async def mailed_code(product: Product, to: str) -> str:
    """The code of the newest letter to this address that has one."""
    async with asyncio.timeout(30):
        while True:
            for path in sorted(product.data_dir.rglob("*.eml"), key=lambda one: one.stat().st_mtime, reverse=True):
                letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
                body = letter.get_body(("plain",))
                found = re.search(r"(?<!\d)\d{6}(?!\d)", body.get_content()) if body else None
                if found and to in str(letter["to"]):
                    return found.group()
            await asyncio.sleep(0.3)


async def test_after_another_device_took_over(
    product: Product, the_recruiter, new_context, faults: browsers.Faults, ledger: Ledger
) -> None:
    _, address = await the_recruiter.publish({**VIDEO, "takes": 2})
    first, _ = await begin(await new_context(), ledger, address, email="devices@example.com")

    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
    second = await (await new_context(user_agent=phone)).new_page()
    await second.goto(address)
    await second.get_by_role("link", name="Begun on another device?").click()
    await second.get_by_label("E-mail").fill("devices@example.com")
    await second.get_by_role("button", name="Send the code").click()
    code = second.get_by_label("Code")
    await expect(code).to_be_focused()
    await expect(code).to_have_attribute("autocomplete", "one-time-code")
    await code.fill(await mailed_code(product, "devices@example.com"))
    await second.get_by_role("button", name="Continue here").click()
    await second.wait_for_url("**/room")
    await state(second, "review")
    await expect(second.get_by_text("Part of this take is still on Linux · Chrome.")).to_be_visible()

    await press(first, "Stop")  # nobody interrupts a candidate who is speaking
    await state(first, "review")
    await press(first, "Use this take")
    await expect(first.get_by_role("heading", name="You continued on iPhone · Safari at ")).to_be_focused(
        timeout=20_000
    )
    faults.forget("409")

    await second.reload()
    await state(second, "review")
    await expect(second.get_by_text("This take was recorded on Linux · Chrome.")).to_be_visible()
    await hand_in(second)
    await assert_whole(product, ledger)
