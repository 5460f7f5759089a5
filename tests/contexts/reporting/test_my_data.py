"""A candidate sees, takes along and erases everything that is stored about them, and nobody else can."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.contexts.sessions.erased import confirm
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, TUS, CandidateClient, begin
from tests.factories.identity import unique_email
from tests.factories.interviews import (
    CONVERSATION,
    NUMBER,
    SINGLE_CHOICE,
    TEXT,
    VIDEO,
    MadeInterview,
    publish_interview,
)

from colloquy.contexts.scoring import public as scoring
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
PIECE = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}

LEFT_OUT = {
    "reports": "made from judgements and scores that are in; names what good answers mention",
    "reviews": "opinions of colleagues, given by the company when asked",
    "decisions": "decisions of colleagues, given by the company when asked",
    "overrides": "opinions of colleagues; what follows from them is in the scores",
    "comments": "opinions of colleagues, given by the company when asked",
    "panel_members": "who among colleagues is asked to review",
    "reveals": "which colleague looked before writing their own scorecard",
    "scoring_run_items": "ids and states of work; what came of it is in the judgements",
    "model_calls": "ids and numbers: which model was asked, how long it took, what it cost",
    "model_cache": "answers of models, sealed, for an hour; what came of them is in the judgements",
    "webhook_messages": "ids and states that were told to the company's programs; emptied when the session goes",
    "session_privacy": "places and days that stand in the notice, which the page shows word by word",
    "outbox": "ids alone",
    "session_clocks": "days by kind; the export says on which day each ends",
    "erasure_requests": "ids and times; a request that is open is in the export, one that is done has its certificate",
    "erased_sessions": "ids of what was erased",
}
"""Tables about a candidate that are not in the export, and why. `not_included` says it to the candidate."""


@dataclass
class Own:
    """A candidate with a browser cookie, and what the export says."""

    candidate: CandidateClient
    made: MadeInterview
    email: str

    @property
    def cookie(self) -> dict[str, str]:
        return {"cookie": f"colloquy_candidate={self.candidate.key}.{self.candidate.token}"}

    @property
    def home(self) -> str:
        return f"/{self.candidate.token}/my-data"


@pytest.fixture
async def own(runtime, api, make_organisation, sign_in, run_jobs) -> AsyncIterator[Own]:
    """Somebody who was invited, recorded two takes, chose, counted, wrote, talked, and has handed in."""
    await run_jobs()
    before = runtime.provided.get(SpeechToText)
    # What is said does not matter here; hearing it for real would take most of the time of these tests.
    runtime.provided.put(SpeechToText, FakeSpeech())
    made = await publish_interview(
        runtime, await make_organisation("Northwind"), VIDEO, SINGLE_CHOICE, NUMBER, TEXT, CONVERSATION
    )
    email = unique_email("zelda")
    await sign_in(made.organisation)
    invited = await api.post(f"/api/interviews/{made.id}/invitations", json={"people": f"Zelda <{email}>"})
    link_id = invited.json()["invited"][0]["id"]
    address = (await api.get(f"/api/interviews/{made.id}/invitations/{link_id}/address")).json()["address"]
    await run_jobs()
    del api.headers["authorization"]
    candidate = await begin(api, address.rpartition("/")[2], name="Zelda", email=email)
    await candidate.agree()
    question = (await candidate.room())["question"]
    abandoned = await candidate.open_take(question)
    assert (await api.patch(abandoned["upload_url"], content=WEBM[:50_000], headers=PIECE)).status_code == 204
    await candidate.answer_with(question, WEBM)
    for value in ("a", 7):
        question = (await candidate.room())["question"]
        answered = await candidate.post("/room/answers", {"question_id": question["id"], "value": value})
        assert answered.status_code == 200, answered.text
    await candidate.write((await candidate.room())["question"], STRONG)
    assert (await candidate.room())["question"]["kind"] == "conversation"
    opened = await api.post("/api/interview/chat", json={}, headers=candidate.headers)
    assert opened.status_code == 200, opened.text
    conversation = opened.json()["conversation"]["id"]
    said = await api.post(
        "/api/interview/upload-voice",
        data={"conversation_id": conversation, "client_message_id": str(uuid4())},
        files={"file": ("voice.webm", WEBM, "audio/webm")},
        headers=candidate.headers,
    )
    assert said.status_code == 202, said.text
    await api.post(f"/api/public/interview/{candidate.token}/continue", json={"email": email})
    await run_jobs()
    yield Own(candidate, made, email)
    runtime.provided.put(SpeechToText, before)


@pytest.fixture
async def handed_in(own, api, run_jobs, runtime) -> Own:
    """The same, over: what was saved is the answer."""
    opened = await api.post("/api/interview/chat", json={}, headers=own.candidate.headers)
    ended = await api.post(
        "/api/interview/chat/end",
        json={"conversation_id": opened.json()["conversation"]["id"]},
        headers=own.candidate.headers,
    )
    assert ended.status_code == 200, ended.text
    completed = await own.candidate.post("/complete-interview")
    assert completed.status_code == 200, completed.text
    await run_jobs()
    async with runtime.database.begin(own.made.organisation.scope) as db:
        session = UUID(own.candidate.session_id)
        words = "I said that I wrote the test, not that I was given it."
        await scoring.contest(db, own.made.organisation.scope, session, scoring.ContestAbout.WORDS, words)
    await run_jobs()
    return own


async def exported(own: Own) -> tuple[zipfile.ZipFile, dict[str, Any], httpx.Response]:
    response = await own.candidate.get("/my-data/export")
    assert response.status_code == 200, response.text
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    return archive, json.loads(archive.read("data.json")), response


def ids_in(data: dict[str, Any]) -> dict[str, set[str]]:
    """For each table the rows that the export has, by the expression of `ROWS`."""
    takes = {f"{a['id']}/{t['number']}" for a in data["answers"] for t in a["takes"]}
    recordings = {r["id"] for r in data["recordings"]}
    messages = [m for c in data["conversations"] for m in c["messages"]]
    return {
        "sessions": {data["session"]["id"]},
        "interview_links": {data["session"]["link_id"]},
        "answers": {a["id"] for a in data["answers"]},
        "takes": takes,
        "recordings": recordings,
        "transcripts": {f"{r['id']}/{t['version']}" for r in data["recordings"] for t in r["transcripts"]},
        "session_keys": {f"{len(data['devices'])}"},
        "session_codes": {f"{data['session']['codes_asked_for']}"},
        "consents": {f"{c['purpose']}/{c['decision']}/{c['notice_hash']}" for c in data["consents"]},
        "judgement_sets": {f"{j['answer_id']}/{j['version']}" for j in data["judgements"]},
        "scores": {f"{s['version']}" for s in data["scores"]},
        "contests": {c["id"] for c in data["contests"]},
        "conversations": {c["id"] for c in data["conversations"]},
        "messages": {m["id"] for m in messages},
        "voices": recordings,
        "sendings": {f"{len(data['letters'])}"},
    }


ROWS = {
    "sessions": ("id::text", "id = %(session)s"),
    "interview_links": ("id::text", "used_by_session = %(session)s"),
    "answers": ("id::text", "session_id = %(session)s"),
    "takes": ("answer_id || '/' || number", "answer_id in (select id from answers where session_id = %(session)s)"),
    "recordings": ("id::text", "id = any(%(recordings)s)"),
    "transcripts": ("recording_id || '/' || version", "recording_id = any(%(recordings)s)"),
    "session_keys": ("count(*)::text", "session_id = %(session)s"),
    "session_codes": ("asked::text", "session_id = %(session)s"),
    "consents": ("purpose || '/' || decision || '/' || notice_hash", "session_id = %(session)s"),
    "judgement_sets": ("answer_id || '/' || version", "session_id = %(session)s"),
    "scores": ("version::text", "session_id = %(session)s"),
    "contests": ("id::text", "session_id = %(session)s"),
    "conversations": ("id::text", "session_id = %(session)s"),
    "messages": (
        "id::text",
        "conversation_id in (select id from conversations where session_id = %(session)s)",
    ),
    "voices": ("recording_id::text", "session_id = %(session)s"),
    "sendings": (
        "count(*)::text",
        "about_id = %(session)s or about_id in (select id from interview_links where used_by_session = %(session)s)",
    ),
}
ABOUT_PEOPLE = ("session_id", "answer_id", "recording_id", "conversation_id", "about_id", "used_by_session")


def test_every_table_about_a_candidate_is_in_the_export_or_left_out_with_a_reason(owner_connection):
    tables = {
        name
        for (name,) in owner_connection.execute(
            "select table_name from information_schema.columns where table_schema = 'public'"
            " and (column_name = any(%s) or table_name in ('sessions', 'recordings'))",
            [list(ABOUT_PEOPLE)],
        ).fetchall()
    }

    unknown = tables - ROWS.keys() - LEFT_OUT.keys()
    assert not unknown, f"say in ROWS how the export has them, or in LEFT_OUT why not: {sorted(unknown)}"


async def test_the_export_has_every_stored_row(handed_in, owner_connection):
    _, data, _ = await exported(handed_in)
    session = handed_in.candidate.session_id
    recordings = [
        row[0]
        for row in owner_connection.execute(
            "select recording_id from takes where answer_id in (select id from answers where session_id = %(session)s)"
            " union select recording_id from voices where session_id = %(session)s",
            {"session": session},
        ).fetchall()
    ]

    there = ids_in(data)
    for table, (what, where) in ROWS.items():
        rows = owner_connection.execute(
            f"select {what} from {table} where {where}", {"session": session, "recordings": recordings}
        ).fetchall()
        stored = {row[0] for row in rows}
        assert stored, f"the test has no row in {table}, so it shows nothing about it"
        assert stored <= there[table], table


async def test_the_archive_holds_what_was_sent_byte_for_byte(handed_in):
    archive, data, response = await exported(handed_in)

    assert archive.testzip() is None
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["content-disposition"].startswith('attachment; filename="my-data-northwind')
    stored = [one for one in data["recordings"] if one["file"]]
    assert [one["file"] for one in stored if "take" in one["file"]] == ["recordings/question-1-take-2.webm"]
    for one in stored:
        assert archive.read(one["file"]) == WEBM
        assert hashlib.sha256(WEBM).hexdigest() == one["sha256"]
        for version in one["transcripts"]:
            assert archive.read(version["text_file"]).strip()
            assert archive.read(version["captions_file"]).startswith(b"WEBVTT")
    assert archive.read("answers/question-4.txt").decode() == STRONG
    assert any(name.startswith("conversations/question-5") for name in archive.namelist())
    assert data["you"]["email"] == handed_in.email
    assert [answer["value_in_words"] for answer in data["answers"]][1:3] == ["Yes", "7 years"]


async def test_the_export_tells_no_secret_and_nothing_of_the_rubric(handed_in, runtime):
    archive, data, _ = await exported(handed_in)
    everything = b"".join(archive.read(name) for name in archive.namelist() if not name.endswith(".webm")).decode()

    assert handed_in.candidate.token not in everything
    assert handed_in.candidate.key.rpartition(".")[2] not in everything
    assert "Gives the result in figures" not in everything  # an expected point
    assert "Says what came of it in figures" not in everything  # a point of a topic
    assert everything.count(handed_in.made.organisation.owner.email) == 1, "whom to ask, and not who read letters"
    assert {one["what"] for one in data["not_included"]} >= {"Scorecards, comments and decisions of people"}


async def test_questions_that_were_not_begun_are_not_told(runtime, api, make_organisation):
    made = await publish_interview(runtime, await make_organisation(), TEXT, VIDEO)
    candidate = await begin(api, made.token, email=unique_email("early"))
    await candidate.agree()
    await candidate.post("/room/drafts", {"question_id": (await candidate.room())["question"]["id"], "text": "I was"})

    data = (await candidate.get("/my-data")).json()

    assert [answer["question"] is not None for answer in data["answers"]] == [True, False]
    assert data["answers"][0]["draft_text"] == "I was"


async def test_the_api_gives_the_same_without_files(own):
    data = (await own.candidate.get("/my-data")).json()

    assert data["you"] == {"name": "Zelda", "email": own.email, "profile_url": None}
    assert {one["file"] for one in data["recordings"]} == {None}
    assert data["session"]["state"] == "in_progress"
    assert {letter["kind"] for letter in data["letters"]} >= {"invitation", "continue_code"}
    assert all(letter["to_you"] for letter in data["letters"])


async def test_nobody_reads_without_the_key(own, api, sign_in):
    for headers in ({}, {"Authorization": f"Candidate {own.candidate.key[:-4]}AAAA"}):
        assert (await api.get("/api/public/my-data", headers=headers)).status_code == 403
        assert (await api.get("/api/public/my-data/export", headers=headers)).status_code == 403
        erase = await api.post("/api/public/my-data/erase", json={"confirm": "erase"}, headers=headers)
        assert erase.status_code == 403
    await sign_in(own.made.organisation)
    assert (await api.get("/api/public/my-data")).status_code == 403, "not even the recruiter reads this way"


async def test_another_candidate_reads_their_own(own, api, make_organisation, runtime):
    other = await begin(api, own.made.token, name="Ada", email=unique_email("other"))

    data = (await other.get("/my-data")).json()

    assert data["you"]["name"] == "Ada"
    assert data["recordings"] == []


async def test_the_page_shows_it_and_leads_a_strange_browser_to_the_code(own, api):
    page = await api.get(own.home, headers=own.cookie)
    api.cookies.clear()
    stranger = await api.get(own.home)

    assert page.status_code == 200
    for words in ("Zelda", own.email, "Question 1", "Yes", "7 years", "Northwind"):
        assert words in page.text
    assert re.search(r"Download \([\d.]+ .B\)", page.text)
    assert "Gives the result in figures" not in page.text
    assert stranger.status_code == 303
    assert stranger.headers["location"] == f"/{own.candidate.token}/continue"


async def form(own: Own, api, path: str, **fields: str) -> httpx.Response:
    """Sends a form of the page as a browser does."""
    page = await api.get(f"{own.home}/erase", headers=own.cookie)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    cookies = "; ".join([own.cookie["cookie"], *(f"{k}={v}" for k, v in page.cookies.items() if "candidate" not in k)])
    api.cookies.clear()
    response = await api.post(f"{own.home}{path}", data={"csrf_token": token, **fields}, headers={"cookie": cookies})
    api.cookies.clear()
    return response


async def test_people_only_hides_what_a_program_made(handed_in, api, sign_in, run_jobs):
    done = await form(handed_in, api, "/people-only")
    again = await form(handed_in, api, "/people-only")
    await run_jobs()

    assert (done.status_code, again.status_code) == (303, 303)
    data = (await handed_in.candidate.get("/my-data")).json()
    assert data["session"]["people_only"]
    decisions = [entry["decision"] for entry in data["consents"] if entry["purpose"] == "ai_evaluation"]
    assert decisions == ["given", "withdrawn"]
    await sign_in(handed_in.made.organisation)
    report = (await api.get(f"/api/sessions/{handed_in.candidate.session_id}")).json()
    assert report["overall_score"] is None
    assert all(answer["scores"] == [] for answer in report["answers"])
    board = (await api.get(f"/api/interviews/{handed_in.made.id}/sessions")).json()["items"][0]
    assert (board["overall_score"], board["levels"]) == (None, [])


async def test_erasing_takes_the_word_the_link_and_then_everything(
    own, api, owner_connection, run_jobs, sign_in, runtime
):
    asked = await api.get(f"{own.home}/erase", headers=own.cookie)
    assert "You withdraw as well" in asked.text
    wrong = await form(own, api, "/erase", confirmation="please")
    assert wrong.status_code == 422
    assert "Nothing was asked for" in wrong.text

    done = await form(own, api, "/erase", confirmation=" Erase ")

    assert (done.status_code, done.headers["location"]) == (303, f"{own.home}/erase")
    await run_jobs()
    assert (await own.candidate.get("/my-data")).status_code == 200, "nothing is erased before they confirm"
    assert "Confirm it in your mailbox" in (await api.get(f"{own.home}/erase", headers=own.cookie)).text
    await confirm(runtime, own.candidate)
    await run_jobs()
    assert (await own.candidate.get("/my-data")).status_code == 403
    session = own.candidate.session_id
    for table, (_, where) in ROWS.items():
        if table in {"consents", "recordings", "transcripts"}:
            continue
        left = owner_connection.execute(f"select 1 from {table} where {where}", {"session": session}).fetchall()
        assert left == [], table
    await sign_in(own.made.organisation)
    assert (await api.get(f"/api/sessions/{session}")).status_code == 404


async def test_the_api_asks_too_and_once_it_is_done_there_is_nothing(handed_in, runtime, run_jobs):
    assert (await handed_in.candidate.post("/my-data/erase", {"confirm": "yes"})).status_code == 422
    for _ in range(2):
        asked = await handed_in.candidate.post("/my-data/erase", {"confirm": "erase"})
        assert (asked.status_code, asked.json()["state"]) == (202, "asked")
    await confirm(runtime, handed_in.candidate)
    await run_jobs()
    assert (await handed_in.candidate.post("/my-data/erase", {"confirm": "erase"})).status_code == 403
