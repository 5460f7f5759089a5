"""Two reviewers, each with a browser: words first, own scorecard, then what the other said; a comment by key."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.people import PASSWORD, Recruiter
from tests.factories.candidates import SAMPLES, begin
from tests.factories.identity import unique_email

pytestmark = [pytest.mark.timeout(420)]
TYPED = {"text": "What did you repair last?", "kind": "text"}
VIDEO = {"text": "Tell us about a system you kept running.", "kind": "video", "think_seconds": 30, "answer_seconds": 60}
WORDS = (
    "Last week our sorting centre lost power. First I called the depot, then I compared the lists and found the cause:"
    " a worn relay. I replaced it, wrote down what to check, and as a result we lost eleven minutes instead of a day."
)
SAID = "Convincing from the first sentence."
NOTE = "Here the reasoning starts."


async def colleague(boss: Recruiter, name: str) -> str:
    """Somebody who was invited and joined as a reviewer; their address."""
    email = unique_email(name)
    link = (await boss.post("/team/invitations", {"email": email, "role": "reviewer"}))["link"]
    path = httpx.URL(link).path
    async with httpx.AsyncClient(base_url=boss.client.base_url, headers={"accept": "text/html"}) as browser:
        page = (await browser.get(path)).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        form = {"csrf_token": found[1], "name": name, "email": email, "password": PASSWORD}
        assert (await browser.post(path, data=form)).status_code == 303
    return email


async def signed_in(context: BrowserContext, address: str, email: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


async def test_each_judges_alone_and_then_sees_the_other(product, the_recruiter, new_context):
    interview, link = await the_recruiter.publish(TYPED, VIDEO, title="Reviewed blind", blind_review=True)
    async with httpx.AsyncClient(base_url=product.address, timeout=60) as client:
        candidate = await begin(client, httpx.URL(link).path.strip("/"), email=unique_email("candidate"))
        await candidate.agree()
        await candidate.write((await candidate.room())["question"], WORDS)
        question = (await candidate.room())["question"]
        await candidate.answer_with(question, (SAMPLES / "strong" / "answer-1.webm").read_bytes())
        await candidate.complete()
    people = [await colleague(the_recruiter, name) for name in ("Frida First", "Sven Second")]
    team = {one["email"]: one["person_id"] for one in (await the_recruiter.get("/team"))["members"]}
    asked = await the_recruiter.client.put(
        f"/api/interviews/{interview}/panel", json={"person_ids": [team[one] for one in people]}
    )
    assert asked.is_success, asked.text

    first = await signed_in(await new_context(), product.address, people[0])
    await first.get_by_role("link", name="Your reviews").click()
    await first.get_by_role("row").nth(1).get_by_role("link").click()
    address = first.url
    await expect(first.locator(".review").nth(1).locator("video")).to_be_attached(timeout=120_000)
    await expect(first.get_by_text("Words worth a look").first).to_be_visible(timeout=60_000)
    await expect(first.locator(".machine-level, .score-figure")).to_have_count(0)
    await note_words(first)
    await note_moment(first)
    await judge(first, "4", SAID)
    await expect(first.locator(".machine-level").first).to_be_visible()

    second = await signed_in(await new_context(), product.address, people[1])
    await second.goto(address)
    await expect(second.locator(".transcript").first).to_be_visible()
    for hidden in (second.get_by_text(SAID), second.get_by_text(NOTE), second.locator(".machine-level, .score-figure")):
        await expect(hidden).to_have_count(0)
    await expect(second.get_by_text("Scorecard is in", exact=True)).to_have_count(1)
    await expect(second.get_by_role("button", name="Reveal to me")).to_have_count(0)
    await judge(second, "2", "Vague on what was measured.")
    await expect(second.get_by_text(SAID)).to_be_visible()
    await expect(second.get_by_text(NOTE)).to_be_visible()
    await expect(second.locator(".machine-level").first).to_be_visible()
    assert await second.evaluate("""() => {
      const [words, numbers] = [".transcript", "#scores"].map((one) => document.querySelector(one));
      return Boolean(words.compareDocumentPosition(numbers) & Node.DOCUMENT_POSITION_FOLLOWING);
    }"""), "evidence before scores"
    await second.locator(".note .at-button").click()
    assert await second.locator("video").first.evaluate("video => video.currentTime") >= 2.9

    await second.get_by_role("link", name="Your reviews").click()
    await expect(second.get_by_text("Nobody waits for you")).to_be_visible()


async def note_words(page: Page) -> None:
    """A comment on words that are selected, by the key c."""
    await page.evaluate("""() => {
      const text = document.querySelector(".transcript p").firstChild;
      const range = document.createRange();
      range.setStart(text, 0);
      range.setEnd(text, 39);
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }""")
    await page.keyboard.press("c")
    await expect(page.locator("#note-1-quote")).to_have_value("Last week our sorting centre lost power")
    await page.keyboard.type("A real case.")
    await page.locator("#note-1").get_by_role("button", name="Save comment").click()
    await expect(page.locator(".note > .prose").get_by_text("A real case.")).to_be_visible()


async def note_moment(page: Page) -> None:
    """A comment on the moment that plays, by the key c."""
    await page.locator("video").first.evaluate("video => { video.currentTime = 3; }")
    await page.locator("#answer-2").focus()
    await page.keyboard.press("c")
    await expect(page.locator("#note-2-at")).to_have_value("0:03")
    await page.keyboard.type(NOTE)
    await page.locator("#note-2").get_by_role("button", name="Save comment").click()
    await expect(page.locator(".note > .prose").get_by_text(NOTE)).to_be_visible()


async def judge(page: Page, level: str, comment: str) -> None:
    card = page.locator("#scorecard")
    for scale in await card.locator("form .levels").all():
        await scale.get_by_text(level, exact=True).click()
    await card.get_by_label("Comment").first.fill(comment)
    await card.get_by_role("button", name="Save scorecard").click()
    await expect(page.get_by_text("Your scorecard is saved.")).to_be_visible()
