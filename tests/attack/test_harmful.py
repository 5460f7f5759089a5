"""With a protection removed the same looks find what they look for: they would notice that it is gone."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from jinja2 import Environment
from tests.attack.awkward import STRINGS
from tests.attack.insider import Insider
from tests.attack.looks import Chromium, formulas, in_letters
from tests.browser import chromium as browsers

from colloquy.contexts.notifications.policy import composing, letters
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.kit import spreadsheet
from colloquy.providers.mail import mime, port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(14_400), pytest.mark.xdist_group("attack")]


@contextmanager
def unescaped(environment: Environment) -> Iterator[None]:
    """Templates of this environment write texts as they are."""
    environment.autoescape = False
    assert environment.cache is not None
    environment.cache.clear()
    try:
        yield
    finally:
        environment.autoescape = True
        environment.cache.clear()


async def _look(shown: Insider, served: str, *, policy: bool) -> Chromium:
    """At the page of a session in whose comments there are scripts."""
    if reason := browsers.why_no_browser():
        pytest.skip(reason)
    home = f"/api/sessions/{shown.world.candidate.session_id}"
    headers = {"authorization": shown.authorization}
    answers = (await shown.ask("GET", home, headers=headers)).json()["answers"]
    written = next(one["id"] for one in answers if one["kind"] == "text")
    for name in ("script", "image", "image that leaves"):
        body = {"answer_id": written, "text": STRINGS[name]}
        assert (await shown.ask("POST", f"{home}/comments", json=body, headers=headers)).status_code < 300
    async with Chromium(served, policy=policy) as chromium:
        await chromium.be(shown.browser.cookies)
        await chromium.open("the session", f"/sessions/{shown.world.candidate.session_id}")
    assert (chromium.opened, chromium.elsewhere) == (1, [])
    return chromium


async def test_without_escaping_and_without_the_policy_a_script_runs_and_calls_elsewhere(shown, app, served):
    await shown.sign_in()
    with unescaped(app.state.pages.environment):
        seen = await _look(shown, served, policy=False)
    assert seen.ran
    assert any("asks for https://attack.invalid" in one for one in seen.wrong)


async def test_without_escaping_the_policy_stops_scripts_and_says_so(shown, app, served):
    await shown.sign_in()
    with unescaped(app.state.pages.environment):
        seen = await _look(shown, served, policy=True)
    assert seen.ran == []
    assert any("Content Security Policy" in one for one in seen.wrong)


async def test_escaping_alone_lets_nothing_run(shown, served):
    await shown.sign_in()
    assert (await _look(shown, served, policy=False)).wrong == []


async def test_without_the_apostrophe_a_table_has_formulas(shown, run_jobs, monkeypatch):
    home = f"/api/sessions/{shown.world.candidate.session_id}"
    headers = {"authorization": shown.authorization}
    answers = (await shown.ask("GET", home, headers=headers)).json()["answers"]
    written = next(one["id"] for one in answers if one["kind"] == "text")
    reason = f"{STRINGS['formula that calls']} is why, and that is all."
    body = {"competency": "ownership", "level": 3, "reason": reason, "answer_id": written}
    answer = await shown.ask("POST", f"{home}/overrides", json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    await run_jobs()
    table = (await shown.ask("GET", f"{home}/report.csv", headers=headers)).text
    assert "HYPERLINK" in table
    assert formulas(table) == []

    monkeypatch.setattr(spreadsheet, "_FORMULA", ())

    assert formulas((await shown.ask("GET", f"{home}/report.csv", headers=headers)).text) != []


def _letter(name: str) -> Any:
    """As a mail program reads the invitation of a colleague by somebody of that name, of a company of that name."""
    made = letters.colleague_invitation(
        "effect",
        Reader("anna@example.org", name),
        organisation=name,
        inviter_name=name,
        role="recruiter",
        expires_at=datetime(2031, 1, 1, tzinfo=UTC),
        link="https://jobs.example.org/join/token",
    )
    raw = mime.compose(made, port.Sender("colloquy@example.org"), sent_at=datetime(2030, 12, 1, tzinfo=UTC))
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize("name", STRINGS)
def test_no_name_writes_a_header_or_runs_in_a_letter(name: str):
    assert in_letters([_letter(STRINGS[name])]) == []


@pytest.mark.parametrize("name", ["header", "header, line feed"])
def test_a_name_of_several_lines_is_refused_where_it_was_not_folded(name: str, monkeypatch):
    monkeypatch.setattr(composing, "person_name", lambda text: text)
    with pytest.raises(ValueError, match="line"):
        _letter(STRINGS[name])


@pytest.mark.parametrize("name", ["header", "header, line feed"])
def test_without_folding_and_without_refusing_a_name_writes_headers(name: str, monkeypatch):
    monkeypatch.setattr(composing, "person_name", lambda text: text)
    monkeypatch.setattr(port, "_refuse_breaks", lambda *_: None)
    assert in_letters([_letter(STRINGS[name])]) != []


def test_without_escaping_a_letter_has_a_script(monkeypatch):
    for module in (composing, letters):
        monkeypatch.setattr(module, "person_name", lambda text: text or "")
    with unescaped(composing._HTML):
        assert in_letters([_letter(STRINGS["script"])]) != []
