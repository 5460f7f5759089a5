"""The recruiter's editor in a real browser: moving by keyboard, saving while writing, rules that fit the kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.browser.people import OWNER, PASSWORD

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("", "/competencies", "/details", "/invite", "/preview", "/preview?at=1", "/preview?past=3&a3=1", "/paths")
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


async def test_a_choice_with_a_knock_out_is_written_by_keyboard_alone(product, the_recruiter, page, draft) -> None:
    await page.goto(f"{product.address}{draft}?add=single_choice")
    await settled(page)
    await page.get_by_label("Question", exact=True).fill("May you work here?")
    await page.get_by_role("textbox", name="Option 1").focus()
    for option in ("Yes", "No", "Soon"):
        await page.keyboard.type(option)
        await page.keyboard.press("Enter")
    await page.get_by_label("When the answer is").select_option(label="“No”")
    await page.get_by_label("What the candidate reads").fill("Thank you for your time.")
    await page.get_by_label("Condition 1").select_option(label="Q1 was answered")
    await page.get_by_label("What the candidate reads").press("Tab")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Question added.")).to_be_visible()
    *_, question = (await the_recruiter.get(draft))["questions"]
    assert [option["text"] for option in question["options"]] == ["Yes", "No", "Soon"]
    assert question["knock_out"]["value"] == question["options"][1]["id"]
    rules = "Single choice · 3 options · asked when Q1 was answered · ends the interview when “No”"
    await expect(page.get_by_text(rules)).to_be_visible()


async def test_a_question_that_is_needed_goes_back_to_its_place(product, the_recruiter, page, draft, faults) -> None:
    first = (await the_recruiter.get(draft))["questions"][0]["id"]
    rule = {"conditions": [{"question_id": first, "operator": "answered"}]}
    await the_recruiter.post(f"{draft}/questions", {"text": "And Number 4?", "kind": "text", "show_if": rule})
    await page.goto(product.address + draft)
    await settled(page)
    handle = page.get_by_role("button", name="Move question 4")
    await handle.focus()
    for _ in range(2):
        async with page.expect_response("**/questions/order"):
            await page.keyboard.press("ArrowUp")

    async with page.expect_response("**/questions/order") as refused:
        await page.keyboard.press("ArrowUp")

    assert (await refused.value).status == 409
    await expect(page.get_by_text("Question 2 is asked only after a certain answer to question 1")).to_be_visible()
    assert [one["text"][:3] for one in (await the_recruiter.get(draft))["questions"]] == ["Que", "And", "Que", "Que"]
    faults.forget("409")  # last: the browser tells of it when it likes


async def test_an_interview_is_tried_as_a_candidate(product, the_recruiter, page, draft) -> None:
    options = [{"text": "Yes"}, {"text": "No"}]
    ending = {"operator": "is", "value": "b", "message": "Thank you for your time."}
    choice = {"text": "May you?", "kind": "single_choice", "options": options, "knock_out": ending}
    await the_recruiter.post(f"{draft}/questions", choice)
    await page.goto(f"{product.address}{draft}/preview")
    await page.get_by_role("link", name="Begin").click()
    for _ in range(3):
        await page.get_by_role("button", name="Go on as if answered").click()

    await page.get_by_role("radio", name="No").check()
    await page.get_by_role("button", name="Go on").click()

    await expect(page.get_by_role("heading", name="The interview ends here")).to_be_visible()
    await expect(page.get_by_text("Thank you for your time.")).to_be_visible()
    await page.go_back()
    await page.get_by_role("radio", name="Yes").check()
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("heading", name="Handed in")).to_be_visible()


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
        *(
            f"{draft.removeprefix('/interviews')}{part}"
            for part in ("", "?add=video", "?add=single_choice", "?add=conversation", "/competencies?add=own")
        ),
    ]
    paths += [f"/{opened}{part}" for part in PAGES]
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
