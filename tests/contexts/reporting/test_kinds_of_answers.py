"""Answers that people read: choices, numbers, links, files; and what rules and clocks did. On the page and in files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from uuid import uuid4

import pytest
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, TUS, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import (
    CONVERSATION,
    FILE,
    LINK,
    MULTIPLE_CHOICE,
    NUMBER,
    SCREEN,
    SINGLE_CHOICE,
    TEXT,
    asked_when,
    ending_when,
    publish_interview,
)

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.policy.document import Answer, Given, KnockOut
from colloquy.contexts.reporting.policy.given import given
from colloquy.contexts.reporting.policy.json import from_json, to_json
from colloquy.contexts.reporting.policy.paper_answer import answer_page
from colloquy.contexts.reporting.policy.paper_summary import notes
from colloquy.contexts.reporting.service.review import link_host

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"  # noqa: E501 - the bytes of a file
TRAP = "https://trusted.example@xn--e1afmkfd.test/<script>alert(1)</script>"


@pytest.fixture
async def form(runtime, api, make_organisation, sign_in, run_jobs):
    """Handed in: a choice, three of three, seven years, a file, a link, a text that decides the score."""
    made = await publish_interview(
        runtime, await make_organisation(), SINGLE_CHOICE, MULTIPLE_CHOICE, NUMBER, FILE, LINK, TEXT
    )
    candidate = await begin(api, made.token, email=unique_email("form"))
    await candidate.agree()
    for value in ("a", ["c", "a"], 7):
        await answer(candidate, value=value)
    await send_file(candidate, PDF, 'my "cv" <b>.pdf')
    await answer(candidate, value="https://code.example.org/ada?tab=1&x=<b>".replace("<b>", "%3Cb%3E"))
    await answer(candidate, text=STRONG)
    await candidate.complete()
    await run_jobs()
    await sign_in(made.organisation)
    return made, candidate


async def answer(candidate, **what) -> None:
    question = (await candidate.room())["question"]
    response = await candidate.post("/room/answers", {"question_id": question["id"], **what})
    assert response.status_code == 200, response.text


async def send_file(candidate, data: bytes, name: str) -> None:
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "file", "mime_type": "application/pdf", "file_name": name}
    take = (await candidate.post("/room/takes", {**body, "length": len(data), "source": "upload"})).json()
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    sent = await candidate.client.patch(
        take["upload_url"], content=data, headers={**headers, "Upload-Length": str(len(data))}
    )
    assert sent.status_code == 204, sent.text
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert used.status_code == 200, used.text


async def test_people_read_what_was_chosen_entered_linked_and_sent(form, browser_client, api):
    made, candidate = form
    browser = await browser_client(made.organisation)

    page = (await browser.page(f"/sessions/{candidate.session_id}")).text

    for words in ("<li>Yes</li>", "<li>Python</li>", "<li>Rust</li>", "7 years", "For people to read"):
        assert words in page, words
    assert "<li>Go</li>" not in page
    assert "Open code.example.org" in page
    assert 'rel="nofollow noopener noreferrer ugc"' in page
    assert "Not part of the scores" not in page
    download = page.split("/original?")[0].rpartition('href="')[2] + "/original?" + page.split("/original?")[1]
    file = await api.get(download.split('"')[0].replace("&amp;", "&"))
    assert file.status_code == 200
    assert file.content == PDF
    assert file.headers["content-disposition"].startswith("attachment")
    assert "<b>.pdf" not in page


async def test_the_files_of_a_report_have_them_too(form, api):
    _, candidate = form
    files = f"/api/sessions/{candidate.session_id}/report."

    report = (await api.get(f"{files}json")).json()
    rows = list(csv.DictReader(io.StringIO((await api.get(f"{files}csv")).text.removeprefix("\ufeff"))))
    pdf = await api.get(f"{files}pdf")

    by_kind = {one["kind"]: one for one in report["answers"]}
    assert by_kind["single_choice"]["given"]["options"] == ["Yes"]
    assert by_kind["multiple_choice"]["given"]["text"] == "Python; Rust"
    assert (by_kind["number"]["given"]["number"], by_kind["number"]["given"]["unit"]) == (7, "years")
    assert by_kind["file"]["given"]["file_bytes"] == len(PDF)
    assert by_kind["link"]["given"]["link"].startswith("https://code.example.org/ada")
    assert {one["state"] for kind, one in by_kind.items() if kind != "text"} == {"kept"}
    assert report["overall_score"] is not None
    assert {row["question_number"]: row["given"] for row in rows}["2"] == "Python; Rust"
    assert pdf.content.startswith(b"%PDF")


async def test_a_rule_that_ended_the_interview_is_told_for_what_it_is(
    runtime, api, make_organisation, browser_client, run_jobs, sign_in
):
    made = await publish_interview(
        runtime, await make_organisation(), TEXT, ending_when(SINGLE_CHOICE, "is", "b"), TEXT
    )
    candidate = await begin(api, made.token, email=unique_email("early"))
    await candidate.agree()
    await answer(candidate, text=STRONG)
    await answer(candidate, value="b")
    await run_jobs()
    browser = await browser_client(made.organisation)

    page = (await browser.page(f"/sessions/{candidate.session_id}")).text

    assert "Question 2: “No” ended the interview early. Nobody is rejected by a rule: a person decides." in page
    assert "Not asked" in page
    await sign_in(made.organisation)
    report = (await api.get(f"/api/sessions/{candidate.session_id}/report.json")).json()
    assert report["knock_out"] == {"number": 2, "given": "No"}
    assert [one["state"] for one in report["answers"]] == ["scored", "kept", "not_asked"]


async def test_what_was_left_out_says_why(runtime, api, make_organisation, browser_client, run_jobs):
    made = await publish_interview(
        runtime,
        await make_organisation(),
        SINGLE_CHOICE,
        lambda ids: asked_when(TEXT, ids[0], "is", "b"),
        LINK,
        TEXT,
    )
    candidate = await begin(api, made.token, email=unique_email("left"))
    await candidate.agree()
    await answer(candidate, value="a")
    skipped = (await candidate.room())["question"]
    assert (await candidate.post("/room/skip", {"question_id": skipped["id"]})).status_code == 200
    await answer(candidate, text=STRONG)
    await candidate.complete()
    await run_jobs()
    browser = await browser_client(made.organisation)

    page = (await browser.page(f"/sessions/{candidate.session_id}")).text

    assert "Earlier answers left this question out." in page
    assert "The candidate left this question out." in page
    assert "Processing stopped" not in page


async def test_a_screen_share_says_so(runtime, api, make_organisation, browser_client, run_jobs):
    made = await publish_interview(runtime, await make_organisation(), replace(SCREEN, think_seconds=0), TEXT)
    candidate = await begin(api, made.token, email=unique_email("screen"))
    await candidate.agree()
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "video", "mime_type": "video/webm", "source": "screen"}
    take = (await candidate.post("/room/takes", body)).json()
    await candidate.send(take, b"\x1a\x45\xdf\xa3" + bytes(2000))
    await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    browser = await browser_client(made.organisation)

    assert "Screen share" in (await browser.page(f"/sessions/{candidate.session_id}")).text


# The pure parts


def question(kind: str, **parts) -> interviews.Question:
    drafts = {"single_choice": SINGLE_CHOICE, "number": NUMBER, "link": LINK}
    draft = drafts[kind]
    return interviews.Question(
        id=None, number=1, text=draft.text, kind=draft.kind, think_seconds=0, answer_seconds=0, takes=1, weight=1,
        competency_ids=(), expected_points=(), max_characters=0, assessed=False,
        options=draft.options, number_rule=draft.number_rule,
    )  # fmt: skip


def test_an_option_without_a_text_stands_for_itself():
    assert given(question("single_choice"), "zz") == Given(text="zz", options=("zz",))
    assert given(question("number"), 2.5) == Given(text="2.5 years", number=2.5, unit="years")
    assert given(question("number"), None) is None


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://code.example.org:8080/a", "code.example.org"),
        ("https://trusted.example@evil.test/", "evil.test"),
        ("https://пример.рф/x", "xn--e1afmkfd.xn--p1ai"),
        ("https://аpple.com", "xn--pple-43d.com"),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
        ("https://exa mple.org", None),
        ("", None),
    ],
)
def test_the_host_is_where_the_link_really_leads(link, host):
    assert link_host(link) == host


def made_answer(**changes) -> Answer:
    return Answer(**{"id": "a", "number": 1, "question": "Q", "kind": "video", "state": "kept", **changes})


def test_paper_says_source_late_start_and_what_was_given(report):
    page = answer_page(
        made_answer(duration_seconds=30, take=2, source="screen", late_seconds=42, state="not_scorable"), 3, ()
    )
    facts = dict(page["facts"])
    assert facts["Answer"] == "Video, 0:30, take 2, Screen share"
    assert facts["Start"] == "Began 0:42 after the think time ended"
    chosen = answer_page(made_answer(kind="single_choice", given=Given(text="Yes", options=("Yes",))), 3, ())
    assert dict(chosen["facts"])["Given"] == "Yes"
    assert chosen["why"] == ["People read this answer; nothing in it is evaluated."]
    ended = replace(report, knock_out=KnockOut(number=2, given="No"))
    assert notes(ended)[0] == "Question 2: “No” ended the interview early. Nobody is rejected by a rule."


def test_a_report_of_the_first_format_is_read_as_one_of_today(report):
    data = to_json(report).decode()
    first = data.replace('"schema_version": 3', '"schema_version": 1')
    for line in (',\n  "knock_out": null', ',\n      "given": null', ',\n      "late_seconds": 0'):
        assert line in first
        first = first.replace(line, "")
    first = first.replace(',\n      "source": "camera"', "")

    assert from_json(first.encode()) == report


async def test_a_conversation_is_read_message_by_message(runtime, api, make_organisation, browser_client, run_jobs):
    made = await publish_interview(runtime, await make_organisation(), CONVERSATION, TEXT)
    candidate = await begin(api, made.token, name="Ada Lovelace", email=unique_email("talk"))
    await candidate.agree()
    await candidate.room()
    opened = await api.post("/api/interview/chat", json={}, headers=candidate.headers)
    conversation = opened.json()["conversation"]["id"]
    said = await api.post(
        "/api/interview/upload-voice",
        data={"conversation_id": conversation, "client_message_id": str(uuid4())},
        files={"file": ("voice.webm", (SAMPLES / "weak" / "answer-1.webm").read_bytes(), "audio/webm")},
        headers=candidate.headers,
    )
    assert said.status_code == 202, said.text
    browser = await browser_client(made.organisation)

    page = (await browser.page(f"/sessions/{candidate.session_id}")).text

    assert '<p class="talk-who">Ada Lovelace</p>' in page
    assert "Voice message" in page
