"""Which question is next, and whose clock counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from browsing import until, violations
from playwright.async_api import Page, expect
from room_peer import Peer, question
from room_steps import heading, press, refuse, state

pytestmark = pytest.mark.browser


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_a_question_is_announced_and_its_time_starts_when_the_candidate_presses(page: Page, serve) -> None:
    asked = question("Why us?", think=30, answer=120)
    peer = Peer([question("Done.", "text"), asked], answers={0: "yes"})
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_role("heading", name="Question 2 of 2")).to_be_focused()
    rules = await page.locator(".rules li").all_inner_texts()
    assert rules == ["video", "30 s to think", "2 min to answer", "3 takes"]
    await page.wait_for_timeout(1000)
    assert peer.opened == {}
    assert "Why us?" not in await page.content()
    assert await violations(page) == ""

    await page.get_by_role("button", name="Show the question").click()
    await heading(page, "Time to think")
    await expect(page.locator("h1:visible")).to_have_text("Why us?")
    assert peer.opened.keys() == {1}


async def test_a_permission_that_is_missing_is_asked_for_before_the_time_starts(page: Page, serve) -> None:
    peer = Peer([question("Ready?", think=30)])
    await refuse(page, "NotAllowedError")
    await page.goto(serve(peer) + "/room")
    await page.get_by_role("button", name="Show the question").click()
    await expect(page.locator("h2:focus")).to_contain_text("may not use your camera")
    assert peer.opened == {}
    await page.evaluate("window.refusal = ''")
    await page.get_by_role("button", name="Try again").click()
    await heading(page, "Time to think")


async def test_without_a_camera_the_question_can_be_seen_all_the_same(page: Page, serve) -> None:
    peer = Peer([question("Or upload it.", think=30, upload_allowed=True)])
    await refuse(page, "NotFoundError")
    await page.goto(serve(peer) + "/room")
    await page.get_by_role("button", name="Show the question").click()
    await page.get_by_role("button", name="Show the question without a camera").click()
    await expect(page.get_by_role("heading", name="Or upload it.")).to_be_visible()
    await page.get_by_role("button", name="Upload a file instead").click()
    await expect(page.get_by_label("Choose a file")).to_be_visible()


async def test_who_comes_back_after_the_time_to_think_is_counted_in(page: Page, serve) -> None:
    peer = Peer([question("Where were we?", think=5)], opened={0: soon(-60)})
    await page.goto(serve(peer) + "/room")
    await state(page, "counting")
    await expect(page.locator(".time-figures")).to_have_text("0:02")
    assert await violations(page) == ""
    await heading(page, "Recording")
    assert len(peer.takes) == 1


async def test_nothing_begins_by_itself_in_a_page_that_nobody_looks_at(page: Page, serve) -> None:
    await page.add_init_script(
        """window.looking = false;
        Object.defineProperty(document, "visibilityState", { get: () => (window.looking ? "visible" : "hidden") });"""
    )
    peer = Peer([question("Anybody?", think=2)], opened={0: soon(0)})
    await page.goto(serve(peer) + "/room")
    await state(page, "ready")
    await page.wait_for_timeout(4500)
    assert peer.takes == []
    await page.evaluate("window.looking = true; document.dispatchEvent(new Event('visibilitychange'))")
    await state(page, "counting")
    await heading(page, "Recording")


async def test_a_changed_clock_of_the_device_changes_nothing(page: Page, serve) -> None:
    await page.add_init_script("const real = Date.now; window.shift = 0; Date.now = () => real() + window.shift;")
    peer = Peer([question("What time is it?", think=30, answer=60)], opened={0: soon(0)})
    await page.goto(serve(peer) + "/room")
    await heading(page, "Time to think")
    await page.evaluate("window.shift = 3600000")
    await page.wait_for_timeout(1000)
    left = await page.locator(".time-figures").inner_text()
    assert left in {"0:29", "0:28", "0:27", "0:26", "0:25"}
    await press(page, "Start now")
    await heading(page, "Recording")
    await page.evaluate("window.shift = -3600000")
    await page.wait_for_timeout(1000)
    assert await page.locator(".time-figures").inner_text() in {"0:59", "0:58", "0:57", "0:56"}


async def test_the_questions_are_answered_in_the_order_the_candidate_likes(page: Page, serve) -> None:
    questions = [question("First.", "text"), question("Second.", "text"), question("Third.", "text", required=False)]
    peer = Peer(questions, order="free")
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_role("heading", name="Choose a question")).to_be_focused()
    await expect(page.get_by_role("button", name="Look over and hand in")).to_be_hidden()
    assert await violations(page) == ""
    await page.get_by_role("button", name="Question 2").click()
    await expect(page.locator("h1:focus")).to_have_text("Second.")
    await page.get_by_label("Your answer").fill("Not now, but this much is kept.")
    await page.get_by_role("button", name="All questions").click()
    await until(lambda: peer.drafts.get(1))
    await expect(page.get_by_role("button", name="Second.")).to_contain_text("Begun")

    for number, name in ((0, "Question 1"), (1, "Second.")):
        await page.get_by_role("button", name=name).click()
        await page.get_by_label("Your answer").fill(f"Answer {number}")
        await page.get_by_role("button", name="Send answer").click()
        await state(page, "list")
    await page.get_by_role("button", name="Look over and hand in").click()
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await expect(page.locator("[data-part=review-list] li").nth(2)).to_contain_text("Not answered yet")
    assert await violations(page) == ""
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")
    assert peer.answers == {0: "Answer 0", 1: "Answer 1"}


async def test_what_need_not_be_answered_can_be_left_out(page: Page, serve) -> None:
    peer = Peer([question("Must I?", "text"), question("May I?", "text", required=False)])
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("h1:visible")).to_have_text("Must I?")
    await expect(page.get_by_role("button", name="Leave this out")).to_be_hidden()
    await page.get_by_label("Your answer").fill("Yes.")
    await page.get_by_role("button", name="Send answer").click()
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Back to the question").click()
    assert peer.answers == {0: "Yes."}
    await page.get_by_role("button", name="Leave this out").click()
    await page.get_by_role("button", name="Leave it out").click()
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await expect(page.locator("[data-part=review-list] li").nth(1)).to_contain_text("Left out")
    assert peer.answers == {0: "Yes.", 1: None}


async def test_the_time_left_is_said_calmly(page: Page, serve) -> None:
    peer = Peer([question("Write.", "text")], must_end_at=soon(63))
    await page.goto(serve(peer) + "/room")
    await expect(page.locator("#remaining")).to_have_text("1 min left")
    await expect(page.get_by_role("alert")).to_have_text("1 minute is left for the whole interview.", timeout=10_000)
    await expect(page.locator("#remaining")).to_have_text("less than 1 min left")
    assert await violations(page) == ""


async def test_when_the_time_is_over_the_take_ends_and_what_is_there_is_told(page: Page, serve) -> None:
    asked = [question("Written.", "text"), question("And said."), question("Never seen.")]
    peer = Peer(asked, must_end_at=soon(8), answers={0: "Yes."}, opened={0: soon(-1)})
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Recording")
    await expect(page.get_by_role("heading", name="The time for the interview is over")).to_be_focused(timeout=15_000)
    await expect(page.get_by_text("Your answers are handed in.")).to_be_visible()
    rows = page.locator("[data-part=over-list] li")
    await expect(rows.nth(0)).to_contain_text("Answered")
    await expect(rows.nth(2)).to_contain_text("No answer")
    assert await violations(page) == ""
    await until(lambda: peer.takes[0].seconds)
    assert peer.takes[0].length == len(peer.takes[0].data)
    assert 1 < (peer.takes[0].seconds or 0) < 8
    await expect(page.get_by_role("link", name="What happens next")).to_be_visible()


async def test_words_typed_last_are_kept_when_the_time_is_over(page: Page, serve) -> None:
    peer = Peer([question("Write.", "text")], must_end_at=soon(5))
    await page.goto(serve(peer) + "/room")
    await page.wait_for_timeout(2500)
    await page.get_by_label("Your answer").press_sequentially("until the very end of it", delay=120)
    await expect(page.get_by_role("heading", name="The time for the interview is over")).to_be_focused(timeout=15_000)
    await until(lambda: len(str(peer.drafts.get(0, ""))) > 8)
