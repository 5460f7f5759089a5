"""Awkward strings that were taken do nothing where they are shown: pages, the report as PDF, tables, letters.

A world is filled with them through every field that takes them, one string a try. Then a real Chromium opens every page
of it as the owner and as the candidate: no script of theirs runs, no dialog opens, nothing is asked of another host and
the content policy has nothing to report. PDF and CSV are read back; letters are read as a mail program reads them.
"""

from __future__ import annotations

import asyncio
import csv
import email
import email.policy
import io
import os
import sys
import zlib
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pypdfium2
import pytest
import uvicorn
from playwright.async_api import async_playwright
from tests.attack.awkward import ELSEWHERE, SHOWN, STRINGS
from tests.attack.fields import places, with_other
from tests.attack.insider import Insider, insider_of
from tests.browser import chromium as browsers
from tests.browser.product import free_port

from colloquy.roles.web import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
TRIES = 12 if LONG else 1
"""Strings a field."""
PAGES = 1 if LONG else 6
"""One page in so many is opened in the short form; those in ALWAYS in both."""
ALWAYS = ("/sessions/{session_id}", "/interviews", "/interviews/{interview_id}/sessions", "/team", "/{token}")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture
async def insider(runtime, app, api, transport, run_jobs, owner_connection) -> Insider:
    """Whose world is full of awkward strings."""
    made = await insider_of(runtime, app, api, run_jobs, transport, owner_connection, "shown")
    if "filled" not in made.world.others:
        await made.read_forms()
        made.world.others["filled"] = str(await _fill(made))
        await run_jobs()
    return made


async def _fill(insider: Insider) -> int:
    """How many strings were taken."""
    taken = 0
    turn = iter(range(1 << 30))
    for operation in insider.operations():
        if not operation.changes or operation.method == "DELETE" or operation.path.startswith("/sign-in"):
            continue
        if operation.schema is not None:
            whole = insider.body(operation)
            fields: list[Any] = [place for place, value in places(whole) if isinstance(value, str)]
        else:
            whole = insider.forms.get(operation.name, {})
            fields = list(whole) if operation.page else []
        for field in fields:
            if not LONG and zlib.crc32(f"{operation.name} {field}".encode()) % 6:
                continue
            for _ in range(TRIES):
                text = STRINGS[SHOWN[next(turn) % len(SHOWN)]]
                sent = (
                    {"body": with_other(whole, field, text)}
                    if operation.schema is not None
                    else {"form": {**whole, field: text}}
                )
                taken += (await insider.send(operation, **sent)).status_code < 400
    home = f"/api/sessions/{insider.world.candidate.session_id}"
    headers = {"authorization": insider.authorization}
    answers = (await insider.ask("GET", home, headers=headers)).json()["answers"]
    written = next(one["id"] for one in answers if one["kind"] == "text")
    everything = [STRINGS[name] for name in SHOWN]
    for text in everything if LONG else everything[::9]:
        body = {"answer_id": written, "text": text}
        taken += (await insider.ask("POST", f"{home}/comments", json=body, headers=headers)).status_code < 400
    typed = '#eval("7*7") #panic("x") = Heading *bold* $ 7 * 7 $ {{7*7}} ${7*7} <b>'
    body = {"competency": "ownership", "level": 2, "reason": f"{typed} is what was said here."}
    assert (await insider.ask("POST", f"{home}/overrides", json=body, headers=headers)).status_code < 400
    body = {"outcome": "hold", "reason": f"{typed} is why."}
    assert (await insider.ask("POST", f"{home}/decision", json=body, headers=headers)).status_code < 400
    return taken


@pytest.fixture
async def served(app) -> AsyncIterator[str]:
    """The application at an address of the loopback."""
    port = free_port()
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in this way only
        await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_nothing_runs_in_any_page(  # noqa: C901 - one list of what must not be
    insider, served, capsys
):
    if reason := browsers.why_no_browser():
        pytest.skip(reason)
    wrong: list[str] = []
    seen = away = 0
    async with async_playwright() as playwright:
        browser = await browsers.launch(playwright)
        context = await browser.new_context(reduced_motion="reduce")
        await insider.sign_in()
        for name, value in insider.browser.cookies.items():
            await context.add_cookies([{"name": name, "value": value, "url": served}])
        page = await context.new_page()
        page.on("dialog", lambda dialog: wrong.append(f"{page.url}: a dialog, {dialog.message}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: wrong.append(f"{page.url}: {message.text}") if "olicy" in message.text else None,
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((served, "data:", "blob:"))
                else wrong.append(f"{page.url}: asks for {request.url}")
            ),
        )
        for operation in insider.operations():
            if operation.changes or not operation.page or operation.path.startswith(("/media", "/logo", "/brand")):
                continue
            if operation.path not in ALWAYS and zlib.crc32(operation.path.encode()) % PAGES:
                continue
            if operation.path.endswith((".csv", ".pdf", ".json", ".jsonl", ".vtt", "/export", "/events")):
                continue
            try:
                answer = await page.goto(served + insider.address(operation), wait_until="load")
            except Exception as error:
                if "Download" in str(error) or "ERR_ABORTED" in str(error):
                    continue
                raise
            seen += 1
            away += "/sign-in" in page.url and not operation.path.startswith(("/sign-in", "/set-up"))
            if answer is not None and answer.status >= 500:
                wrong.append(f"{operation.name}: {answer.status}")
            if await page.evaluate("() => window.__xss"):
                wrong.append(f"{operation.name}: a string ran")
            led = await page.eval_on_selector_all("a[href], form[action]", _ADDRESSES)
            wrong.extend(f"{operation.name}: leads to {one}" for one in led if one.lower().startswith(_RUNNING))
        await browser.close()
    with capsys.disabled():
        sys.stdout.write(
            f"\n  pages: {seen} opened, {insider.world.others['filled']} strings taken, {len(wrong)} wrong\n"
        )
    assert wrong == []
    assert seen > 5
    assert away == 0  # the pages themselves were seen, not the way to them


_RUNNING = ("javascript:", "data:", "vbscript:", ELSEWHERE)
_ADDRESSES = "all => all.map(one => one.href || one.action).filter(one => typeof one === 'string')"


async def test_the_report_shows_them_as_they_were_typed(insider):
    home = f"/api/sessions/{insider.world.candidate.session_id}"
    answer = await insider.ask("GET", f"{home}/report.pdf", headers={"authorization": insider.authorization})
    assert answer.status_code == 200, answer.text[:300]
    with pypdfium2.PdfDocument(answer.content) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    plain = "".join(text.split()).replace("\u201c", '"').replace("\u201d", '"')
    for typed in ('#eval("7*7")', "*bold*", "$7*7$", "{{7*7}}"):
        assert typed in plain, typed
    for act in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", ELSEWHERE.encode()):
        assert act not in answer.content, act


async def test_no_cell_of_a_table_is_a_formula(insider):
    tables = 0
    for operation in insider.operations():
        if operation.changes or not operation.path.endswith(".csv"):
            continue
        answer = await insider.send(operation)
        if answer.status_code != 200:
            continue
        tables += 1
        for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))):
            for cell in row:
                assert not cell.startswith(_FORMULAS) or _number(cell), (operation.name, cell)
    assert tables >= 3


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


async def test_letters_have_no_headers_of_others(insider, runtime, owner_connection: psycopg.Connection):
    folder = runtime.settings.data_dir
    letters = [email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in folder.rglob("*.eml")]
    assert letters, "no letter was written"
    for letter in letters:
        assert letter["bcc"] is None
        assert letter["x-injected"] is None
        assert len(letter.get_all("subject", [])) == 1
        assert "attack.invalid" not in str(letter["to"]).rpartition("@")[2]
        html = letter.get_body(("html",))
        if html is not None:
            shown = html.get_content().lower()
            for bad in ("<script", "onerror=window", "<iframe", "<base", "<svg o", '<meta http-equiv="refresh'):
                at = shown.find(bad)
                assert at < 0, shown[max(0, at - 80) : at + 120]
