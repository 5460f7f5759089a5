"""Bad input: a clear message each time, and nothing lost."""

import pytest
from tests.factories.candidates import SAMPLES, TUS, begin, metadata
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.sessions import public as sessions

WEBM = (SAMPLES / "strong" / "answer-1.webm").read_bytes()


@pytest.fixture
async def made(runtime, make_organisation):
    return await publish_interview(runtime, await make_organisation(), VIDEO)


@pytest.fixture
async def candidate(api, made):
    ada = await begin(api, made.token)
    await ada.agree()
    return ada


async def _answer(runtime, made, candidate):
    from uuid import UUID

    async with runtime.database.begin(made.organisation.scope) as db:
        session = await sessions.session(db, made.organisation.scope, UUID(candidate.session_id))
    return session.answers[0]


async def _upload_whole(candidate, question, data, name="answer.webm"):
    return await candidate.client.post(
        "/api/public/upload-response",
        data={"question_id": question["id"]},
        files={"file": (name, data, "video/webm")},
        headers=candidate.headers,
    )


async def test_a_whole_file_is_an_answer_in_one_request(runtime, made, candidate):
    from hashlib import sha256

    question = (await candidate.room())["question"]
    response = await _upload_whole(candidate, question, WEBM)
    assert response.status_code == 201, response.text
    assert response.json()["sha256"] == sha256(WEBM).hexdigest()
    assert (await _answer(runtime, made, candidate)).state is sessions.AnswerState.UPLOADED


@pytest.mark.parametrize(("data", "code"), [(b"", "empty_file"), (b"this is a text, not a film" * 50, "not_media")])
async def test_no_recording_is_refused_before_it_costs_a_take(candidate, data, code):
    question = (await candidate.room())["question"]
    response = await _upload_whole(candidate, question, data)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert (await candidate.room())["question"]["takes_used"] == 0


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"plain text renamed to webm " * 40, "not_media"), (WEBM[:64] + bytes(4000), "broken_media")],
)
async def test_a_take_that_is_no_recording_gives_the_take_back(candidate, run_jobs, data, code):
    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    await candidate.send(take, data)
    await run_jobs()
    room = await candidate.room()
    assert (room["question"]["takes_used"], room["takes"]) == (0, [])
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert (used.status_code, used.json()["code"]) == (422, "take_unusable")
    assert "again" in used.json()["detail"].lower() or "send" in used.json()["detail"].lower()


async def test_a_broken_take_that_was_used_at_once_ends_with_its_reason(runtime, made, candidate, run_jobs):
    question = (await candidate.room())["question"]
    await candidate.answer_with(question, WEBM[:64] + bytes(4000))
    await candidate.complete()
    await run_jobs()
    answer = await _answer(runtime, made, candidate)
    assert (answer.state, answer.reason_code) == (sessions.AnswerState.NOT_SCORABLE, "broken_media")


async def test_continuing_at_a_wrong_offset_says_where_to_continue(candidate):
    take = await candidate.open_take((await candidate.room())["question"])
    headers = {**TUS, "Content-Type": "application/offset+octet-stream"}
    first = await candidate.client.patch(
        take["upload_url"], content=WEBM[:1000], headers={**headers, "Upload-Offset": "0"}
    )
    assert first.headers["upload-offset"] == "1000"
    wrong = await candidate.client.patch(
        take["upload_url"], content=WEBM[900:], headers={**headers, "Upload-Offset": "900"}
    )
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 1000)
    head = await candidate.client.head(take["upload_url"], headers=TUS)
    assert (head.headers["upload-offset"], head.headers["upload-defer-length"]) == ("1000", "1")


async def test_a_foreign_client_creates_its_upload_by_tus(candidate):
    question = (await candidate.room())["question"]
    headers = {
        **TUS,
        **candidate.headers,
        "Upload-Length": str(len(WEBM)),
        "Upload-Metadata": metadata(question_id=question["id"], filetype="video/webm"),
    }
    created = await candidate.client.post("/api/public/uploads", headers=headers)
    assert created.status_code == 201, created.text
    sent = await candidate.client.patch(
        created.headers["location"],
        content=WEBM,
        headers={**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    )
    assert sent.headers["upload-offset"] == str(len(WEBM))
    body = {"question_id": question["id"], "take_id": created.headers["colloquy-take"]}
    assert (await candidate.post("/room/answers", body)).status_code == 200
