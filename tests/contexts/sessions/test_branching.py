"""Kinds of answers, conditions and knock-out rules, as the candidate meets them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factories.candidates import begin
from tests.factories.interviews import (
    FILE,
    FORM,
    LINK,
    MULTIPLE_CHOICE,
    NUMBER,
    SINGLE_CHOICE,
    TEXT,
    VIDEO,
    asked_when,
    ending_when,
)

from colloquy.contexts.interviews.public import QuestionOrder
from colloquy.contexts.sessions import public as sessions

ANSWER = "In March our payment service lost orders. I measured it, found a lock, and cut failures by forty percent."


@pytest.mark.parametrize(
    ("draft", "value", "stored"),
    [
        (SINGLE_CHOICE, "b", "b"),
        (MULTIPLE_CHOICE, ["c", "a"], ["a", "c"]),
        (NUMBER, 4, 4.0),
        (NUMBER, 2.5, 2.5),
        (LINK, " https://example.org/work?x=1 ", "https://example.org/work?x=1"),
    ],
)
async def test_a_value_is_kept_for_people(answering, session_of, run_jobs, draft, value, stored):
    made, candidate = await answering(draft, TEXT)
    room = await candidate.room()
    await candidate.choose(room["question"], value)
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    await run_jobs()
    session = await session_of(made, candidate)
    assert (session.answers[0].state, session.answers[0].value) == (sessions.AnswerState.KEPT, stored)
    assert session.state is sessions.SessionState.SCORED


@pytest.mark.parametrize(
    ("draft", "value"),
    [
        (SINGLE_CHOICE, "z"),
        (SINGLE_CHOICE, ["a"]),
        (MULTIPLE_CHOICE, []),
        (MULTIPLE_CHOICE, ["a", "z"]),
        (NUMBER, 61),
        (NUMBER, -1),
        (NUMBER, "4"),
        (LINK, "javascript:alert(1)"),
        (LINK, "https://localhost"),
        (LINK, "https://exa mple.org"),
    ],
)
async def test_a_value_that_the_question_does_not_take_is_refused_at_its_field(answering, draft, value):
    _, candidate = await answering(draft, TEXT)
    question = (await candidate.room())["question"]
    response = await candidate.post("/room/answers", {"question_id": question["id"], "value": value})
    assert response.status_code == 422
    assert "value" in response.text
    assert (await candidate.look())["question"]["id"] == question["id"]


async def test_the_same_value_again_is_fine_and_another_one_is_not(answering):
    _, candidate = await answering(SINGLE_CHOICE, TEXT)
    question = (await candidate.room())["question"]
    await candidate.choose(question, "a")
    await candidate.choose(question, "a")
    other = await candidate.post("/room/answers", {"question_id": question["id"], "value": "b"})
    assert (other.status_code, other.json()["code"]) == (409, "question_closed")


async def test_drafts_of_choices_come_back(answering):
    _, candidate = await answering(MULTIPLE_CHOICE, TEXT)
    question = (await candidate.room())["question"]
    kept = await candidate.post("/room/drafts", {"question_id": question["id"], "value": ["b"]})
    assert kept.status_code == 204
    assert (await candidate.room())["question"]["value"] == ["b"]


async def test_a_file_is_an_answer_for_people(answering, session_of, run_jobs):
    made, candidate = await answering(FILE, TEXT)
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "file", "file_name": "../../notes.txt", "source": "upload"}
    take = (await candidate.post("/room/takes", body)).json()
    await candidate.send(take, b"What I built, in plain text.\n" * 20)
    used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert used.status_code == 200, used.text
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    await run_jobs()
    answer = (await session_of(made, candidate)).answers[0]
    assert (answer.state, answer.kind) == (sessions.AnswerState.KEPT, "file")


async def test_what_is_not_required_may_be_left_out_and_costs_nothing(answering, session_of, run_jobs):
    made, candidate = await answering(LINK, replace(TEXT, required=False), TEXT)
    first = (await candidate.room())["question"]
    assert first["required"] is False
    for _ in range(2):
        question = (await candidate.room())["question"]
        skipped = await candidate.post("/room/skip", {"question_id": question["id"]})
        assert skipped.status_code == 200, skipped.text
    last = (await candidate.room())["question"]
    required = await candidate.post("/room/skip", {"question_id": last["id"]})
    assert (required.status_code, required.json()["code"]) == (409, "question_required")
    await candidate.write(last, ANSWER)
    await candidate.complete()
    await run_jobs()
    session = await session_of(made, candidate)
    assert [answer.reason_code for answer in session.answers] == ["left_out", "left_out", None]
    assert session.state is sessions.SessionState.SCORED


async def test_nobody_is_stuck_when_every_take_was_unusable(answering, session_of, run_jobs):
    made, candidate = await answering(replace(VIDEO, takes=1), TEXT)
    question = (await candidate.room())["question"]
    while True:
        body = {"question_id": question["id"], "kind": "video"}
        response = await candidate.post("/room/takes", body)
        if response.status_code == 409:
            break
        refused = await candidate.post("/room/skip", {"question_id": question["id"]})
        assert refused.json()["code"] == "question_required"
        await candidate.send(response.json(), b"this is no video at all")
        await run_jobs()
    assert (await candidate.look())["question"]["takes_used"] == 1
    assert (await candidate.post("/room/skip", {"question_id": question["id"]})).status_code == 200
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    await run_jobs()
    session = await session_of(made, candidate)
    assert [answer.state for answer in session.answers] == ["missing", "scored"]
    assert session.state is sessions.SessionState.NEEDS_HUMAN


async def test_a_condition_decides_what_is_asked(answering, session_of, run_jobs):
    drafts = (SINGLE_CHOICE, lambda ids: asked_when(NUMBER, ids[0], "is", "a"), TEXT)
    made, candidate = await answering(*drafts)
    room = await candidate.room()
    assert room["saved"]["answers_total"] == 2
    after = await candidate.choose(room["question"], "a")
    assert (after["question"]["kind"], after["saved"]["answers_total"]) == ("number", 3)

    api, other = candidate.client, None
    api.cookies.clear()
    other = await begin(api, made.token, email="eve@example.com")
    await other.agree()
    after = await other.choose((await other.room())["question"], "b")
    assert after["question"]["kind"] == "text"
    hidden = await other.post("/room/answers", {"question_id": str(made.question_ids[1]), "value": 3})
    assert (hidden.status_code, hidden.json()["code"]) == (409, "question_closed")
    await other.write(after["question"], ANSWER)
    await other.complete()
    await run_jobs()
    session = await session_of(made, other)
    assert session.answers[1].state is sessions.AnswerState.NOT_ASKED
    assert session.state is sessions.SessionState.SCORED


async def test_a_knock_out_ends_the_interview_and_a_person_decides(answering, session_of, run_jobs):
    ending = ending_when(SINGLE_CHOICE, "is", "b", "We cannot employ you there at the moment.")
    made, candidate = await answering(ending, TEXT, TEXT)
    after = await candidate.choose((await candidate.room())["question"], "b")
    assert (after["question"], after["up_next"], after["session"]["state"]) == (None, None, "completed")
    await run_jobs()
    session = await session_of(made, candidate)
    assert session.state is sessions.SessionState.NEEDS_HUMAN
    assert session.knocked_out_by == made.question_ids[0]
    assert "ended the interview early; a person decides" in session.state_reason
    assert [answer.state for answer in session.answers] == ["kept", "not_asked", "not_asked"]
    page = await candidate.client.get(
        f"/{made.token}/done", headers={"cookie": f"colloquy_candidate={candidate.key}.{made.token}"}
    )
    assert "We cannot employ you there at the moment." in page.text


async def test_texts_are_told_only_when_a_question_is_opened(api, answering):
    made, candidate = await answering(*FORM, TEXT, order=QuestionOrder.FREE)
    shown = (await api.get(f"/api/public/interview/{made.token}")).text
    assert TEXT.text not in shown
    room = await candidate.look()
    assert (room["question"], room["up_next"]) == (None, None)
    assert {one["text"] for one in room["questions"]} == {None}


async def test_in_the_free_order_the_candidate_chooses_and_comes_back(answering):
    made, candidate = await answering(TEXT, NUMBER, SINGLE_CHOICE, order=QuestionOrder.FREE)
    last, first = str(made.question_ids[2]), str(made.question_ids[0])
    room = await candidate.open({"id": last})
    assert room["question"]["id"] == last
    opened_at = room["question"]["opened_at"]
    await candidate.open({"id": first})
    again = await candidate.open({"id": last})
    assert again["question"]["opened_at"] == opened_at
    assert [one["state"] for one in again["questions"]] == ["open", "waiting", "open"]
    after = await candidate.choose(again["question"], "a")
    assert [one["state"] for one in after["questions"]] == ["open", "waiting", "answered"]


async def test_in_the_fixed_order_nobody_jumps_ahead(answering):
    made, candidate = await answering(TEXT, NUMBER)
    response = await candidate.post("/room/open", {"question_id": str(made.question_ids[1])})
    assert (response.status_code, response.json()["code"]) == (409, "question_closed")
