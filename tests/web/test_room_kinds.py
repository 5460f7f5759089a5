"""Answers that are neither recorded nor written: choices, numbers, links; and what leads elsewhere."""

from __future__ import annotations

import pytest
from browsing import until, violations
from playwright.async_api import Page, expect
from room_peer import Peer, question
from room_steps import heading, press, refuse, state

pytestmark = pytest.mark.browser

OPTIONS = [{"id": "a", "text": "Python"}, {"id": "b", "text": "Go"}, {"id": "c", "text": "Rust <script>"}]


async def send(page: Page) -> None:
    await page.locator("button:visible", has_text="Send answer").click()


async def test_one_of_several_is_chosen_with_the_keyboard(page: Page, serve) -> None:
    peer = Peer([question("Which language?", "single_choice", options=OPTIONS)])
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("h1:focus")).to_have_text("Which language?")
    await send(page)
    await expect(page.get_by_role("alert")).to_have_text("Choose one of the answers.")
    await expect(page.get_by_role("radio", name="Python")).to_be_focused()
    assert await violations(page) == ""
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="Go")).to_be_checked()
    await expect(page.get_by_role("alert")).to_be_hidden()
    await until(lambda: peer.drafts.get(0) == "b")
    await page.reload()
    await expect(page.get_by_role("radio", name="Go")).to_be_checked()
    await page.get_by_text("Rust <script>").click()
    await send(page)
    await state(page, "complete")
    assert peer.answers == {0: "c"}


async def test_several_are_chosen(page: Page, serve) -> None:
    peer = Peer([question("Which languages?", "multiple_choice", options=OPTIONS)])
    await page.goto(serve(peer) + "/room")
    await send(page)
    await expect(page.get_by_role("alert")).to_have_text("Choose at least one of the answers.")
    await page.get_by_role("checkbox", name="Python").check()
    await page.get_by_role("checkbox", name="Rust").check()
    assert await violations(page) == ""
    await send(page)
    await state(page, "complete")
    assert peer.answers == {0: ["a", "c"]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter a number"),
        ("many", "Enter a number"),
        ("1e5", "Enter a number"),
        ("41", "Enter another number: From 0 to 40 years."),
        ("-1", "Enter another number: From 0 to 40 years."),
    ],
)
async def test_a_number_is_checked_by_the_rule_that_was_said_before(page: Page, serve, typed: str, said: str) -> None:
    rule = {"lowest": 0, "highest": 40, "unit": "years"}
    peer = Peer([question("How long?", "number", number_rule=rule)])
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_text("From 0 to 40 years.")).to_be_visible()
    field = page.get_by_role("textbox", name="Your answer")
    await expect(field).to_have_attribute("inputmode", "decimal")
    await field.fill(typed)
    await send(page)
    await expect(page.get_by_role("alert")).to_contain_text(said)
    await expect(field).to_be_focused()
    assert await violations(page) == ""
    await field.fill("12,5")
    await page.keyboard.press("Enter")
    await state(page, "complete")
    assert peer.answers == {0: 12.5}


async def test_a_link_is_checked_here_and_by_the_server(page: Page, serve) -> None:
    peer = Peer([question("Show us your work.", "link")])
    await page.goto(serve(peer) + "/room")
    field = page.get_by_label("Web address")
    for typed, said in [
        ("example.org/work", "beginning with https://"),
        ("javascript:alert(1)", "beginning with https://"),
        ("https://refused.example", "This address leads nowhere."),
    ]:
        await field.fill(typed)
        await send(page)
        await expect(page.get_by_role("alert")).to_contain_text(said)
        await expect(field).to_be_focused()
    await field.fill("https://example.org/work")
    await send(page)
    await state(page, "complete")
    assert peer.answers == {0: "https://example.org/work"}


async def test_a_conversation_is_announced_and_leads_to_its_page(page: Page, serve) -> None:
    peer = Peer([question("Let us talk.", "conversation", answer=600)])
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_text("A conversation in writing, with an AI interviewer.")).to_be_visible()
    await expect(page.locator(".rules")).to_contain_text("10 min at most")
    assert await violations(page) == ""
    await page.get_by_role("button", name="Begin the conversation").click()
    await page.wait_for_url("**/chat")


async def test_who_may_write_instead_writes_and_can_change_their_mind(page: Page, serve) -> None:
    peer = Peer([question("Say it, or write it.", "audio", text_allowed=True)])
    await page.goto(serve(peer) + "/room")
    await heading(page, "Ready when you are")
    await page.get_by_role("button", name="Answer in writing instead").click()
    await page.get_by_role("textbox", name="Your answer").fill("Written.")
    await send(page)
    await state(page, "complete")
    assert peer.answers == {0: "Written."}


async def test_a_refused_microphone_does_not_stop_who_may_write(page: Page, serve) -> None:
    await refuse(page, "NotFoundError")
    peer = Peer([question("Say it, or write it.", "audio", text_allowed=True)])
    await page.goto(serve(peer) + "/room")
    await state(page, "trouble")
    await page.get_by_role("button", name="Answer in writing instead").click()
    await state(page, "text")


async def test_captions_of_ones_own_come_with_the_take(page: Page, serve) -> None:
    peer = Peer([question("Say it.", "audio", captions_allowed=True)])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Recording")
    await page.wait_for_timeout(1200)
    await press(page, "Stop")
    await heading(page, "Your answer")
    await page.get_by_text("Add captions of your own").click()
    await page.get_by_role("button", name="Save captions").click()
    await expect(page.get_by_text("Paste your captions")).to_be_visible()
    await page.get_by_label("Captions, or the words you said").fill("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.")
    await page.get_by_role("button", name="Save captions").click()
    await expect(page.get_by_text("Your captions are saved")).to_be_visible()
    assert await violations(page) == ""
    assert peer.takes[0].captions.endswith("Hello.")
