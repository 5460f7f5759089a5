"""What goes wrong in an interview, and what the candidate is told: nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from playwright.async_api import Browser, Page, Playwright, Request, expect
from tests.browser import chromium as browsers
from tests.browser.film import Film
from tests.browser.people import recruiter
from tests.browser.product import Product
from tests.browser.room import arrive, enter, press, state

VIDEO = {"text": "Tell us about a system you kept running.", "kind": "video", "think_seconds": 0, "answer_seconds": 60}
AUDIO = {"text": "Say it in a sentence.", "kind": "audio", "think_seconds": 0, "answer_seconds": 60}
KEPT = """async () => {
  const asked = indexedDB.open("colloquy-room", 1);
  await new Promise((done) => { asked.onsuccess = done; });
  const all = asked.result.transaction("pieces").objectStore("pieces").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  const take = await new Blob(all.result.map((row) => row.bytes)).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", take);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


class Upload:
    """The take that a page is sending, asked about from outside the page."""

    def __init__(self, page: Page) -> None:
        self.url = ""
        page.on("request", self._seen)

    def _seen(self, request: Request) -> None:
        if request.method == "PATCH" and "/uploads/" in request.url:
            self.url = request.url

    async def received(self) -> int:
        """Bytes that the server has of it."""
        if not self.url:
            return 0
        async with httpx.AsyncClient() as client:
            answer = await client.head(self.url, headers={"Tus-Resumable": "1.0.0"})
        return int(answer.headers["upload-offset"])

    async def grown(self, more_than: int = 0) -> int:
        """Waits until the server has more than so many bytes; returns how many."""
        async with asyncio.timeout(20):
            while (received := await self.received()) <= more_than:  # noqa: ASYNC110 - the server is another process
                await asyncio.sleep(0.2)
        return received


async def stored_digest(product: Product) -> str:
    """SHA-256 of the newest recording as the server stored it, once it has read it."""
    async with asyncio.timeout(60):
        while True:
            with psycopg.connect(product.where.migrating) as connection:
                row = connection.execute("select sha256 from recordings order by id desc limit 1").fetchone()
            if row and row[0]:
                return str(row[0])
            await asyncio.sleep(0.2)


@pytest.fixture(scope="module")
async def asking(playwright: Playwright, film: Film) -> AsyncIterator[Browser]:
    """A browser that has devices and asks before a page may use them; nobody answers but the test."""
    browser = await browsers.launch(playwright, *browsers.playing(film))
    yield browser
    await browser.close()


@pytest.fixture(scope="module")
async def without_devices(playwright: Playwright) -> AsyncIterator[Browser]:
    """A browser on a computer with neither camera nor microphone."""
    browser = await browsers.launch(playwright, browsers.ALLOWED)
    yield browser
    await browser.close()


async def test_a_refused_camera_is_explained_and_the_candidate_goes_on_when_it_is_allowed(
    the_recruiter, new_context, asking: Browser
) -> None:
    _, address = await the_recruiter.publish(VIDEO)
    context = await new_context(asking, permissions=[])
    page = await context.new_page()
    await arrive(page, address)
    await expect(page.get_by_role("heading", name="The browser may not use your camera or microphone")).to_be_focused()
    await expect(page.get_by_text("Press the symbol left of the address")).to_be_visible()
    await expect(page.get_by_role("link", name="Go to the first question")).to_be_hidden()

    await context.grant_permissions(["camera", "microphone"])
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("We have a picture.")).to_be_visible(timeout=15_000)


async def test_the_room_explains_it_too(the_recruiter, new_context, asking: Browser) -> None:
    _, address = await the_recruiter.publish(AUDIO)
    context = await new_context(asking, permissions=["microphone"])
    page = await context.new_page()
    await enter(page, address)
    await state(page, "ready")
    await context.clear_permissions()
    await page.reload()
    await state(page, "trouble")
    await expect(page.locator("h2:focus")).to_have_text("The browser may not use your camera or microphone")
    await expect(page.get_by_role("heading", name="Say it in a sentence.")).to_be_visible()

    await context.grant_permissions(["microphone"])
    await page.get_by_role("button", name="Try again").click()
    await state(page, "ready")


async def test_a_computer_without_devices_is_told_where_to_go_on(
    the_recruiter, new_context, without_devices: Browser
) -> None:
    _, address = await the_recruiter.publish(VIDEO)
    page = await (await new_context(without_devices)).new_page()
    await arrive(page, address)
    await expect(page.get_by_role("heading", name="No camera or microphone was found")).to_be_focused()
    await expect(page.get_by_text("open the same link there")).to_be_visible()


async def test_a_second_tab_takes_over_and_the_first_can_take_back(the_recruiter, new_context) -> None:
    _, address = await the_recruiter.publish(VIDEO)
    context = await new_context()
    page = await context.new_page()
    await enter(page, address)
    await state(page, "ready")

    second = await context.new_page()
    await second.goto(f"{address}/room")
    await state(second, "ready")
    await state(page, "elsewhere")
    await expect(page.get_by_role("heading", name="You continued in another tab")).to_be_focused()

    await page.get_by_role("button", name="Continue here").click()
    await state(page, "ready")
    await state(second, "elsewhere")


async def test_a_reload_while_recording_loses_nothing_that_was_recorded(
    product: Product, the_recruiter, new_context
) -> None:
    _, address = await the_recruiter.publish({**VIDEO, "takes": 2})
    page = await (await new_context()).new_page()
    upload = Upload(page)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await enter(page, address)
    await press(page, "Start now")
    await state(page, "recording")
    before = await upload.grown(await upload.grown())

    await page.reload()
    await state(page, "review")
    await expect(page.locator(".stage-playback")).to_be_visible()
    assert await upload.received() >= before
    kept = await page.evaluate(KEPT)

    await press(page, "Use this take")
    await state(page, "complete")
    assert await stored_digest(product) == kept
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")


async def test_after_a_reload_another_take_can_be_recorded(the_recruiter, new_context) -> None:
    _, address = await the_recruiter.publish({**VIDEO, "takes": 2})
    page = await (await new_context()).new_page()
    upload = Upload(page)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await enter(page, address)
    await press(page, "Start now")
    await upload.grown()
    await page.reload()
    await page.get_by_role("button", name="Record again").click()
    await press(page, "Start now")
    await state(page, "recording")
    await page.wait_for_timeout(1500)
    await press(page, "Stop")
    await expect(page.get_by_text("Take 2 ·")).to_be_visible()
    await press(page, "Use this take")
    await state(page, "complete")


@pytest.mark.parametrize("ended", ["stopped", "killed"])
async def test_a_server_that_goes_and_comes_back_while_recording_has_the_whole_take(
    fresh_product: Product, new_context, faults: browsers.Faults, ended: str
) -> None:
    async with recruiter(fresh_product) as owner:
        _, address = await owner.publish(VIDEO)
    page = await (await new_context()).new_page()
    upload = Upload(page)
    await enter(page, address)
    await press(page, "Start now")
    await upload.grown()

    if ended == "stopped":
        await fresh_product.stop()
    else:
        fresh_product.kill()
    await expect(page.get_by_text("The connection was lost. Your recording is kept here")).to_be_visible(timeout=20_000)
    await state(page, "recording")  # the candidate is not interrupted
    await fresh_product.start()
    await expect(page.get_by_text("The connection was lost.")).to_be_hidden(timeout=40_000)
    await press(page, "Stop")
    await state(page, "review")
    kept = await page.evaluate(KEPT)
    await press(page, "Use this take")
    await state(page, "complete", seconds=40)
    assert await stored_digest(fresh_product) == kept
    faults.forget("ERR_CONNECTION")
    faults.forget("ERR_EMPTY_RESPONSE")
