"""The certified provider as a process, and a person who goes through its pages."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

ROOT = Path(__file__).parents[3]
CLIENT_ID, CLIENT_SECRET = "colloquy", "a secret: with & reserved % signs"
_START_SECONDS = 30


def why_not() -> str | None:
    """Why the provider cannot run here."""
    if shutil.which("node") is None:
        return "node is not installed"
    return None if (ROOT / "node_modules" / "oidc-provider").exists() else "oidc-provider is not installed: npm ci"


@dataclass(frozen=True)
class Certified:
    """A running provider."""

    issuer: str

    async def go_through(self, address: str, login: str) -> str:
        """Signs in at its page and agrees; the address with the code that it sends the browser back to."""
        async with httpx.AsyncClient() as browser:
            response = await browser.get(address)
            for _step in range(12):
                if response.is_redirect:
                    target = urljoin(str(response.url), response.headers["location"])
                    if not target.startswith(self.issuer):
                        return target
                    response = await browser.get(target)
                    continue
                action = re.search(r'action="([^"]+)"', response.text)
                prompt = re.search(r'name="prompt" value="([^"]+)"', response.text)
                assert action, response.text
                assert prompt, response.text
                given = {"prompt": prompt[1], **({"login": login, "password": "x"} if prompt[1] == "login" else {})}
                response = await browser.post(urljoin(str(response.url), action[1]), data=given)
        raise AssertionError("the provider did not send the browser back")

    async def rotate(self) -> None:
        """It signs with a new key from now on, and shows no other."""
        async with httpx.AsyncClient() as http:
            (await http.post(f"{self.issuer}/rotate")).raise_for_status()


@contextlib.asynccontextmanager
async def certified(redirect_uri: str) -> AsyncIterator[Certified]:
    """The provider, which knows one client."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("provider.mjs")
    process = await asyncio.create_subprocess_exec(
        *("node", str(script), str(port), CLIENT_ID, CLIENT_SECRET, redirect_uri),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            while (line := await process.stdout.readline()) != b"ready\n":
                assert line, "the provider ended before it was ready"
        yield Certified(f"http://127.0.0.1:{port}")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()
