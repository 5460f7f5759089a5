"""Awkward strings that were taken do nothing where they are shown: pages, answers to forms, PDF, tables, letters.

A world is filled with them through every field that takes them, one string a try. Then a real Chromium opens every page
of it as the owner, as colleagues and as the candidate, and sees what forms give back: no script of theirs runs, no
dialog opens, nothing is asked of another host and the content policy has nothing to report. PDF and CSV are read back;
letters are read as a mail program reads them. That these looks would find something is seen in `test_harmful.py`.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections import Counter
from urllib.parse import quote

import psycopg
import pypdfium2
import pytest
from tests.attack.awkward import ELSEWHERE, SHOWN, STRINGS
from tests.attack.insider import Insider, write
from tests.attack.looks import Chromium, formulas, in_letters, letters_in
from tests.attack.operations import Operation
from tests.attack.shown import ENDING, TRIES
from tests.browser import chromium as browsers
from tests.factories.identity import Browser

from colloquy.contexts.identity.public import Role

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
PAGES = 1 if LONG else 6
"""One page in so many is opened in the short form; those in ALWAYS in both."""
ALWAYS = ("/sessions/{session_id}", "/interviews", "/interviews/{interview_id}/sessions", "/team", "/{token}")
GIVEN_BACK = 4
"""How many answers to the form of each operation are looked at, in the long form only."""


def _pages(shown: Insider) -> list[Operation]:
    """Those that are opened: HTML, for people."""
    files = (".csv", ".pdf", ".json", ".jsonl", ".vtt", "/export", "/events", "/download")
    return [
        one
        for one in shown.operations()
        if one.page
        and not one.changes
        and not one.path.startswith(("/media", "/logo", "/brand", "/metrics"))
        and not one.path.endswith(files)
    ]


async def test_nothing_runs_in_any_page(shown, served, capsys):
    if reason := browsers.why_no_browser():
        pytest.skip(reason)
    await shown.sign_in()
    async with Chromium(served) as chromium:
        await chromium.be(shown.browser.cookies)
        for operation in _pages(shown):
            if operation.path in ALWAYS or not zlib.crc32(operation.path.encode()) % PAGES:
                await chromium.open(operation.name, shown.address(operation))
    with capsys.disabled():
        sys.stdout.write(
            f"\n  pages: {chromium.opened} opened, {shown.world.others['filled']} strings taken,"
            f" {len(chromium.wrong)} wrong\n"
        )
    write("COLLOQUY_BREACHES", chromium.wrong)
    assert chromium.wrong == []
    assert chromium.opened > 5
    assert chromium.elsewhere == []  # the pages themselves were seen, not the way to them


@pytest.mark.skipif(not LONG, reason="the long form: make faults")
@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_nothing_runs_in_a_page_of_a_colleague(shown, served, transport, capsys, role):
    colleague = next(one for one in shown.world.organisation.members if one.role is role)
    async with Browser(transport=transport, base_url="http://testserver") as browser, Chromium(served) as chromium:
        assert (await browser.sign_in(colleague.email)).status_code == 303
        await chromium.be(browser.cookies)
        for operation in _pages(shown):
            await chromium.open(operation.name, shown.address(operation))
    with capsys.disabled():
        sys.stdout.write(f"\n  pages of a {role}: {chromium.opened} opened, {len(chromium.wrong)} wrong\n")
    assert chromium.wrong == []
    assert chromium.opened > 100


@pytest.mark.skipif(not LONG, reason="the long form: make faults")
async def test_nothing_runs_in_what_an_address_asks(shown, served, capsys):
    """Searches and filters stand in the page again."""
    await shown.sign_in()
    turn = iter(range(1 << 30))
    async with Chromium(served) as chromium:
        await chromium.be(shown.browser.cookies)
        for operation in _pages(shown):
            asked = shown.queries.get(operation.name, [])
            for one in asked:
                for _ in range(TRIES):
                    text = STRINGS[SHOWN[next(turn) % len(SHOWN)]]
                    await chromium.open(f"{operation.name} ?{one}", f"{shown.address(operation)}?{one}={quote(text)}")
    with capsys.disabled():
        sys.stdout.write(f"\n  pages that were asked: {chromium.opened} opened, {len(chromium.wrong)} wrong\n")
    assert chromium.wrong == []
    assert chromium.opened > 100


@pytest.mark.skipif(not LONG, reason="the long form: make faults")
async def test_nothing_runs_in_what_a_form_gives_back(shown, served, capsys):
    """A form that is refused shows again what was typed."""
    await shown.sign_in()
    statuses: Counter[int] = Counter()
    turn = 0
    async with Chromium(served) as chromium:
        await chromium.be(shown.browser.cookies)
        for operation in shown.operations():
            form = shown.forms.get(operation.name, {})
            if not operation.page or not form or any(part in operation.path for part in ENDING[:-2]):
                continue
            for _ in range(GIVEN_BACK):
                texts = {}
                for one in form:
                    texts[one] = STRINGS[SHOWN[turn % len(SHOWN)]]
                    turn += 1
                answer = await shown.send(operation, form={**form, **texts})
                statuses[answer.status_code] += 1
                if "html" in answer.headers.get("content-type", ""):
                    await chromium.show(operation.name, shown.address(operation), answer)
    with capsys.disabled():
        sys.stdout.write(f"\n  given back: {chromium.opened} opened of {statuses}, {len(chromium.wrong)} wrong\n")
    assert chromium.wrong == []
    assert chromium.opened > 50


async def test_the_report_shows_them_as_they_were_typed(shown):
    home = f"/api/sessions/{shown.world.candidate.session_id}"
    answer = await shown.ask("GET", f"{home}/report.pdf", headers={"authorization": shown.authorization})
    assert answer.status_code == 200, answer.text[:300]
    with pypdfium2.PdfDocument(answer.content) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    plain = "".join(text.split()).replace("\u201c", '"').replace("\u201d", '"')
    for typed in ('#eval("7*7")', "*bold*", "$7*7$", "{{7*7}}"):
        assert typed in plain, typed


async def test_no_pdf_does_anything_when_it_is_opened(shown):
    read = 0
    for operation in shown.operations():
        if operation.changes or not operation.path.endswith(".pdf"):
            continue
        answer = await shown.send(operation)
        if answer.status_code == 200:
            read += 1
            for act in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", b"/SubmitForm", ELSEWHERE.encode()):
                assert act not in answer.content, (operation.name, act)
    assert read >= 1


async def test_no_cell_of_a_table_is_a_formula(shown):
    tables = 0
    for operation in shown.operations():
        if operation.changes or not operation.path.endswith(".csv"):
            continue
        answer = await shown.send(operation)
        if answer.status_code == 200:
            tables += 1
            assert formulas(answer.text) == [], operation.name
    assert tables >= 3


async def test_letters_have_no_headers_of_others(shown, runtime, owner_connection: psycopg.Connection):
    letters = list(letters_in(runtime.settings.data_dir))
    assert letters, "no letter was written"
    assert in_letters(letters) == []
