"""A candidate without a mouse: Tab, Enter, Space and letters, from the link to the last button."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect
from tests.browser.room import state

AUDIO = {"text": "Say it in a sentence.", "kind": "audio", "think_seconds": 0, "answer_seconds": 30, "takes": 1}
TYPED = {"text": "Write a note to a customer.", "kind": "text"}

# What has the focus: its words, whether a frame shows it (its own, or that of the card around a radio), and whether
# it is inside the window.
FOCUS = """() => {
  const at = document.activeElement;
  const outlined = (style) => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
    && style.outlineColor !== "rgba(0, 0, 0, 0)";
  const own = getComputedStyle(at);
  const around = at.closest(".option, .chip, .levels label");
  const box = at.getBoundingClientRect();
  const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
  return {
    tag: at.tagName.toLowerCase(), name: label.trim().replace(/\\s+/g, " "), type: at.type ?? "",
    framed: outlined(own) || own.boxShadow !== "none" || (around !== null && outlined(getComputedStyle(around))),
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


async def tab_to(page: Page, name: str, *, at_most: int = 25) -> dict[str, Any]:
    """Presses Tab until the focus is on what is called so. Every stop on the way must be seen."""
    passed = []
    for _ in range(at_most):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUS)
        passed.append(f"{focus['tag']} {focus['name']!r}")
        if focus["tag"] == "body":
            continue
        assert focus["inside"], f"the focus is out of sight: {passed}"
        assert focus["framed"], f"nothing shows the focus: {passed}"
        if focus["name"].startswith(name):
            return focus
    raise AssertionError(f"Tab does not reach {name!r}: {passed}")


async def test_a_candidate_finishes_an_interview_with_the_keyboard_alone(the_recruiter, new_context) -> None:
    _, address = await the_recruiter.publish(AUDIO, TYPED)
    page = await (await new_context()).new_page()
    await page.goto(address)

    await tab_to(page, "Skip to the content")
    await page.keyboard.press("Enter")
    await tab_to(page, "Your name", at_most=3)  # the link did skip
    await page.keyboard.type("Grace Hopper")
    await tab_to(page, "E-mail", at_most=1)
    await page.keyboard.type("grace@example.com")
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/consent")
    await tab_to(page, "I agree that my answers are recorded")
    await page.keyboard.press("Space")
    await tab_to(page, "A program first, then people")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="People only")).to_be_checked()
    await tab_to(page, "Continue")
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/check")
    await expect(page.get_by_role("heading", name="The microphone is open")).to_be_focused(timeout=15_000)
    await tab_to(page, "Go to the first question")
    await page.keyboard.press("Enter")

    await state(page, "ready")
    await expect(page.locator("h2:focus")).to_have_text("Ready when you are")
    await page.wait_for_timeout(600)
    assert (await tab_to(page, "Start now", at_most=1))["tag"] == "button"
    await page.keyboard.press("Space")
    await state(page, "recording")
    await expect(page.locator("h2:focus")).to_have_text("Recording")
    await page.wait_for_timeout(2000)
    await tab_to(page, "Stop", at_most=1)
    await page.keyboard.press("Enter")
    await state(page, "review")
    await expect(page.locator("h2:focus")).to_have_text("Your answer")
    await page.wait_for_timeout(600)
    await tab_to(page, "Use this take")
    await page.keyboard.press("Enter")

    await state(page, "text")
    await expect(page.locator("h1:focus")).to_have_text("Write a note to a customer.")
    await tab_to(page, "Your answer", at_most=1)
    await page.keyboard.type("Dear customer, your parcel is on its way again.")
    await tab_to(page, "Send answer", at_most=1)
    await page.keyboard.press("Enter")

    await state(page, "complete")
    await expect(page.get_by_role("heading", name="All your answers are in")).to_be_focused()
    await tab_to(page, "Finish interview", at_most=1)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/done")
    await expect(page.get_by_role("heading", name="Thank you, Grace Hopper")).to_be_visible()
