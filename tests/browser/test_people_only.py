"""Candidates of each kind, side by side: a program, people only, and one who has to be told ten business days before.

Whoever chooses people sees the same pages, and is shown to reviewers without a mark of anything wrong.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.browser.people import OWNER, PASSWORD
from tests.factories.answered import STRONG
from tests.factories.identity import unique_email

pytestmark = [pytest.mark.timeout(400)]
TYPED = {"text": "Tell us about a difficult bug that you investigated.", "kind": "text"}
SHOTS = os.environ.get("COLLOQUY_TEST_SHOTS")


async def shoot(page, name: str) -> None:
    """Pictures for whoever wants to look, at two widths and in both colours; nothing without a folder for them."""
    if SHOTS is None:
        return
    for width in (390, 1440):
        for scheme in ("light", "dark") if width == 1440 else ("light",):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)


async def take_part(context, address: str, name: str, *, choice: str) -> str:
    """Goes through the whole interview; returns what the landing page said."""
    page = await context.new_page()
    await page.goto(address)
    landing = await page.inner_text("main")
    await shoot(page, f"{choice}-landing")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail").fill(unique_email(choice))
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("I agree that my answers are recorded and kept as described").check()
    await shoot(page, f"{choice}-notice")
    if choice == "people":
        await page.get_by_role("radio", name="People only").check()
    elif choice == "program":
        await page.get_by_role("radio", name="A program first, then people").check()
    await page.get_by_role("button", name="Continue").click()
    await page.wait_for_url("**/room**")
    await page.get_by_role("textbox").first.fill(STRONG)
    await page.get_by_role("button", name="Send answer").click()
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done**")
    await shoot(page, f"{choice}-done")
    await page.goto(f"{address}/my-data")
    await shoot(page, f"{choice}-my-data")
    return landing


async def sign_in(page, address: str) -> None:
    await page.goto(f"{address}/sign-in")
    await page.get_by_label("E-mail").fill(OWNER["email"])
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()


async def test_people_only_is_shown_as_a_path_and_not_as_a_fault(product, the_recruiter, new_context):
    interview, link = await the_recruiter.publish(TYPED, title="Three paths", competencies=("problem_solving",))
    for name, choice in (("Petra Program", "program"), ("Paul People", "people")):
        landing = await take_part(await new_context(), link, name, choice=choice)
        assert "artificial intelligence" in landing

    context = await new_context()
    page = await context.new_page()
    await sign_in(page, product.address)
    await page.goto(f"{product.address}/interviews/{interview}/details#places")
    await page.get_by_role("radio", name="These:").check()
    await page.get_by_role("checkbox", name="New York City").check()
    await page.get_by_role("button", name="Save places").click()
    await expect(page.get_by_text("Notice comes ten business days before a program")).to_be_visible()
    await shoot(page, "details")
    landing = await take_part(await new_context(), link, "Nina York", choice="program")
    assert "automated employment decision tool" in landing

    await page.goto(f"{product.address}/interviews/{interview}/sessions")
    for _ in range(60):
        await page.reload()
        text = await page.inner_text("main")
        if "Being processed" not in text:
            break
        await asyncio.sleep(1)
    await shoot(page, "board")
    rows = {name: await page.get_by_role("row", name=name).inner_text() for name in ("Paul People", "Nina York")}
    assert "For people" in rows["Paul People"]
    assert "Needs a person" not in rows["Paul People"]
    assert "A program evaluates from" in rows["Nina York"]
    for name in ("Petra Program", "Paul People", "Nina York"):
        await page.goto(f"{product.address}/interviews/{interview}/sessions")
        await page.get_by_role("link", name=name).click()
        await page.wait_for_load_state("networkidle")
        said = await page.inner_text("main")
        assert "does not agree" not in said
        assert ("People evaluate these answers" in said) is name.startswith("Paul")
        assert "A person needs to look" not in said
        assert "Not part of the scores" not in said
        await shoot(page, f"session-{name.split()[0].lower()}")
    for path in ("jurisdictions", "notices"):
        await page.goto(f"{product.address}/settings/{path}")
        await shoot(page, path)
