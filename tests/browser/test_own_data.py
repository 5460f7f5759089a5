"""A candidate's own data, and what recruiters grant, in a real browser: readable, reachable, and they really work."""

from __future__ import annotations

import os
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.people import OWNER, PASSWORD, Recruiter
from tests.browser.product import Product
from tests.factories.candidates import CandidateClient, begin
from tests.factories.identity import unique_email
from tests.web.browsing import AXE, violations

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `make vendor`"),
]

QUESTIONS = (
    {
        "text": "May you work here?",
        "kind": "single_choice",
        "options": [{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}],
    },
    {
        "text": "For how many years have you done this?",
        "kind": "number",
        "number_rule": {"lowest": 0, "highest": 60, "unit": "years"},
    },
    {"text": "Where is your code?", "kind": "link", "required": False},
    {"text": "Write a note to a customer.", "kind": "text"},
)
LOOKS = [("light", 1280), ("dark", 390), ("light", 320)]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


@dataclass
class Own:
    """A candidate who has answered two questions, and their browser."""

    context: BrowserContext
    candidate: CandidateClient
    home: str
    session: str
    interview: str


@pytest.fixture
async def own(product: Product, the_recruiter: Recruiter, new_context) -> AsyncIterator[Own]:
    interview, address = await the_recruiter.publish(*QUESTIONS, title="Own data")
    async with httpx.AsyncClient(base_url=product.address, timeout=30) as client:
        candidate = await begin(client, address.rpartition("/")[2], name="Zoë Wide", email=unique_email("own"))
        await candidate.agree()
        for value in ("a", 7):
            question = (await candidate.room())["question"]
            given = await candidate.post("/room/answers", {"question_id": question["id"], "value": value})
            assert given.is_success, given.text
        context = await new_context(accept_downloads=True)
        cookie = {"name": "colloquy_candidate", "value": f"{candidate.key}.{candidate.token}", "url": product.address}
        await context.add_cookies([cookie])
        home = f"{product.address}/{candidate.token}/my-data"
        yield Own(context, candidate, home, candidate.session_id, interview)


async def look(page: Page, name: str) -> None:
    """Nothing for axe to find and nothing to scroll sideways, in both schemes and down to 320 px."""
    for scheme, width in LOOKS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        await page.wait_for_timeout(300)  # colours glide from one scheme to the other
        assert await violations(page) == "", f"{name}, {scheme}, {width} px"
        assert not await page.evaluate(WIDER), f"{name} scrolls sideways at {width} px"
        if folder := os.environ.get("COLLOQUY_SCREENS"):
            await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


async def test_a_candidate_sees_takes_along_and_erases(own: Own, tmp_path: Path) -> None:
    page = await own.context.new_page()
    await page.goto(own.home)
    await expect(page.get_by_role("heading", name="What is stored about you")).to_be_visible()
    await look(page, "my-data")

    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download").click()
    download = await started.value
    saved = tmp_path / "mine.zip"
    await download.save_as(saved)
    assert download.suggested_filename.startswith("my-data-")
    with zipfile.ZipFile(saved) as archive:
        assert b"7 years" in archive.read("data.json")

    await page.get_by_role("button", name="People only from now on").click()
    await expect(page.get_by_text("People alone evaluate your answers. No program does.")).to_be_visible()
    await page.get_by_role("link", name="Erase everything").click()
    await expect(page.get_by_text("You withdraw as well")).to_be_visible()
    await look(page, "my-data-erase")
    await page.get_by_role("textbox").fill("erase")
    await page.get_by_role("button", name="Send me the link").click()
    await expect(page.get_by_role("heading", name="Confirm it in your mailbox")).to_be_visible()
    await look(page, "my-data-asked")


async def test_a_recruiter_grants_time_and_reads_answers_of_every_kind(own: Own, product: Product, new_context) -> None:
    question = (await own.candidate.room())["question"]
    link = "https://trusted.example.org@evil.example.com/" + "a" * 120
    await own.candidate.post("/room/answers", {"question_id": question["id"], "value": link})
    context = await new_context()
    page = await context.new_page()
    await page.goto(f"{product.address}/sign-in")
    await page.get_by_label("E-mail").fill(OWNER["email"])
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/interviews")

    await page.goto(f"{product.address}/sessions/{own.session}/accommodations")
    await look(page, "accommodations")
    await page.get_by_label("1.5 times as long").check()
    await page.get_by_label("May write instead of recording").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("1.5 times as long")).to_be_checked()
    await page.get_by_role("button", name="Extend").click()
    await expect(page.get_by_text("The candidate may answer until")).to_be_visible()
    await expect(page.get_by_role("link", name="Open evil.example.com")).to_be_visible()
    await look(page, "session")
    await page.goto(f"{product.address}/interviews/{own.interview}/sessions")
    await look(page, "board")
