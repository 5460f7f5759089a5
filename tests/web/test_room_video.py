"""The recording room with a played-in camera and voice."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE

import pytest
from browsing import playable_seconds, until, violations
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.async_api import Page, expect
from room_peer import Peer, question

pytestmark = pytest.mark.browser


async def press(page: Page, word: str) -> None:
    """Presses the round button once it says `word`; it is deaf for half a second after each change."""
    button = page.locator(".press", has_text=word)
    await expect(button).to_be_visible()
    await page.wait_for_timeout(600)
    await button.click()


async def heading(page: Page, text: str) -> None:
    await expect(page.locator("h2:focus")).to_have_text(text)


async def complaints(recording: bytes) -> bytes:
    """What ffmpeg has to say against a recording that it reads to its end."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", "-", "-f", "null", "-"]
    reading = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    said = (await reading.communicate(bytes(recording)))[1]
    assert reading.returncode == 0, said
    # Two pictures within one millisecond trouble ffmpeg's own output, which is thrown away; the recording is whole.
    return b"\n".join(line for line in said.splitlines() if not line.startswith(b"[null @"))


async def test_a_candidate_records_reviews_and_sends(page: Page, serve) -> None:
    peer = Peer([question("Tell us about a system you kept running.")])
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("h1:visible")).to_have_text("Tell us about a system you kept running.")
    await heading(page, "Ready when you are")
    await expect(page.locator("#place")).to_have_text("1 of 1")
    await expect(page.get_by_text("You may record 3 takes.")).to_be_visible()

    await press(page, "Start now")
    await heading(page, "Recording")
    await until(lambda: peer.takes and len(peer.takes[0].data) > 0)  # bytes leave while recording goes on
    assert peer.takes[0].length is None
    await page.wait_for_timeout(1500)
    await press(page, "Stop")
    await heading(page, "Your answer")
    await expect(page.get_by_text("You may record 2 more takes.")).to_be_visible()
    await expect(page.get_by_text("Saved, ")).to_be_visible()
    length = await playable_seconds(page, ".stage-playback")
    assert 1.5 < length < 20

    await press(page, "Use this take")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")

    take = peer.takes[0]
    assert peer.answers == {0: take.id}
    assert peer.completed
    assert take.length == len(take.data) > 10_000
    assert take.seconds == pytest.approx(length, abs=1)
    assert peer.unsigned == []
    assert await complaints(take.data) == b""


async def test_recording_begins_by_itself_when_the_time_to_think_is_over(page: Page, serve) -> None:
    peer = Peer([question("Why us?", think=3)])
    await page.goto(serve(peer) + "/room")
    await page.get_by_role("button", name="Show the question").click()
    await heading(page, "Time to think")
    await heading(page, "Recording")
    assert len(peer.takes) == 1


async def test_recording_stops_by_itself_at_the_limit(page: Page, serve) -> None:
    peer = Peer([question("In two seconds?", answer=2, takes=1)])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Your answer")
    await until(lambda: peer.takes[0].seconds is not None)
    assert peer.takes[0].seconds == pytest.approx(2, abs=0.6)
    await expect(page.get_by_role("button", name="Record again")).to_be_hidden()


async def test_an_earlier_take_can_be_chosen(page: Page, serve) -> None:
    peer = Peer([question("Twice, please.", takes=2)])
    await page.goto(serve(peer) + "/room")
    for again in (True, False):
        await press(page, "Start now")
        await heading(page, "Recording")
        await page.wait_for_timeout(1200)
        await press(page, "Stop")
        await heading(page, "Your answer")
        if again:
            await page.get_by_role("button", name="Record again").click()
            await expect(page.get_by_text("This is your last take.")).to_be_visible()
    await expect(page.get_by_role("button", name="Record again")).to_be_hidden()
    await expect(page.get_by_text("You have used all your takes")).to_be_visible()
    await page.get_by_text("Take 1 ·").click()
    await press(page, "Use this take")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_visible()
    assert peer.answers == {0: "take-1"}


async def test_a_lost_connection_is_waited_out_and_no_byte_is_lost(page: Page, serve) -> None:
    peer = Peer([question("And if the network goes?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await until(lambda: peer.takes and peer.takes[0].patches > 0)
    peer.down = True
    await expect(page.get_by_text("The connection was lost. Your recording is kept here")).to_be_visible()
    await press(page, "Stop")
    await press(page, "Use this take")
    await heading(page, "Sending your answer")
    peer.lose_answers = 1  # and when it is back, one acknowledgement gets lost on the way
    peer.down = False
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_visible(timeout=40_000)
    take = peer.takes[0]
    assert take.length == len(take.data)
    assert take.data[:4] == b"\x1a\x45\xdf\xa3"
    assert await complaints(take.data) == b""


async def test_a_reload_during_the_upload_goes_on_from_what_is_kept(page: Page, serve) -> None:
    peer = Peer([question("Reload?")])
    address = serve(peer)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await page.goto(address + "/room")
    await press(page, "Start now")
    await until(lambda: peer.takes and peer.takes[0].patches > 0)
    peer.down = True
    await page.wait_for_timeout(2500)
    sent = len(peer.takes[0].data)
    await page.reload()
    peer.down = False
    await heading(page, "Your answer")
    await until(lambda: peer.takes[0].seconds is not None)
    assert peer.takes[0].length == len(peer.takes[0].data) > sent
    assert await page.evaluate("document.querySelector('.stage-playback').src") != ""
    await press(page, "Use this take")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_visible()


async def test_the_newest_tab_has_the_room(context, page: Page, serve) -> None:
    peer = Peer([question("Where are you?")])
    address = serve(peer)
    await page.goto(address + "/room")
    await heading(page, "Ready when you are")
    second = await context.new_page()
    await second.goto(address + "/room")
    await expect(page.get_by_role("heading", name="You continued in another tab")).to_be_focused()
    await page.get_by_role("button", name="Continue here").click()
    await heading(page, "Ready when you are")
    await expect(second.get_by_role("heading", name="You continued in another tab")).to_be_visible()
    await second.close()


async def test_a_tab_in_another_browser_is_told_at_its_next_step(page: Page, serve) -> None:
    peer = Peer([question("Where are you?")])
    await page.goto(serve(peer) + "/room")
    await heading(page, "Ready when you are")
    peer.tab, peer.device = "somebody-else", {"label": "iPhone · Safari", "since": "2026-03-02T14:02:00Z"}
    await press(page, "Start now")
    await expect(page.get_by_role("heading", name="You continued on iPhone · Safari at ")).to_be_focused()
    assert peer.takes == []


async def test_the_second_half_of_a_double_press_means_nothing(page: Page, serve) -> None:
    peer = Peer([question("Nervous?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Recording")
    await page.locator(".press").click()
    await page.wait_for_timeout(100)
    await expect(page.locator(".room")).to_have_attribute("data-state", "recording")
    await until(lambda: peer.takes[0].patches > 0)
    await press(page, "Stop")
    await heading(page, "Your answer")
    await page.locator(".press").click()
    await page.wait_for_timeout(1000)
    await expect(page.locator(".room")).to_have_attribute("data-state", "review")
    assert peer.answers == {}


async def test_an_interview_of_video_is_finished_by_keyboard_alone(page: Page, serve) -> None:
    peer = Peer([question("No mouse?", takes=1)])
    await page.goto(serve(peer) + "/room")
    await heading(page, "Ready when you are")
    await page.wait_for_timeout(600)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await heading(page, "Recording")
    await page.wait_for_timeout(1500)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await heading(page, "Your answer")
    await page.wait_for_timeout(600)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")
    assert peer.completed


@pytest.mark.parametrize("state", ["ready", "recording", "review"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_room(page: Page, serve, state: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(serve(Peer([question("Anything in the way?")])) + "/room")
    await heading(page, "Ready when you are")
    if state != "ready":
        await press(page, "Start now")
        await heading(page, "Recording")
        await page.wait_for_timeout(600)
    if state == "review":
        await press(page, "Stop")
        await heading(page, "Your answer")
    assert await violations(page) == ""
