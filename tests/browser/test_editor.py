"""The recruiter's editor in a real browser: moving by keyboard, saving while writing, rules that fit the kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.browser.people import OWNER, PASSWORD

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUESTIONS = [{"text": f"Question number {number}?", "kind": "text"} for number in (1, 2, 3)]


@pytest.fixture
async def page(product, the_recruiter, new_context) -> Page:
    """A browser that the owner is signed in with, on the list of interviews."""
    opened = await (await new_context()).new_page()
    await opened.goto(f"{product.address}/sign-in?next=/interviews")
    await opened.get_by_label("E-mail").fill(OWNER["email"])
    await opened.get_by_label("Password").fill(PASSWORD)
    await opened.get_by_role("button", name="Sign in").click()
    await opened.wait_for_url("**/interviews")
    return opened


@pytest.fixture
async def draft(the_recruiter) -> str:
    """The path of a draft with three questions."""
    made = await the_recruiter.post("/interviews", {"title": "Editor"})
    for question in QUESTIONS:
        await the_recruiter.post(f"/interviews/{made['id']}/questions", question)
    return f"/interviews/{made['id']}"


async def order(the_recruiter, draft: str) -> list[str]:
    return [question["text"][16] for question in (await the_recruiter.get(draft))["questions"]]


async def settled(page) -> None:
    """Every controller is bound: a key pressed before would find nobody."""
    await expect(page.locator("[data-controller]:not([data-mounted])")).to_have_count(0)


async def test_a_question_is_moved_by_keyboard_and_by_drag(product, the_recruiter, page, draft) -> None:
    await page.goto(product.address + draft)
    await settled(page)
    await page.get_by_role("button", name="Move question 1").focus()

    async with page.expect_response("**/questions/order"):
        await page.keyboard.press("ArrowDown")
    assert await order(the_recruiter, draft) == ["2", "1", "3"]
    await expect(page.get_by_text("Moved to 2 of 3.")).to_be_visible()

    handle = page.get_by_role("button", name="Move question 3")
    target = await page.get_by_role("button", name="Move question 2").bounding_box()
    await handle.hover()
    await page.mouse.down()
    await page.mouse.move(target["x"] + 4, target["y"] - 20, steps=8)
    async with page.expect_response("**/questions/order"):
        await page.mouse.up()
    assert await order(the_recruiter, draft) == ["3", "2", "1"]


async def test_the_description_saves_itself(product, the_recruiter, page, draft) -> None:
    await page.goto(f"{product.address}{draft}/details")
    await settled(page)

    async with page.expect_response(f"**/api{draft}"):
        await page.get_by_label("Description").fill("We build the ledger.")

    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert (await the_recruiter.get(draft))["description"] == "We build the ledger."


async def test_only_the_rules_of_the_chosen_kind_are_shown(product, page, draft) -> None:
    await page.goto(f"{product.address}{draft}?add=video")
    await settled(page)
    takes, characters = page.get_by_label("Takes"), page.get_by_label("Longest typed answer")
    await expect(takes).to_be_visible()
    await expect(characters).to_be_hidden()

    await page.get_by_role("radio", name="Text").check()

    await expect(takes).to_be_hidden()
    await expect(characters).to_be_visible()


async def test_a_removed_question_is_one_press_away(product, the_recruiter, page, draft) -> None:
    await page.goto(product.address + draft)
    await settled(page)
    await page.get_by_label("More for question 2").click()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("Question removed.")).to_be_visible()
    assert await order(the_recruiter, draft) == ["1", "3"]

    await page.get_by_role("button", name="Undo").click()

    await expect(page.get_by_text("The question is back.")).to_be_visible()
    assert await order(the_recruiter, draft) == ["1", "2", "3"]


@pytest.mark.parametrize("width", [390, 1440])
async def test_nothing_shuts_anybody_out(product, the_recruiter, page, draft, width) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is missing: run `make vendor`")
    opened, _ = await the_recruiter.publish(*QUESTIONS)
    await the_recruiter.post(f"/interviews/{opened}/invitations", {"people": "Ada <ada@example.com>"})
    paths = [
        "",
        "/new",
        *(f"{draft.removeprefix('/interviews')}{part}" for part in ("", "?add=video", "/competencies?add=own")),
    ]
    paths += [f"/{opened}{part}" for part in ("", "/competencies", "/details", "/invite", "/preview")]
    await page.set_viewport_size({"width": width, "height": 900})

    violations = {}
    for path in paths:
        await page.goto(f"{product.address}/interviews{path}")
        await settled(page)
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("axe.run().then((result) => result.violations.map((one) => one.id))")
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found or wide:
            violations[path] = [*found, *(["wider than the window"] if wide else [])]

    assert violations == {}
