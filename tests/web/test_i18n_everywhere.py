"""No sentence is forgotten: in a language whose every message is in brackets, no page shows a word outside of them."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.factories.answered import begin_answering
from tests.factories.interviews import TEXT, VIDEO, publish_interview

from colloquy.contexts.interviews.public import AnswerKind
from colloquy.kit import i18n
from colloquy.web.i18n import LOCALES

ROOT = Path(__file__).resolve().parents[2]
PSEUDO = "eo"  # Esperanto: Babel knows its dates and numbers, and we have no catalogue of it
WORD = re.compile(r"[A-Za-z]{3,}")
KINDS = tuple(AnswerKind)
SPOKEN = {"aria-label", "title", "alt", "placeholder", "data-done", "data-show", "data-hide", "label"}
# What is the same in every language, and what the tests and the library of competencies write.
DATA = re.compile(
    r"Colloquy|English|Русский|Esperanto|esperanto|angla|https?://\S+|\S+@\S+|/[\w/-]+|JSON|CSV|PDF|API|LinkedIn|GitHub|"
    r"WebVTT|JavaScript|[0-9a-f]{8}-[0-9a-f-]+|COLLOQUY_\w+|SMTP"
)


class Words(HTMLParser):
    """Collects what a person reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "kbd", "code", "time"} or given.get("lang") or "data-ours" in given:
            self.silent.append(tag)
        self.found += [value for name, value in attrs if name in SPOKEN and value and not self.silent]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def outside(page: str, ours: re.Pattern[str]) -> set[str]:
    """The words of the page that are in no brackets and no data."""
    reader = Words()
    reader.feed(page.replace(f'<html lang="{PSEUDO}">', "<html>"))
    # One text: a message may hold an element whose words are its own.
    depth, plain = 0, []
    for part in re.split(r"([⟦⟧])", "\n".join(reader.found)):
        depth += (part == "⟦") - (part == "⟧")
        if depth == 0 and part != "⟧":
            plain.append(part)
    rest = ours.sub(" ", DATA.sub(" ", "".join(plain)))
    return {line.strip() for line in rest.splitlines() if WORD.search(line)}


@pytest.fixture(autouse=True)
def pseudo(tmp_path: Path) -> Iterator[None]:
    """Every message of the sources in ⟦brackets⟧, as the catalogue of `PSEUDO`."""
    messages = runpy.run_path(str(ROOT / "scripts" / "messages.py"), run_name="messages")
    path = tmp_path / PSEUDO / "LC_MESSAGES" / "colloquy.po"
    messages["update"](path, messages["extracted"]())
    catalogue = messages["read"](path)
    for message in catalogue:
        if message.id:
            forms = (message.id,) if isinstance(message.id, str) else message.id
            said = tuple(f"⟦{form}⟧" for form in forms)
            message.string = said[0] if isinstance(message.id, str) else said
    with path.open("wb") as file:
        messages["write_po"](file, catalogue)
    i18n.use_catalogues(tmp_path)
    yield
    i18n.use_catalogues(LOCALES)


SAID = "I called the depot, found the parcel and sent it on, so it came a day later."
OURS = re.compile(
    r"Northwind|Olga Owner|Ada Lovelace|Ada|I called the depot[^\n]*|ada|owner|Backend engineer|python-httpx"
    # A question's words, which the map of paths breaks into lines.
    r"|Tell us[^\n]*|Describe[^\n]*|Write[^\n]*|[^\n]*you solved[^\n]*"
)


@pytest.fixture
async def scene(runtime, make_organisation, api, browser_client):
    organisation = await make_organisation()
    answering = await begin_answering(runtime, api, organisation)
    await answering.write(SAID)
    await answering.complete()
    draft = await publish_interview(runtime, organisation, VIDEO, TEXT)
    signed_in = await browser_client(organisation)
    competencies = await _competencies(runtime, organisation, draft.id) | await _library(signed_in)
    ours = re.compile("|".join(map(re.escape, sorted(competencies, key=len, reverse=True))) + "|" + OURS.pattern)
    return answering, draft, signed_in, ours


async def _library(browser) -> set[str]:
    """What is written in the language of the interview: the library's competencies and templates."""
    texts: set[str] = set()
    for path in ("/api/competency-library", "/api/interview-templates"):
        answer = await browser.get(path)
        texts |= _texts(answer.json()) if answer.status_code == 200 else set()
    return texts


def _texts(given: object) -> set[str]:
    if isinstance(given, str):
        return {given} if " " in given or given.istitle() else set()
    inside = given.values() if isinstance(given, dict) else given if isinstance(given, list) else ()
    return set().union(*map(_texts, inside))


async def _competencies(runtime, organisation, interview_id) -> set[str]:
    from colloquy.contexts.interviews import public as interviews

    async with runtime.database.begin(organisation.scope) as db:
        interview = await interviews.interview(db, organisation.scope, interview_id)
    texts = {question.text for question in interview.questions}
    texts |= {point for question in interview.questions for point in question.expected_points}
    for one in interview.competencies:
        texts |= {one.name, one.description, *(anchor.text for anchor in one.anchors)}
    return {text for text in texts if text}


async def test_every_page_of_a_recruiter_is_translated(scene):
    answering, draft, browser, ours = scene
    home = f"/interviews/{draft.id}"
    made = await browser.post(
        "/api/interviews", json={"title": "Backend engineer"}, headers={"x-csrf-token": await browser.csrf()}
    )
    editable = f"/interviews/{made.json()['id']}"
    found = {}
    for path in (
        "/interviews",
        "/interviews/new",
        home,
        f"{home}/paths",
        f"{home}/preview",
        f"{editable}",
        *(f"{editable}?add={kind}" for kind in KINDS),
        f"{editable}/competencies?add=own",
        f"{home}/competencies",
        f"{home}/details",
        f"{home}/invite",
        f"{home}/sessions",
        f"/interviews/{answering.made.id}/sessions",
        f"/sessions/{answering.id}",
        f"/sessions/{answering.id}/delete",
        "/team",
        "/settings",
        "/account",
        "/mail",
        "/operations",
        "/interviews/00000000-0000-7000-8000-000000000000",
    ):
        page = await browser.page(f"{path}?lang={PSEUDO}")
        assert f'<html lang="{PSEUDO}">' in page.text, path
        if words := outside(page.text, ours):
            # Queues are called what the operator's settings call them.
            found[path] = sorted(words if path != "/operations" else {word for word in words if not word.islower()})
    found = {path: words for path, words in found.items() if words}
    assert found == {}, "mark them: _(…) in templates and Python"


async def test_every_page_of_a_visitor_and_a_candidate_is_translated(scene, browser_client):
    _answering, draft, _browser, ours = scene
    browser = await browser_client()
    found = {}
    for path in ("/sign-in", f"/{draft.token}", "/nobody-was-given-this"):
        page = await browser.page(f"{path}?lang={PSEUDO}")
        if words := outside(page.text, ours):
            found[path] = sorted(words)
    refused = await browser.submit(f"/{draft.token}", {"name": "", "email": "nobody"})
    if words := outside(refused.text, ours):
        found["landing with errors"] = sorted(words)
    begun = await browser.submit(f"/{draft.token}", {"name": "Ada Lovelace", "email": "ada@example.com"})
    assert begun.headers["location"] == f"/{draft.token}/consent"
    for path in ("check", "room", "withdraw", "continue", "my-data"):
        if path == "check":
            agreed = await browser.submit(f"/{draft.token}/consent", {"record": "yes", "evaluation": "program"})
            assert agreed.headers["location"] == f"/{draft.token}/check", agreed.text
        page = await browser.page(f"/{draft.token}/{path}")
        assert page.status_code == 200, (path, page.text)
        if words := outside(page.text, ours):
            found[path] = sorted(words)
    assert found == {}, "mark them: _(…) in templates and Python"


def test_a_forgotten_word_is_found():
    page = '<main><p title="⟦Close⟧">⟦Saved⟧ Forgotten here</p><img alt="Neither this"><code>not this</code></main>'
    assert outside(page, re.compile("⌀")) == {"Forgotten here", "Neither this"}
