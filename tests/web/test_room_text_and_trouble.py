"""Answers in writing and by voice alone, and what the room says when something is missing."""

from __future__ import annotations

import pytest
from browsing import until, violations
from playwright.async_api import Page, expect
from room_peer import Peer, question

pytestmark = pytest.mark.browser


async def refuse(page: Page, name: str) -> None:
    """From now on the browser answers getUserMedia with the DOMException `name`, until `window.refusal` is empty."""
    await page.add_init_script(
        f"""const allowed = MediaDevices.prototype.getUserMedia;
        window.refusal = {name!r};
        MediaDevices.prototype.getUserMedia = function (wanted) {{
          return window.refusal ? Promise.reject(new DOMException("no", window.refusal)) : allowed.call(this, wanted);
        }};"""
    )


async def test_a_written_answer_is_kept_while_it_is_written_and_sent_when_asked(page: Page, serve) -> None:
    peer = Peer([{**question("Write a note.", "text"), "max_characters": 500}, question("And another.", "text")])
    address = serve(peer)
    await page.goto(address + "/room")
    await expect(page.locator("h1:visible")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Dear Ms Weber,")
    await until(lambda: peer.drafts.get(0) == "Dear Ms Weber,")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(page.get_by_text("14 of 500")).to_be_visible()

    await page.reload()
    await expect(page.get_by_label("Your answer")).to_have_value("Dear Ms Weber,")
    await page.get_by_label("Your answer").fill("Dear Ms Weber, we are sorry.")
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.locator("h1:visible")).to_have_text("And another.")
    await expect(page.get_by_label("Your answer")).to_have_value("")
    assert peer.answers == {0: "Dear Ms Weber, we are sorry."}
    assert peer.unsigned == []


async def test_an_empty_written_answer_is_not_sent(page: Page, serve) -> None:
    peer = Peer([question("Write a note.", "text")])
    await page.goto(serve(peer) + "/room")
    await page.get_by_label("Your answer").fill("   ")
    await page.get_by_role("button", name="Send answer").click()
    await expect(page.get_by_role("alert")).to_have_text("Write your answer first.")
    assert peer.answers == {}


async def test_an_answer_by_voice_holds_no_picture(page: Page, serve) -> None:
    peer = Peer([question("Say it.", "audio", answer=2)])
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("h2:focus")).to_have_text("Ready when you are")
    await page.wait_for_timeout(600)
    await page.locator(".press").click()
    await expect(page.locator("h2:focus")).to_have_text("Your answer", timeout=15_000)
    await until(lambda: peer.takes[0].seconds is not None)
    assert peer.takes[0].mime_type == "audio/webm"
    assert b"V_VP" not in peer.takes[0].data
    assert b"A_OPUS" in peer.takes[0].data


@pytest.mark.parametrize(
    ("name", "title", "text"),
    [
        ("NotAllowedError", "may not use your camera", "Press the symbol left of the address"),
        ("NotFoundError", "No camera or microphone was found", "open the same link there"),
        ("NotReadableError", "Another program is using", "Close video calls"),
        ("AbortError", "Another program is using", "Close video calls"),
    ],
)
async def test_the_room_says_what_is_wrong_and_goes_on_when_it_is_put_right(
    page: Page, serve, name: str, title: str, text: str
) -> None:
    await refuse(page, name)
    await page.goto(serve(Peer([question("Ready?")])) + "/room")
    await expect(page.locator("h2:focus")).to_contain_text(title)
    await expect(page.get_by_text(text)).to_be_visible()
    await expect(page.locator("h1:visible")).to_have_text("Ready?")
    assert await violations(page) == ""
    await page.evaluate("window.refusal = ''")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator("h2:focus")).to_have_text("Ready when you are")


async def test_a_take_too_many_is_explained(page: Page, serve) -> None:
    peer = Peer([question("Once.", takes=1)])
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("h2:focus")).to_have_text("Ready when you are")
    peer.questions[0]["takes_allowed"] = 0
    await page.wait_for_timeout(600)
    await page.locator(".press").click()
    await expect(page.get_by_role("alert")).to_contain_text("You have used all your takes")


async def test_everything_answered_shows_the_way_out(page: Page, serve) -> None:
    peer = Peer([question("One.", "text")], answers={0: "done"})
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await expect(page.get_by_text("Thank you, Ada.")).to_be_visible()
    assert await violations(page) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_a_written_question(page: Page, serve, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(serve(Peer([question("Write.", "text")])) + "/room")
    await expect(page.locator("h1:visible")).to_be_focused()
    assert await violations(page) == ""
