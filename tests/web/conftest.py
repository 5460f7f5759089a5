from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

# `browsing` and `room_peer` are shared by the tests of this folder, which is not a package.
sys.path.insert(0, str(Path(__file__).parent))

from browsing import ARGUMENTS, AXE, CHROMIUM, serving
from room_peer import Peer, build

from colloquy.web.icons import ICONS_FOLDER

Serve = Callable[..., str]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    if not ICONS_FOLDER.is_dir() or not AXE.exists():
        pytest.skip("browser libraries are missing: run `make vendor`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a peer (and pages by path) and returns the address."""
    with ExitStack() as stack:

        def start(
            peer: Peer | None = None,
            pages: dict[str, str] | None = None,
            files: dict[str, Path] | None = None,
        ) -> str:
            return stack.enter_context(serving(build(peer or Peer([]), pages or {}, files or {})))

        yield start


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    # Motion is off: a test must not meet a thing half-way.
    opened = await chromium.new_context(reduced_motion="reduce", permissions=["camera", "microphone"])
    yield opened
    await opened.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page on which every script error and every breach of the content policy fails the test."""
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield opened
    assert faults == []
