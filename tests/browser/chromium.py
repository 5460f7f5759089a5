"""Chromium as a candidate has it: with a camera and a microphone, with the question whether they may be used."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, Playwright
from tests.browser.film import Film

from colloquy.web.icons import ICONS_FOLDER

PLAIN = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ALLOWED = "--use-fake-ui-for-media-stream"
DEVICES = "--use-fake-device-for-media-stream"


def chromium_path() -> str | None:
    """Where Chromium is, or None."""
    usual = Path("/usr/bin/chromium")
    return str(usual) if usual.exists() else shutil.which("chromium")


def why_no_browser() -> str | None:
    """Why no page can be opened here, or None."""
    if chromium_path() is None:
        return "Chromium is not installed"
    return None if ICONS_FOLDER.is_dir() else "browser libraries are missing: run `make vendor`"


async def launch(playwright: Playwright, *extra: str) -> Browser:
    """A browser without devices and without permission to use any, unless `extra` gives them."""
    return await playwright.chromium.launch(executable_path=chromium_path(), args=[*PLAIN, *extra])


def playing(film: Film) -> list[str]:
    """The flags that play a film in: every opening of the microphone starts it again, and it does not loop."""
    return [
        DEVICES,
        f"--use-file-for-fake-video-capture={film.picture}",
        f"--use-file-for-fake-audio-capture={film.sound}%noloop",
    ]


class Faults(list[str]):
    """Script errors, console errors and breaches of the content policy, of every page of a context."""

    def watch(self, context: BrowserContext) -> None:
        context.on("page", self._watch_page)

    def _watch_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: self.append(f"{page.url}: {message.text}") if message.type == "error" else None,
        )

    def forget(self, part: str) -> None:
        """Takes out those a test has brought about on purpose."""
        self[:] = [fault for fault in self if part not in fault]
