"""What a candidate does on the pages, from the landing to the last button."""

from __future__ import annotations

from playwright.async_api import Page, expect


async def arrive(page: Page, address: str, *, name: str = "Ada Lovelace", email: str = "ada@example.com") -> None:
    """From the link to the check of the devices: who one is, what is stored, who evaluates."""
    await page.goto(address)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("I agree that my answers are recorded").check()
    await page.get_by_text("A program first, then people").click()
    await page.get_by_role("button", name="Continue").click()


async def enter(page: Page, address: str, **who: str) -> None:
    """The same, and on into the room."""
    await arrive(page, address, **who)
    await page.get_by_role("link", name="Go to the first question").click()


async def state(page: Page, wanted: str, *, seconds: float = 20) -> None:
    """Waits until the room is in this state."""
    await expect(page.locator(".room")).to_have_attribute("data-state", wanted, timeout=seconds * 1000)


async def press(page: Page, word: str) -> None:
    """Presses the round button once it says `word`; it is deaf for half a second after each change."""
    button = page.locator(".press", has_text=word)
    await expect(button).to_be_visible(timeout=20_000)
    await page.wait_for_timeout(600)
    await button.click()
