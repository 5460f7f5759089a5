"""Renders every screen at 390 and 1440 px, light and dark, to `var/screenshots/<screen>-<width>-<theme>.png`.

    python scripts/screenshots.py [--fresh] [--only NAME]

The data is the demo's, kept in `var/screenshots-data`; `--fresh` makes it again. Needs Chromium. A camera and a
microphone are played in from the samples.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from typing import Literal

import httpx
from imageio_ffmpeg import get_ffmpeg_exe
from playwright.async_api import BrowserContext, Page, async_playwright, expect
from screen_data import ROOT, SAMPLES, Filled, installation
from screen_trust import trust_screens

DATA = ROOT / "var" / "screenshots-data"
PICTURES = ROOT / "var" / "screenshots"
PHONE, DESK = 390, 1440
WIDTHS = {PHONE: 844, DESK: 900}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TALLEST = 3200
ARGUMENTS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes the pictures of one width and theme. `only`: the beginning of the names wanted."""

    width: int
    theme: Literal["light", "dark"]
    only: str

    def wants(self, *names: str) -> bool:
        return any(name.startswith(self.only) for name in names)

    async def shoot(self, page: Page, name: str, *, whole: bool = True) -> None:
        """One screen, as tall as it is. `whole=False`: what a window shows without scrolling."""
        if not self.wants(name):
            return
        await page.evaluate("document.fonts.ready")
        await page.wait_for_function(
            "[...document.querySelectorAll('main :is(video, audio)[src]')].every((one) => one.readyState)"
        )
        await page.wait_for_timeout(150)  # times of day are written by a script, and may wrap
        height = await page.evaluate("document.documentElement.scrollHeight") if whole else 0
        await page.set_viewport_size({"width": self.width, "height": max(WIDTHS[self.width], min(height, TALLEST))})
        await page.wait_for_timeout(250)
        await page.screenshot(path=PICTURES / f"{name}-{self.width}-{self.theme}.png")
        await page.set_viewport_size({"width": self.width, "height": WIDTHS[self.width]})


def recruiter_screens(filled: Filled) -> dict[str, str]:
    """Name to path of the screens that a recruiter opens by their address."""
    home, draft = f"/interviews/{filled.interview}", f"/interviews/{filled.draft}"
    return {
        "interviews": "/interviews",
        "interviews-nothing": "/interviews?q=zzz",
        "interview-new": "/interviews/new",
        "editor": draft,
        "editor-question": f"{draft}?add=video#new-question",
        "editor-empty": f"/interviews/{filled.empty}",
        "editor-frozen": home,
        "competencies": f"{draft}/competencies",
        "competency-own": f"{draft}/competencies?add=own#edit-competency",
        "details": f"{draft}/details",
        "preview": f"{draft}/preview",
        "invite": f"{home}/invite",
        "board": f"{home}/sessions",
        "board-empty": f"/interviews/{filled.russian}/sessions",
        "session": f"/sessions/{filled.strong}",
        "session-weak": f"/sessions/{filled.weak}",
        "session-people-only": f"/sessions/{filled.people_only}",
        "team": "/team",
        "settings": "/settings",
        "account": "/account",
        "mail": "/mail",
        "operations": "/operations",
        "not-found": "/interviews/00000000-0000-7000-8000-000000000000",
        "api-docs": "/api/docs",
    }


async def sign_in(page: Page, filled: Filled, camera: Camera) -> None:
    await page.goto(f"{filled.address}/sign-in")
    await camera.shoot(page, "sign-in")
    await page.get_by_label("E-mail").fill(filled.email)
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".error-summary")).to_be_visible()
    await camera.shoot(page, "sign-in-wrong")
    await page.get_by_label("Password", exact=True).fill(filled.password)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Interviews", exact=True)).to_be_visible()


async def recruiter(context: BrowserContext, filled: Filled, camera: Camera) -> None:
    """Every page of those who sign in."""
    page = await context.new_page()
    await sign_in(page, filled, camera)
    for name, path in {**recruiter_screens(filled), **trust_screens(filled.trust)}.items():
        if camera.wants(name):
            answer = await page.goto(filled.address + path)
            if answer is None or answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
                raise SystemExit(f"{path} could not be shown; the product's complaint is above.")
            await page.wait_for_load_state("networkidle" if name == "api-docs" else "load")
            await camera.shoot(page, name)
    if camera.wants("letter"):
        await page.goto(f"{filled.address}/mail")
        await page.locator("main tbody a").first.click()
        await page.wait_for_load_state("networkidle")
        await camera.shoot(page, "letter")
    if camera.wants("session-playing"):
        await page.goto(f"{filled.address}/sessions/{filled.strong}")
        await page.locator("button.quote").first.click()
        await page.wait_for_timeout(1500)
        await page.locator("h2.question-text").first.evaluate("heading => heading.scrollIntoView()")
        await camera.shoot(page, "session-playing", whole=False)
    if camera.wants("session-menu"):
        await page.goto(f"{filled.address}/sessions/{filled.strong}")
        await page.locator("summary", has_text="Export").click()
        await camera.shoot(page, "session-menu", whole=False)


async def visitor(context: BrowserContext, filled: Filled, camera: Camera) -> None:
    """Pages that need nobody: joining, a link that leads nowhere, another language."""
    page = await context.new_page()
    for name, address in {
        "join": filled.join,
        "link-unknown": f"{filled.address}/not-a-link-anybody-has",
        "landing-ru": filled.russian_link,
    }.items():
        await page.goto(address)
        await camera.shoot(page, name)


async def _press(page: Page, word: str) -> None:
    await expect(page.locator(".press", has_text=word)).to_be_visible(timeout=30_000)
    await page.wait_for_timeout(600)
    await page.locator(".press").click()


async def candidate(context: BrowserContext, filled: Filled, camera: Camera) -> None:
    """A candidate's way from the link into the room and through a recorded answer."""
    page = await context.new_page()
    await page.goto(filled.link)
    await camera.shoot(page, "landing")
    await page.get_by_role("button", name="Begin").click()
    await camera.shoot(page, "landing-errors")
    await page.get_by_label("Your name").fill("Noor Haddad")
    await page.get_by_label("E-mail").fill(f"noor.{camera.width}.{camera.theme}.{next(_NUMBERS)}@example.com")
    await page.get_by_role("button", name="Begin").click()
    await page.wait_for_url("**/consent")
    await camera.shoot(page, "consent")
    await page.get_by_label("I agree that my answers are recorded").check()
    await page.get_by_text("A program first, then people").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("We can hear you.")).to_be_visible(timeout=30_000)
    await camera.shoot(page, "check")
    await page.get_by_role("link", name="Go to the first question").click()
    await expect(page.get_by_role("button", name="Show the question")).to_be_visible(timeout=30_000)
    await camera.shoot(page, "room-before", whole=False)
    await page.get_by_role("button", name="Show the question").click()
    await expect(page.get_by_role("heading", name="Time to think")).to_be_visible(timeout=30_000)
    await camera.shoot(page, "room-think", whole=False)
    await _press(page, "Start now")
    await page.wait_for_timeout(3000)
    await camera.shoot(page, "room-recording", whole=False)
    await _press(page, "Stop")
    await expect(page.get_by_text("Saved, ")).to_be_visible(timeout=20_000)
    await camera.shoot(page, "room-review", whole=False)
    second = await context.new_page()
    await second.goto(f"{filled.link}/room")
    await expect(page.get_by_role("heading", name="You continued in another tab")).to_be_visible(timeout=20_000)
    await camera.shoot(page, "room-elsewhere", whole=False)
    await second.close()
    await page.goto(filled.link)
    await camera.shoot(page, "landing-back")


_NUMBERS = iter(range(1, 10_000))


async def typist(context: BrowserContext, filled: Filled, camera: Camera) -> None:
    """The end of an interview: a typed answer, the last button, the thanks."""
    page = await context.new_page()
    await page.goto(filled.russian_link)
    await page.locator("#f-name").fill("Анна Козлова")
    await page.locator("#f-email").fill(f"anna.{camera.width}.{camera.theme}.{next(_NUMBERS)}@example.com")
    await page.locator("form button[type=submit]").first.click()
    await page.wait_for_url("**/consent")
    await camera.shoot(page, "consent-ru")


async def trouble(context: BrowserContext, filled: Filled, camera: Camera) -> None:
    """What a candidate sees whose camera is kept closed."""
    page = await context.new_page()
    await page.add_init_script(
        "MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    )
    await page.goto(filled.link)
    await page.get_by_label("Your name").fill("Noor Haddad")
    await page.get_by_label("E-mail").fill(f"noor.closed.{camera.width}.{camera.theme}.{next(_NUMBERS)}@example.com")
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("I agree that my answers are recorded").check()
    await page.get_by_text("People only", exact=True).click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="The browser may not use")).to_be_visible(timeout=20_000)
    await camera.shoot(page, "check-refused")


NAMES = [one.name for one in fields(Filled) if one.name != "trust"]
NOTHING = Filled(**dict.fromkeys(NAMES, ""), trust={})
PARTS: dict[Callable[[BrowserContext, Filled, Camera], Awaitable[None]], tuple[str, ...]] = {
    recruiter: (
        "sign-in", "sign-in-wrong", "letter", "session-playing", "session-menu",
        *recruiter_screens(NOTHING), *trust_screens(defaultdict(str)),
    ),
    visitor: ("join", "link-unknown", "landing-ru"),
    candidate: (
        "landing", "landing-errors", "consent", "check", "room-before", "room-think", "room-recording", "room-review",
        "room-elsewhere", "landing-back",
    ),
    typist: ("consent-ru",),
    trouble: ("check-refused",),
}  # fmt: skip


async def render(filled: Filled, only: str) -> None:
    """Walks through the product once for each width and theme."""
    with tempfile.TemporaryDirectory() as folder:
        playing = film(Path(folder))
        async with async_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *playing])
            # All of the recruiter's first: candidates who come later would stand on the board.
            for (walk, names), width, theme in product(PARTS.items(), WIDTHS, THEMES):
                camera = Camera(width, theme, only)
                if not camera.wants(*names):
                    continue
                context = await browser.new_context(
                    viewport={"width": width, "height": WIDTHS[width]},
                    color_scheme=theme,
                    reduced_motion="reduce",
                    timezone_id="Europe/Berlin",
                    locale="en-GB",
                    is_mobile=width == PHONE,
                    device_scale_factor=2 if width == PHONE else 1,
                )
                await walk(context, filled, camera)
                await context.close()
                print(f"{walk.__name__}, {width} px, {theme}: done", flush=True)
            await browser.close()


def film(folder: Path) -> list[str]:
    """A face and a voice from the samples, as the files that Chromium plays in."""
    picture, sound, source = folder / "face.mjpeg", folder / "voice.wav", str(SAMPLES / "strong" / "answer-1.webm")
    look = ["-t", "6", "-vf", "scale=1280:-2,crop=1280:720:0:0,fps=12", "-an", "-q:v", "4", "-f", "mjpeg"]
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-i", source, *look, str(picture)], check=True)
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-i", source, "-vn", "-ar", "48000", str(sound)], check=True)
    return [f"--use-file-for-fake-video-capture={picture}", f"--use-file-for-fake-audio-capture={sound}"]


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--fresh", action="store_true", help="make the data again")
    options.add_argument("--only", default="", metavar="NAME", help="only screens whose names begin so")
    given = options.parse_args()
    if given.fresh:
        shutil.rmtree(DATA, ignore_errors=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with installation(DATA) as filled:
        asyncio.run(render(filled, given.only))
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES}")


if __name__ == "__main__":
    main()
