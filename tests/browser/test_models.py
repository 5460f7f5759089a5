"""An organisation enters a key and two models; answers are read twice, and the usage page says what that took."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from playwright.async_api import expect
from tests.browser.people import OWNER, PASSWORD
from tests.factories.answered import STRONG
from tests.factories.candidates import begin
from tests.factories.identity import unique_email
from tests.providers.llm.vendor_answers import prompt_of
from tests.providers.llm.vendor_server import VendorServer

pytestmark = [pytest.mark.timeout(300)]
KEY = "sk-larkspur-0123456789"
QUOTE = "a missing index made one query forty times slower"
LEVELS = {"careful": 3, "generous": 4}
TYPED = {"text": "Tell us about a difficult bug that you investigated.", "kind": "text"}


def verdict(asked) -> str:
    """What a model says: the first by its name, both with a true quote."""
    keys = [one["key"] for one in json.loads(prompt_of(asked.body))["competencies"]]
    level = LEVELS[asked.body["model"]]
    return json.dumps(
        {
            "judgements": [
                {"competency": key, "level": level, "reason": f"Says {QUOTE}.", "quotes": [QUOTE]} for key in keys
            ]
        }
    )


async def sign_in(page, address):
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("E-mail").fill(OWNER["email"])
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()


async def test_two_models_read_and_the_usage_page_counts(product, the_recruiter, new_context):
    async with VendorServer(verdict).running() as vendor:
        url = vendor.url("openai")
        await the_recruiter.post("/model-keys", {"vendor": "compatible", "base_url": url, "label": "Ours", "key": KEY})
        made = [
            await the_recruiter.post(
                "/models",
                {"vendor": "compatible", "model": name, "base_url": url, "tasks": ["evaluate"], "position": place},
            )
            for place, name in enumerate(LEVELS)
        ]
        try:
            interview, link = await the_recruiter.publish(TYPED, title="Read twice", competencies=("problem_solving",))
            async with httpx.AsyncClient(base_url=product.address, timeout=60) as client:
                candidate = await begin(client, httpx.URL(link).path.strip("/"), email=unique_email("candidate"))
                await candidate.agree()
                await candidate.write((await candidate.room())["question"], STRONG)
                await candidate.complete()
            async with asyncio.timeout(90):  # another process does the work; nothing tells this one
                while (await the_recruiter.get(f"/interviews/{interview}/sessions"))["items"][0]["state"] != "scored":  # noqa: ASYNC110
                    await asyncio.sleep(0.3)
            page = await (await new_context()).new_page()
            await sign_in(page, product.address)
            await page.goto(f"{product.address}/sessions/{candidate.session_id}")
            await expect(page.get_by_text("two readings: 3 and 4")).to_be_visible(timeout=60_000)
            await expect(page.get_by_text("Read twice: compatible:careful, compatible:generous.")).to_be_visible()
            await expect(page.locator("blockquote", has_text=QUOTE)).to_be_visible()
            assert {taken.asked.body["model"] for taken in vendor.taken} == set(LEVELS)
            assert all(OWNER["name"] not in prompt_of(taken.asked.body) for taken in vendor.taken)

            await page.goto(f"{product.address}/settings/usage?by=model")
            row = page.get_by_role("row", name="compatible:careful")
            await expect(row).to_contain_text("1")
            await expect(page.get_by_text("Some prices are not known")).to_be_visible()
            assert KEY not in await page.content()
            await page.goto(f"{product.address}/settings/models")
            assert KEY not in await page.content()
            await expect(page.get_by_text("6789").first).to_be_visible()
        finally:
            for one in made:
                await the_recruiter.client.delete(f"/api/models/{one['id']}")
