"""Own scorecard first: what a reviewer cannot see before it is in, at every address; and the ways it opens."""

from __future__ import annotations

import html
import json
import re

import pytest
from tests.contexts.reporting.candidates import SPOKEN, HandedIn, hand_in
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role

REASON = "Calm in the incident, and measured what came of it."
COMMENT = "Ran ahead of the others: convincing."
NOTE = "This is where the pool comes in."


@pytest.fixture
async def blind(runtime, api, make_organisation, run_jobs) -> HandedIn:
    """A candidate of an interview that is reviewed blind, with a report."""
    organisation = await make_organisation()
    interview = await publish_interview(runtime, organisation, TEXT, blind_review=True)
    done = await hand_in(runtime, api, organisation, interview=interview)
    await run_jobs()
    return done


@pytest.fixture
async def first(api, sign_in, make_member, blind, run_jobs):
    """A reviewer whose scorecard, comment and correction are in; the owner has put the candidate on hold."""
    reviewer = await make_member(blind.organisation, Role.REVIEWER, name="Frida First")
    await sign_in(reviewer)
    home = f"/api/sessions/{blind.session_id}"
    card = {"levels": {"problem_solving": 5, "ownership": 4}, "comment": COMMENT}
    assert (await api.post(f"{home}/review", json=card)).status_code == 200
    answer = (await api.get(home)).json()["answers"][0]["id"]
    note = await api.post(f"{home}/comments", json={"answer_id": answer, "text": NOTE, "quote": "connection pool"})
    assert note.status_code == 201, note.text
    moved = {"competency": "ownership", "level": 2, "reason": f"Corrected: {REASON}"}
    assert (await api.post(f"{home}/overrides", json=moved)).status_code == 200
    await sign_in(blind.organisation)
    held = await api.post(f"{home}/decision", json={"outcome": "hold", "reason": f"Held: {REASON}"})
    assert held.status_code == 200
    await run_jobs()
    return reviewer


def said(text: str) -> str:
    return " ".join(html.unescape(text).split())


API = ["", "/reviews", "/comments", "/overrides", "/panel", "/report.json", "/report.csv", "/report.pdf", "/judgements"]
HARMLESS = ["/transcript.vtt", "/accommodation"]
"""What the candidate said, and how much time they had."""
TELLING = (COMMENT, NOTE, REASON, "Frida First looked", '"level":5', '"overall_score":7', '"problem_solving":5')


@pytest.mark.parametrize("what", API)
async def test_no_address_of_the_api_tells_a_blind_reviewer_anything(api, sign_in, blind, first, what):
    await sign_in(blind.organisation, Role.RECRUITER)
    response = await api.get(f"/api/sessions/{blind.session_id}{what}")
    if "report" in what or what in {"/overrides", "/judgements"}:
        assert (response.status_code, response.json()["code"]) == (409, "scorecard_first")
    text = response.text.replace(": ", ":")
    assert not [word for word in TELLING if word in text]
    if what in {"", "/reviews"}:
        assert response.json()["hidden"] is True
    if what == "":
        assert "scores" not in text
        assert response.json()["state_reason"] is None
    if what == "/reviews":
        assert (response.json()["reviews"], response.json()["decisions"]) == ([], [])


def test_every_address_about_a_session_is_among_these(app):
    home = "/api/sessions/{session_id}"
    read = {path for path, methods in app.openapi()["paths"].items() if path.startswith(home) and "get" in methods}
    assert read == {f"{home}{what}" for what in API + HARMLESS}, "hide the new one, and name it here"


async def test_the_board_and_its_table_have_no_numbers_for_a_blind_reviewer(api, sign_in, blind, first):
    await sign_in(blind.organisation, Role.RECRUITER)
    home = f"/api/interviews/{blind.interview.id}"
    [line] = (await api.get(f"{home}/sessions")).json()["items"]
    assert line["hidden"] is True
    assert [line[name] for name in ("overall_score", "technical_score", "communication_score", "decision")] == [
        None
    ] * 4
    assert line["levels"] == []
    _head, row = (await api.get(f"{home}/sessions.csv")).text.removeprefix("\ufeff").splitlines()
    cells = row.split(",")
    assert cells[7:10] == ["", "", ""]
    assert cells[11:] == ["", "", "", "true"]
    agreement = (await api.get(f"{home}/agreement")).json()
    assert (agreement["scorecards"], agreement["left_out"]) == (0, 1)
    await sign_in(first)
    [line] = (await api.get(f"{home}/sessions")).json()["items"]
    assert (line["hidden"], line["decision"], len(line["levels"])) == (False, "hold", 2)
    assert line["overall_score"] is not None


PAGES = ["/sessions/{session}", "/sessions/{session}/answers/{answer}", "/interviews/{interview}/sessions",
         "/interviews/{interview}/reviewers", "/waiting"]  # fmt: skip


@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("path", PAGES)
async def test_no_page_and_no_live_part_tells_a_blind_reviewer_anything(
    browser_client, api, sign_in, blind, first, path, fragment
):
    await sign_in(first)
    answer = (await api.get(f"/api/sessions/{blind.session_id}")).json()["answers"][0]["id"]
    browser = await browser_client(blind.organisation, Role.RECRUITER)
    address = path.format(session=blind.session_id, interview=blind.interview.id, answer=answer)
    headers = {"hx-request": "true"} if fragment else {"accept": "text/html"}
    page = said((await browser.get(address, headers=headers, follow_redirects=True)).text)
    assert not [word for word in TELLING if word in page]
    assert "machine-level" not in page
    assert 'class="score-figure"' not in page
    assert "could be judged" not in page
    assert not re.search(r'aria-label="[^"]*Level \d of 5" title', page), "no level is drawn"
    assert "/report.pdf" not in page


async def test_the_words_come_first_and_everything_else_with_ones_own_scorecard(
    browser_client, make_member, blind, first
):
    browser = await browser_client(await make_member(blind.organisation, Role.REVIEWER))
    address = f"/sessions/{blind.session_id}"
    before = said((await browser.page(address)).text)
    assert SPOKEN in before
    assert "Words worth a look" in before
    assert "Somebody has decided already" in before
    await browser.submit(f"{address}/review", {"level-ownership": "3", "comment": "Mine."})
    after = said((await browser.page(address)).text)
    assert all(word in after for word in (COMMENT, NOTE, REASON, "could be judged", "machine-level"))
    assert after.index(SPOKEN) < after.index("could be judged"), "evidence before scores"


async def test_a_comment_alone_opens_nothing(api, sign_in, blind, first):
    await sign_in(blind.organisation, Role.RECRUITER)
    response = await api.post(f"/api/sessions/{blind.session_id}/review", json={"comment": "Let me see."})
    assert (response.status_code, list(response.json()["fields"])) == (422, ["levels"])
    assert (await api.get(f"/api/sessions/{blind.session_id}/reviews")).json()["hidden"] is True


async def test_a_card_that_is_changed_after_the_reveal_says_so_and_keeps_what_it_was(api, sign_in, blind, first):
    await sign_in(blind.organisation, Role.RECRUITER)
    home = f"/api/sessions/{blind.session_id}"
    written = (await api.post(f"{home}/review", json={"levels": {"ownership": 2}})).json()
    assert (written["independent"], written["changed_after_reveal"], written["earlier"]) == (True, False, [])
    changed = (await api.post(f"{home}/review", json={"levels": {"ownership": 4}})).json()
    assert (changed["independent"], changed["changed_after_reveal"]) == (False, True)
    assert [one["levels"] for one in changed["earlier"]] == [{"ownership": 2}]
    report = (await api.get(f"{home}/report.json")).json()
    assert [one["changed_after_reveal"] for one in report["reviews"]] == [False, True]


async def test_who_decides_may_look_first_with_a_name_and_a_reason_and_nobody_else_does(
    api, sign_in, make_member, blind, first
):
    home = f"/api/sessions/{blind.session_id}"
    await sign_in(await make_member(blind.organisation, Role.REVIEWER))
    assert (await api.post(f"{home}/reveal", json={"reason": REASON})).status_code == 403
    recruiter = await sign_in(await make_member(blind.organisation, Role.RECRUITER, name="Rita Recruiter"))
    assert (await api.post(f"{home}/reveal", json={"reason": "short"})).status_code == 422
    revealed = await api.post(f"{home}/reveal", json={"reason": "The panel is on leave this week."})
    assert (revealed.status_code, revealed.json()["hidden"], len(revealed.json()["reviews"])) == (200, False, 1)
    card = (await api.post(f"{home}/review", json={"levels": {"ownership": 2}})).json()
    assert (card["independent"], card["changed_after_reveal"]) == (False, False)
    await sign_in(await make_member(blind.organisation, Role.REVIEWER))
    assert (await api.get(f"{home}/reviews")).json()["hidden"] is True, "it opened to one person alone"
    await sign_in(recruiter)
    assert (await api.get(f"{home}/report.pdf")).status_code == 200


async def test_a_whole_interview_is_revealed_at_once_from_its_page(browser_client, make_member, blind, first):
    recruiter = await make_member(blind.organisation, Role.RECRUITER)
    browser, home = await browser_client(recruiter), f"/interviews/{blind.interview.id}"
    assert "Shows once your own scorecard is in" in (await browser.page(f"{home}/sessions")).text
    assert (await browser.submit(f"{home}/reveal", {"reason": "no"})).status_code == 422
    await browser.submit(f"{home}/reveal", {"reason": "I only plan the week."})
    assert "Shows once your own scorecard is in" not in (await browser.page(f"{home}/sessions")).text
    assert "I only plan the week." in (await browser.page(f"{home}/reviewers")).text


async def test_nobody_is_declined_unseen(api, browser_client, sign_in, make_member, blind, first):
    recruiter = await sign_in(await make_member(blind.organisation, Role.RECRUITER))
    home = f"/api/sessions/{blind.session_id}"
    decline = {"outcome": "decline", "reason": REASON}
    refused = await api.post(f"{home}/decision", json=decline)
    assert (refused.status_code, refused.json()["code"]) == (409, "scorecard_first")
    await api.post(f"{home}/reveal", json={"reason": "I want to be done with it."})
    assert (await api.post(f"{home}/decision", json=decline)).status_code == 409, "to look is not to judge"
    page = await (await browser_client(recruiter)).submit(f"/sessions/{blind.session_id}/decision", decline)
    assert (page.status_code, "Nobody is declined unseen" in page.text, REASON in page.text) == (422, True, True)
    await api.post(f"{home}/review", json={"levels": {"ownership": 2}})
    declined = await api.post(f"{home}/decision", json=decline)
    assert (declined.status_code, declined.json()["name"]) == (200, recruiter.name)


async def test_the_letter_about_the_report_has_no_numbers(runtime, blind, settings):
    from colloquy.providers.mail.files import FileMailer
    from colloquy.providers.mail.port import Mailer

    mailer = runtime.provided.get(Mailer)
    assert isinstance(mailer, FileMailer)
    owner = blind.organisation.owner.email
    letters = [path.read_text("utf-8", "replace") for path in settings.data_dir.rglob("*.eml")]
    about = [text for text in letters if owner in text and "scorecard comes first" in text]
    assert about
    assert "of 100" not in about[0]


async def test_another_organisation_and_a_stranger_reach_nothing(api, sign_in, make_organisation, blind, first):
    posts = {
        "comments": {"answer_id": str(blind.interview.id), "text": "Hello"},
        "overrides": {"competency": "ownership", "level": 3, "reason": REASON},
        "reveal": {"reason": REASON},
    }
    await sign_in(await make_organisation("Southwind"))
    for what in API:
        assert (await api.get(f"/api/sessions/{blind.session_id}{what}")).status_code == 404
    for what, body in posts.items():
        assert (await api.post(f"/api/sessions/{blind.session_id}/{what}", json=body)).status_code == 404
    for what in ("panel", "agreement"):
        assert (await api.get(f"/api/interviews/{blind.interview.id}/{what}")).status_code == 404
    del api.headers["authorization"]
    for what in API:
        assert (await api.get(f"/api/sessions/{blind.session_id}{what}")).status_code == 401


async def test_the_interview_says_whether_it_is_reviewed_blind_and_new_ones_are(api, sign_in, make_organisation):
    await sign_in(await make_organisation())
    made = (await api.post("/api/interviews", json={"title": "New"})).json()
    assert made["blind_review"] is True
    changed = await api.patch(f"/api/interviews/{made['id']}", json={"blind_review": False})
    assert json.loads(changed.text)["blind_review"] is False
