"""What a candidate does in the room, for the tests of this folder."""

from __future__ import annotations

from playwright.async_api import Page, expect

BLACK_AND_SILENT = """MediaDevices.prototype.getUserMedia = async function () {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
  const brush = canvas.getContext("2d");
  setInterval(() => brush.fillRect(0, 0, 64, 36), 40);
  const context = new AudioContext();
  document.addEventListener("pointerdown", () => context.resume());
  const quiet = new GainNode(context, { gain: 0 });
  const out = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context);
  tone.connect(quiet).connect(out);
  tone.start();
  return new MediaStream([...canvas.captureStream(25).getTracks(), ...out.stream.getTracks()]);
};"""
"""A covered camera and a muted microphone."""


async def press(page: Page, word: str) -> None:
    """Presses the round button once it says `word`; it is deaf for half a second after each change."""
    button = page.locator(".press", has_text=word)
    await expect(button).to_be_visible()
    await page.wait_for_timeout(600)
    await button.click()


async def heading(page: Page, text: str) -> None:
    """Waits until the state called so has the focus."""
    await expect(page.locator("h2:focus")).to_have_text(text)


async def state(page: Page, wanted: str, *, seconds: float = 10) -> None:
    """Waits until the room is in this state."""
    await expect(page.locator(".room")).to_have_attribute("data-state", wanted, timeout=seconds * 1000)


async def refuse(page: Page, name: str) -> None:
    """From now on the browser answers getUserMedia with the DOMException `name`, until `window.refusal` is empty."""
    await page.add_init_script(
        f"""const allowed = MediaDevices.prototype.getUserMedia;
        window.refusal = {name!r};
        MediaDevices.prototype.getUserMedia = function (wanted) {{
          return window.refusal ? Promise.reject(new DOMException("no", window.refusal)) : allowed.call(this, wanted);
        }};"""
    )
