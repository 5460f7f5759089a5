"""Cameras, screens, storage and networks as they are: what goes wrong in the middle, and what becomes of the take."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from browsing import playable_seconds, until, violations
from playwright.async_api import Page, expect
from room_peer import Peer, Take, question
from room_steps import BLACK_AND_SILENT, heading, press, state

pytestmark = pytest.mark.browser

# A screen of one moving square; `window.stopSharing()` is the browser's own button.
SCREEN = """MediaDevices.prototype.getDisplayMedia = async function () {
  if (window.refuseScreen) throw new DOMException("no", "NotAllowedError");
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const brush = canvas.getContext("2d");
  let at = 0;
  setInterval(() => { brush.fillStyle = "#fff"; brush.fillRect(0, 0, 640, 360); brush.fillStyle = "#06c";
    brush.fillRect((at += 8) % 600, 100, 40, 40); }, 60);
  const stream = canvas.captureStream(15);
  if (window.shareSound) {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context);
    tone.connect(out);
    tone.start();
    stream.addTrack(out.stream.getAudioTracks()[0]);
  }
  const [picture] = stream.getVideoTracks();
  window.stopSharing = () => { picture.stop(); picture.dispatchEvent(new Event("ended")); };
  return stream;
};"""


async def record(page: Page, milliseconds: int = 1500) -> None:
    await press(page, "Start now")
    await heading(page, "Recording")
    await page.wait_for_timeout(milliseconds)
    await press(page, "Stop")
    await heading(page, "Your answer")


async def test_asking_again_never_costs_a_take(page: Page, serve) -> None:
    peer = Peer([question("Twice?", takes=2)], lose_takes=1)
    await page.goto(serve(peer) + "/room")
    await record(page)
    await expect(page.get_by_text("You may record 1 more take.")).to_be_visible()
    assert len(peer.takes) == 1


async def test_a_full_storage_is_told_and_the_take_is_sent_all_the_same(page: Page, serve) -> None:
    await page.add_init_script(
        """IDBObjectStore.prototype.put = function () { throw new DOMException("full", "QuotaExceededError"); };"""
    )
    peer = Peer([question("Room for more?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await expect(page.locator(".stage-warning")).to_contain_text("This browser's storage is full.")
    await page.wait_for_timeout(1500)
    await press(page, "Stop")
    await expect(page.get_by_text("Saved, ")).to_be_visible()
    await press(page, "Use this take")
    await state(page, "complete")
    assert peer.takes[0].length == len(peer.takes[0].data)


async def test_silence_and_a_black_picture_are_told_while_recording(page: Page, serve) -> None:
    await page.add_init_script(BLACK_AND_SILENT)
    peer = Peer([question("Hello?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Recording")
    await expect(page.locator(".stage-warning")).to_contain_text("We hear nothing.", timeout=15_000)
    assert await violations(page) == ""


async def test_devices_that_deliver_nothing_end_in_words_and_cost_no_take(page: Page, serve) -> None:
    await page.add_init_script("MediaRecorder.prototype.start = function () {};")
    peer = Peer([question("Anything?", takes=1)])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await expect(page.locator("h2:focus")).to_contain_text("Another program is using", timeout=15_000)
    await until(lambda: peer.takes[0].deleted)


async def test_a_camera_that_is_unplugged_ends_the_take_and_keeps_it(page: Page, serve) -> None:
    await page.add_init_script(
        """const open = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
          const stream = await open.call(this, wanted);
          window.unplug = () => {
            for (const track of stream.getTracks()) { track.stop(); track.dispatchEvent(new Event("ended")); }
          };
          return stream;
        };"""
    )
    peer = Peer([question("Still there?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await until(lambda: peer.takes and peer.takes[0].patches > 0)
    await page.evaluate("window.unplug()")
    await heading(page, "Your answer")
    await expect(page.get_by_role("alert")).to_contain_text("was disconnected. What was recorded is kept.")
    await page.get_by_role("button", name="Record again").click()
    await record(page)
    await expect(page.get_by_text("Take 2 ·")).to_be_visible()


async def test_a_paused_camera_is_told(page: Page, serve) -> None:
    peer = Peer([question("A call comes in.")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await heading(page, "Recording")
    mute = "name => document.querySelector('.stage-preview').srcObject.getTracks()[0].dispatchEvent(new Event(name))"
    await page.evaluate(mute, "mute")
    await expect(page.locator(".stage-warning")).to_contain_text("The browser has paused your camera")
    await page.evaluate(mute, "unmute")
    await expect(page.locator(".stage-warning")).to_be_hidden()


async def test_a_slow_network_makes_the_picture_smaller_and_says_so(page: Page, serve) -> None:
    await page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { effectiveType: '3g', saveData: false } })"
    )
    peer = Peer([question("From the train?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await expect(page.locator(".stage-warning")).to_contain_text("Your connection is slow, so the picture is smaller.")
    assert (
        await page.locator(".stage-preview").evaluate(
            "async (video) => video.srcObject.getVideoTracks()[0].getSettings().height"
        )
        == 360
    )
    await page.wait_for_timeout(3000)
    await press(page, "Stop")
    await until(lambda: peer.takes[0].seconds is not None)
    assert len(peer.takes[0].data) * 8 / (peer.takes[0].seconds or 1) < 700_000


async def test_the_screen_is_shared_with_the_voice(page: Page, serve) -> None:
    await page.add_init_script(SCREEN)
    peer = Peer([question("Show how you debug.", source="screen")])
    await page.goto(serve(peer) + "/room")
    await expect(page.get_by_text("Choose a tab, a window or the whole screen.")).to_be_visible()
    assert await violations(page) == ""
    await page.evaluate("window.refuseScreen = true")
    await press(page, "Choose what to share")
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was chosen to share")
    await page.evaluate("window.refuseScreen = false")
    await press(page, "Choose what to share")
    await expect(page.get_by_text("The sound of what you share is not")).to_be_visible()
    await record(page, 2000)
    assert await playable_seconds(page, ".stage-playback") > 1.5
    await press(page, "Use this take")
    await state(page, "complete")
    [take] = peer.takes
    assert take.wanted["source"] == "screen"
    assert b"A_OPUS" in take.data
    assert b"V_VP" in take.data


async def test_the_sound_of_a_shared_tab_is_mixed_in(page: Page, serve) -> None:
    await page.add_init_script(SCREEN + "window.shareSound = true;")
    await page.goto(serve(Peer([question("With sound.", source="screen")])) + "/room")
    await press(page, "Choose what to share")
    await expect(page.get_by_text("The sound of what you share is not")).to_be_hidden()
    tracks = "video => video.srcObject.getTracks().map((track) => track.kind).sort()"
    assert await page.locator(".stage-preview").evaluate(tracks) == ["audio", "video"]


async def test_stop_sharing_ends_the_take_and_keeps_it(page: Page, serve) -> None:
    await page.add_init_script(SCREEN)
    peer = Peer([question("Show how you debug.", source="screen")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Choose what to share")
    await press(page, "Start now")
    await until(lambda: peer.takes and peer.takes[0].patches > 0)
    await page.evaluate("window.stopSharing()")
    await heading(page, "Your answer")
    await expect(page.get_by_role("alert")).to_contain_text("because you stopped sharing")
    await page.get_by_role("button", name="Record again").click()
    await press(page, "Choose what to share")


async def test_a_device_without_screens_to_share_is_told_where_to_go_on(page: Page, serve) -> None:
    await page.add_init_script("delete MediaDevices.prototype.getDisplayMedia;")
    await page.goto(serve(Peer([question("Show us.", source="screen")])) + "/room")
    await press(page, "Choose what to share")
    await expect(page.locator("h2:focus")).to_have_text("This device cannot share its screen")
    await page.get_by_role("button", name="Continue on another device").click()
    await expect(page.get_by_role("img", name="Code for the camera of the other device")).to_be_visible()
    assert await violations(page) == ""


async def test_a_take_of_another_device_says_where_its_bytes_are(page: Page, serve) -> None:
    wanted = {"request_id": "elsewhere", "source": "camera"}
    saved = Take("take-1", 0, 1, "video/mp4", wanted, bytearray(b"x"), 1, 12.0, device="iPhone · Safari", here=False)
    under_way = Take("take-2", 0, 2, "video/mp4", wanted, bytearray(b"xy"), device="iPhone · Safari", here=False)
    peer = Peer([question("Where is it?")], takes=[saved, under_way], opened={0: datetime.now(UTC)})
    await page.goto(serve(peer) + "/room")
    await heading(page, "Your answer")
    await expect(page.get_by_text("Part of this take is still on iPhone · Safari.")).to_be_visible()
    assert under_way.length is None, "it was ended although the rest is on the telephone"
    assert await violations(page) == ""
    await page.get_by_text("Take 1 ·").click()
    await expect(page.get_by_text("This take was recorded on iPhone · Safari.")).to_be_visible()
    await press(page, "Use this take")
    await state(page, "complete")
    assert peer.answers == {0: "take-1"}


async def test_what_is_still_only_here_is_said_when_another_device_goes_on(page: Page, serve) -> None:
    peer = Peer([question("Here or there?")])
    await page.goto(serve(peer) + "/room")
    await press(page, "Start now")
    await until(lambda: peer.takes and peer.takes[0].patches > 0)
    peer.down = True
    await page.wait_for_timeout(2500)
    await press(page, "Stop")
    await heading(page, "Your answer")
    await page.get_by_role("button", name="Record again").click()
    peer.tab, peer.device = "another", {"label": "Android · Chrome", "since": "2026-03-02T14:02:00Z"}
    await press(page, "Start now")
    await expect(page.get_by_role("heading", name="You continued on Android · Chrome at ")).to_be_focused()
    await expect(page.get_by_text("Leave this page open until everything is saved.")).to_be_visible()
    assert await violations(page) == ""
    peer.down = False
    await expect(page.get_by_text("Everything from this device is saved.")).to_be_visible(timeout=30_000)
    assert peer.takes[0].length == len(peer.takes[0].data)


async def test_a_phone_held_upright_shows_the_whole_picture(page: Page, serve) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.add_init_script(
        """MediaDevices.prototype.getUserMedia = async function () {
          const canvas = Object.assign(document.createElement("canvas"), { width: 360, height: 640 });
          const brush = canvas.getContext("2d");
          setInterval(() => {
            brush.fillStyle = `hsl(${performance.now() / 20} 60% 60%)`;
            brush.fillRect(0, 0, 360, 640);
          }, 40);
          const context = new AudioContext();
          const out = context.createMediaStreamDestination();
          new OscillatorNode(context).connect(out);
          return new MediaStream([...canvas.captureStream(25).getTracks(), ...out.stream.getTracks()]);
        };"""
    )
    await page.goto(serve(Peer([question("Upright?")])) + "/room")
    await state(page, "ready")
    await expect(page.locator(".room")).to_have_attribute("data-upright", "true")
    frame = await page.locator(".stage-frame").bounding_box()
    assert frame is not None
    assert frame["height"] > frame["width"]
