"""Every kind of answer against the real server: choices, numbers, links, files, a file instead of a recording."""

from __future__ import annotations

import asyncio
import hashlib

import psycopg
import pytest
from playwright.async_api import Page, expect
from tests.browser.product import Product
from tests.browser.room import arrive, state
from tests.factories.candidates import SAMPLES
from tests.factories.identity import unique_email

pytestmark = pytest.mark.timeout(240)

OPTIONS = [{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}]
RULE = {"lowest": 0, "highest": 60, "unit": "years"}
FORM = (
    {"text": "May you work here?", "kind": "single_choice", "options": OPTIONS},
    {"text": "For how many years?", "kind": "number", "number_rule": RULE},
    {"text": "Where is your code?", "kind": "link", "required": False},
    {"text": "Your résumé, please.", "kind": "file"},
)
SHOWN = {"text": "Show us.", "kind": "video", "think_seconds": 0, "answer_seconds": 60, "upload_allowed": True}


async def send(page: Page) -> None:
    await page.locator("button:visible", has_text="Send answer").click()


def received(product: Product, kind: str) -> int:
    """Bytes received of the newest recording of this kind."""
    with psycopg.connect(product.where.migrating) as connection:
        query = "select received_bytes from recordings where kind = %s order by id desc limit 1"
        row = connection.execute(query, [kind]).fetchone()
    return int(row[0]) if row else 0


def is_stored(product: Product, digest: str) -> bool:
    """Whether a recording with this SHA-256 is stored."""
    with psycopg.connect(product.where.migrating) as connection:
        return connection.execute("select 1 from recordings where sha256 = %s", [digest]).fetchone() is not None


async def test_a_form_is_filled_in(product: Product, the_recruiter, new_context) -> None:
    _, address = await the_recruiter.publish(*FORM, title="A form")
    page = await (await new_context()).new_page()
    await arrive(page, address, email=unique_email("form"))
    await state(page, "form")
    await page.get_by_text("Yes", exact=True).click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    await send(page)

    await expect(page.locator("h1:visible")).to_have_text("For how many years?")
    await page.locator("#short").fill("61")
    await send(page)
    await expect(page.get_by_role("alert")).to_contain_text("From 0 to 60 years.")
    await page.locator("#short").fill("7,5")
    await send(page)

    await expect(page.locator("h1:visible")).to_have_text("Where is your code?")
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Leave it out").click()

    await state(page, "file")
    content = "Ada Lovelace, engineer.\n" * 40_000
    await page.locator("#file").set_input_files(
        {"name": "résumé.txt", "mimeType": "text/plain", "buffer": content.encode()}
    )
    await page.get_by_role("button", name="Send answer").click(timeout=20_000)
    await state(page, "complete")
    await expect(page.locator("[data-part=review-list] li").nth(2)).to_contain_text("Left out")
    assert received(product, "file") == len(content.encode())
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")


async def test_questions_in_the_order_one_likes_and_a_film_from_the_disk(
    product: Product, the_recruiter, new_context
) -> None:
    _, address = await the_recruiter.publish(FORM[0], SHOWN, title="In any order", order="free")
    page = await (await new_context()).new_page()
    await arrive(page, address, email=unique_email("order"))
    await page.get_by_role("link", name="Go to the first question").click()
    await state(page, "list")
    await page.get_by_role("button", name="Question 2").click()
    await state(page, "ready")
    await page.get_by_role("button", name="Upload a file instead").click()
    await state(page, "file")
    film = SAMPLES / "weak" / "answer-1.webm"
    await page.locator("#file").set_input_files(film)
    await page.get_by_role("button", name="Send answer").click(timeout=20_000)
    await state(page, "list")
    await page.get_by_role("button", name="Question 1").click()
    await page.get_by_text("No", exact=True).click()
    await send(page)
    await state(page, "complete")
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")
    with film.open("rb") as opened:
        sent = hashlib.file_digest(opened, "sha256").hexdigest()
    async with asyncio.timeout(60):
        while not is_stored(product, sent):  # noqa: ASYNC110 - the product is another process
            await asyncio.sleep(0.3)
