"""The check of camera and microphone, with Chromium's played-in devices."""

from __future__ import annotations

import pytest
from browsing import playable_seconds, violations
from galleries import pages
from playwright.async_api import Page, expect
from room_peer import Peer

pytestmark = pytest.mark.browser

BLACK_AND_SILENT = """MediaDevices.prototype.getUserMedia = async function () {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const brush = canvas.getContext("2d");
  setInterval(() => brush.fillRect(0, 0, 64, 36), 40);
  const context = new AudioContext();
  const quiet = new GainNode(context, { gain: 0 });
  const out = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context);
  tone.connect(quiet).connect(out);
  tone.start();
  return new MediaStream([...canvas.captureStream(25).getTracks(), ...out.stream.getTracks()]);
};"""


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
