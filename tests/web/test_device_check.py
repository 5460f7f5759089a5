"""The check of camera and microphone, with Chromium's played-in devices."""

from __future__ import annotations

import asyncio

import pytest
from browsing import playable_seconds, violations
from galleries import pages, render
from playwright.async_api import Browser, Page, Route, expect
from room_peer import Peer
from room_steps import BLACK_AND_SILENT, refuse

pytestmark = pytest.mark.browser


def practice_page() -> str:
    interview = {"title": "Backend engineer", "company": "Acme Rail"}
    return render(
        "sessions/device_check.html", interview=interview, needs_video=True, continue_href="/room", practice=True
    )


async def test_a_working_camera_and_microphone_are_confirmed(page: Page, serve) -> None:
    await page.goto(serve(pages=pages()) + "/check")
    await expect(page.get_by_text("We have a picture.")).to_be_visible()
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    await expect(page.locator(".sound-meter i.on").first).to_be_attached()
    assert await page.get_by_label("Camera").locator("option").count() >= 1
    assert await page.get_by_label("Microphone").locator("option").count() >= 1
    mirrored = await page.evaluate("getComputedStyle(document.querySelector('.stage-preview')).transform")
    assert mirrored.startswith("matrix(-1")


async def test_a_black_picture_and_a_silent_microphone_are_told(page: Page, serve) -> None:
    await page.add_init_script(BLACK_AND_SILENT)
    await page.goto(serve(pages=pages()) + "/check")
    await page.mouse.click(5, 5)  # sound runs only after a press, as in any page
    await expect(page.get_by_text("The picture is black.")).to_be_visible(timeout=15_000)
    await expect(page.get_by_text("We hear nothing.")).to_be_visible(timeout=15_000)


async def test_the_chosen_device_is_used_in_the_room(page: Page, serve) -> None:
    await page.goto(serve(Peer([]), pages()) + "/check")
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    options = page.get_by_label("Microphone").locator("option")
    wanted = await options.nth(await options.count() - 1).get_attribute("value")
    await page.get_by_label("Microphone").select_option(wanted)
    await expect(page.get_by_label("Microphone")).to_have_value(wanted or "")
    await page.reload()
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    await expect(page.get_by_label("Microphone")).to_have_value(wanted or "")


async def test_a_trial_is_recorded_and_played_without_leaving_the_browser(page: Page, serve) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    await page.goto(serve(pages=pages()) + "/check")
    await page.get_by_role("button", name="Record five seconds").click()
    await expect(page.locator("video:focus")).to_be_visible(timeout=20_000)
    await expect(page.locator("video:focus")).to_have_js_property("ended", False)
    assert await playable_seconds(page, ".trial-player") > 4
    assert sent == []


@pytest.mark.parametrize("path", ["/check", "/check-audio"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(page: Page, serve, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.goto(serve(pages=pages()) + path)
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    assert await violations(page) == ""


async def test_a_question_is_practised_and_nothing_leaves_the_browser(page: Page, serve) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    await page.goto(serve(pages={"/check": practice_page()}) + "/check")
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    await page.get_by_role("button", name="Practise with a question first").click()
    room = page.locator("#practice")
    await expect(room.locator("h2:focus")).to_have_text("Time to think")
    assert await violations(page) == ""
    await page.wait_for_timeout(600)
    await room.get_by_role("button", name="Start now").click()
    await expect(room.locator("h2:focus")).to_have_text("Recording")
    await page.wait_for_timeout(1500)
    await room.get_by_role("button", name="Stop").click()
    await expect(room.locator("h2:focus")).to_have_text("Your answer")
    assert await playable_seconds(page, "#practice .stage-playback") > 1
    async with page.expect_download() as waiting:
        await room.get_by_role("link", name="Keep it as a file").click()
    assert (await waiting.value).suggested_filename.startswith("practice.")
    assert await violations(page) == ""
    await page.wait_for_timeout(600)
    await room.get_by_role("button", name="Enough practice").click()
    await expect(page.get_by_role("link", name="Go to the first question")).to_be_visible()
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    stored = await page.evaluate("indexedDB.databases().then((all) => all.length)")
    assert (sent, stored) == ([], 0)


HELP = [
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "switch on camera"),
    ("Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile", "Samsung Internet"),
    ("Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0", "Firefox on Android"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17.5 Safari/605", "menu Safari"),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Safari/604",
        "Safari on iPhone",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 CriOS/126.0 Safari/604",
        "Chrome on iPhone",
    ),
    ("Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0", "In Firefox:"),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "In Edge:"),
    ("Mozilla/5.0 (iPhone) AppleWebKit/605 [LinkedInApp]/9.29", "open inside LinkedIn"),
    ("Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile Instagram 334.0", "open inside Instagram"),
    ("Mozilla/5.0 (Linux; Android 14; K; wv) AppleWebKit/537.36 Chrome/126.0 Mobile", "open inside another program"),
]


@pytest.mark.parametrize(("agent", "words"), HELP, ids=[words for _, words in HELP])
async def test_help_names_the_menu_of_the_browser_that_is_used(
    chromium: Browser, serve, agent: str, words: str
) -> None:
    context = await chromium.new_context(user_agent=agent)
    page = await context.new_page()
    await refuse(page, "NotAllowedError")
    await page.goto(serve(pages=pages()) + "/check")
    await expect(page.locator("[data-part=trouble-help]")).to_contain_text(words)
    await context.close()


async def test_practising_waits_for_its_script_on_a_slow_line(page: Page, serve) -> None:
    pressed = asyncio.Event()

    async def late(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    await page.route("**/js/room/practice*.js*", late)
    await page.goto(serve(pages={"/check": practice_page()}) + "/check")
    await expect(page.get_by_text("We can hear you.")).to_be_visible()
    await page.get_by_role("button", name="Practise with a question first").click()
    pressed.set()
    await expect(page.locator("#practice h2:focus")).to_have_text("Time to think", timeout=15_000)
