"""Every page of the product: nothing for axe to find, nothing to scroll sideways, nothing the policy has to stop."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, expect
from tests.browser.people import OWNER, PASSWORD, Recruiter
from tests.browser.product import Product
from tests.browser.room import arrive, press, state
from tests.factories.candidates import SAMPLES, begin
from tests.factories.identity import unique_email
from tests.web.browsing import AXE, violations

pytestmark = [
    pytest.mark.timeout(420),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is missing: run `make vendor`"),
]

VIDEO = {"text": "Tell us about a system you kept running.", "kind": "video", "think_seconds": 0, "answer_seconds": 60}
TYPED = {
    "text": "Write a note to a customer.",
    "kind": "text",
    "expected_points": ["Says sorry", "Says what comes next"],
}
ANSWER = (
    "I am sorry that your parcel is late. Last week our sorting centre lost power, so I called the depot, found your"
    " parcel and sent it on by courier. It arrives tomorrow before ten, and we have refunded the postage of 4.90 euros."
)
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
}"""


@dataclass(frozen=True, slots=True)
class Scene:
    """An organisation in which something has happened on every page."""

    recruiter: Recruiter
    address: str
    interview: str
    session: str
    link: str
    draft: str

    def pages(self) -> dict[str, str]:
        """Name to path of everything that a person who signs in can open by address."""
        home, draft = f"/interviews/{self.interview}", f"/interviews/{self.draft}"
        return {
            "interviews": "/interviews",
            "nothing found": "/interviews?q=zzz",
            "new interview": "/interviews/new",
            "editor": draft,
            "new question": f"{draft}?add=video",
            "competencies": f"{draft}/competencies",
            "own competency": f"{draft}/competencies?add=own",
            "details": f"{draft}/details",
            "preview": f"{home}/preview",
            "invite": f"{home}/invite",
            "frozen editor": home,
            "board": f"{home}/sessions",
            "score again": f"{home}/again",
            "calibration": f"{home}/calibration",
            "rubric": f"{home}/rubric",
            "judgements": f"/sessions/{self.session}/judgements",
            "empty board": f"{draft}/sessions",
            "session": f"/sessions/{self.session}",
            "team": "/team",
            "settings": "/settings",
            "account": "/account",
            "mail": "/mail",
            "operations": "/operations",
            "not found": "/interviews/00000000-0000-7000-8000-000000000000",
        }


PAGES = tuple(Scene(None, "", "", "", "", "").pages())  # type: ignore[arg-type] # only the names are read


@pytest.fixture
async def scene(product: Product, the_recruiter: Recruiter) -> Scene:
    """Made through the API once, and found again by the tests that follow."""
    titled = {one["title"]: one["id"] for one in (await the_recruiter.get("/interviews"))["items"]}
    if "Scene" not in titled:
        titled["Scene"] = (await the_recruiter.publish(VIDEO, TYPED, title="Scene"))[0]
        made = await the_recruiter.post("/interviews", {"title": "Scene, draft", "template": "software_engineer"})
        titled["Scene, draft"] = made["id"]
        people = {"people": "Priya Raman <priya@example.com>\nlukas@example.com"}
        await the_recruiter.post(f"/interviews/{titled['Scene']}/invitations", people)
        await the_recruiter.post("/team/invitations", {"email": "jo@example.com", "role": "reviewer"})
    home = f"/interviews/{titled['Scene']}"
    link = (await the_recruiter.get(f"{home}/public-link"))["address"]
    lines = (await the_recruiter.get(f"{home}/sessions"))["items"]
    session = next((line["id"] for line in lines if line["candidate_email"] == "scene@example.com"), None)
    if session is None:
        session = await _answered(the_recruiter, link)
    return Scene(the_recruiter, product.address, titled["Scene"], session, link, titled["Scene, draft"])


async def _answered(recruiter: Recruiter, link: str) -> str:
    """A candidate who has recorded and written; returns the session's id."""
    async with httpx.AsyncClient(base_url=recruiter.client.base_url, timeout=30) as client:
        candidate = await begin(client, link.rsplit("/", 1)[1], email="scene@example.com")
        await candidate.agree()
        await candidate.answer_with(
            (await candidate.room())["question"], (SAMPLES / "weak" / "answer-1.webm").read_bytes()
        )
        await candidate.write((await candidate.room())["question"], ANSWER)
        await candidate.complete()
        return candidate.session_id


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
async def look(request: pytest.FixtureRequest, new_context) -> BrowserContext:
    """A browser of one theme and width."""
    scheme, width = request.param
    return await new_context(color_scheme=scheme, viewport={"width": width, "height": 844})


async def sign_in(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.address}/sign-in")
    await page.get_by_label("E-mail").fill(OWNER["email"])
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Interviews", exact=True)).to_be_visible()


async def examine(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is now: by axe, and by a width of 320 as well."""
    found = [f"{name}: {text}" for text in [await violations(page)] if text]
    size = page.viewport_size or {"width": 1440, "height": 844}
    for width in {size["width"], 320} if size["width"] < 1000 else {size["width"]}:
        await page.set_viewport_size({"width": width, "height": 844})
        if wide := await page.evaluate(SIDEWAYS):
            found.append(f"{name} scrolls sideways at {width} px: {wide}")
    await page.set_viewport_size(size)
    return found


async def scored(scene: Scene) -> None:
    """Waits for the session's report: pages that are still changing are not what is examined here."""
    async with asyncio.timeout(150):
        while True:
            response = await scene.recruiter.client.get(f"/api/sessions/{scene.session}/report.json")
            if response.status_code == 200:
                return
            await asyncio.sleep(0.5)


async def test_every_page_of_the_recruiter(scene: Scene, look: BrowserContext, faults) -> None:
    await scored(scene)
    page = await look.new_page()
    await sign_in(page, scene)
    found = []
    for name, path in scene.pages().items():
        await page.goto(scene.address + path)
        found += await examine(page, name)
    await page.goto(f"{scene.address}/mail")
    await page.get_by_role("link", name=re.compile("invites you")).first.click()
    found += await examine(page, "letter")
    faults.forget("404")  # the page that is not there
    assert found == []


async def test_every_page_of_a_visitor(scene: Scene, look: BrowserContext, faults) -> None:
    waiting = (await scene.recruiter.get("/team"))["invitations"]
    page = await look.new_page()
    found = []
    for name, address in {
        "sign in": f"{scene.address}/sign-in",
        "join": next(one["link"] for one in waiting if one["email"] == "jo@example.com"),
        "landing": scene.link,
        "unknown link": f"{scene.address}/a-link-nobody-was-given",
    }.items():
        await page.goto(address)
        found += await examine(page, name)
    faults.forget("404")
    assert found == []


async def test_every_page_of_a_candidate(scene: Scene, look: BrowserContext, faults) -> None:
    page = await look.new_page()
    found = []
    await page.goto(scene.link)
    await page.get_by_role("button", name="Begin").click()
    await expect(page.locator(".error-summary")).to_be_focused()
    found += await examine(page, "landing with errors")
    faults.forget("422")

    await arrive(page, scene.link, name="Łukasz Żak", email=unique_email("lukasz"))
    await expect(page.get_by_text("We have a picture.")).to_be_visible(timeout=20_000)
    found += await examine(page, "device check")
    await page.get_by_role("link", name="Go to the first question").click()
    await state(page, "ready")
    found += await examine(page, "room, ready")
    await press(page, "Start now")
    await state(page, "recording")
    await page.wait_for_timeout(1500)
    found += await examine(page, "room, recording")
    await press(page, "Stop")
    await state(page, "review")
    found += await examine(page, "room, review")
    await press(page, "Use this take")
    await state(page, "text")
    found += await examine(page, "room, writing")
    await page.get_by_label("Your answer").fill(ANSWER)
    await page.get_by_role("button", name="Send answer").click()
    await state(page, "complete")
    found += await examine(page, "room, complete")
    await page.get_by_role("button", name="Finish interview").click()
    await page.wait_for_url("**/done")
    found += await examine(page, "done")
    assert found == []


async def test_set_up(fresh_product: Product, new_context) -> None:
    found = []
    for scheme, width in LOOKS:
        page = await (await new_context(color_scheme=scheme, viewport={"width": width, "height": 844})).new_page()
        await page.goto(fresh_product.address)
        await expect(page.get_by_role("heading", name="Set up Colloquy")).to_be_visible()
        found += await examine(page, f"set-up, {scheme} {width}")
    assert found == []
