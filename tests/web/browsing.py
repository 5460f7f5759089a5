"""A real Chromium and a real HTTP server for the tests of this folder."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.async_api import Page
from starlette.applications import Starlette

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and the best practices that axe can decide by itself.
AXE_RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return found.violations.map((one) => [one.id, one.help, one.nodes.map((node) => node.html.slice(0, 200))]);
}"""


async def until(condition: Callable[[], object], seconds: float = 15) -> None:
    """Waits for something that another thread brings about. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the server runs in another thread, without our events
            await asyncio.sleep(0.05)


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The application on a free loopback port, in a thread with its own event loop."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # before the thread does: the first request must not come too early
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


async def playable_seconds(page: Page, player: str) -> float:
    """The length of what the player (a selector) holds, once the player knows it."""
    look = """(player) => new Promise((done) => {
      const look = () => (Number.isFinite(player.duration) ? done(player.duration) : setTimeout(look, 50));
      look();
    })"""
    return float(await page.locator(player).evaluate(look))


async def violations(page: Page) -> str:
    """What axe-core finds, as readable text; empty when nothing."""
    # Evaluated, not added as an element: the page's policy forbids foreign scripts.
    await page.evaluate(AXE.read_text(encoding="utf-8") + "\n;null")
    found = await page.evaluate(AXE_RUN)
    return json.dumps(found, indent=1) if found else ""
