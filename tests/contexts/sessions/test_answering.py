"""A candidate arrives, agrees, answers and hands in."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import TEXT, VIDEO, publish_interview

from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock

ANSWER = "In March our payment service lost orders. I measured it, found a lock, and cut failures by forty percent."


@pytest.fixture
def interview(runtime, make_organisation):
    async def make(*drafts, **options):
        return await publish_interview(runtime, await make_organisation(), *drafts, **options)

    return make


async def _session(runtime, made, candidate):
    from uuid import UUID

    async with runtime.database.begin(made.organisation.scope) as db:
        return await sessions.session(db, made.organisation.scope, UUID(candidate.session_id))


async def test_a_typed_interview_goes_from_the_link_to_handed_in(runtime, api, interview):
    made = await interview(TEXT)
    shown = (await api.get(f"/api/public/interview/{made.token}")).json()
    assert (shown["role_title"], len(shown["questions"])) == ("Backend engineer", 1)
    assert "expected_points" not in shown["questions"][0]

    candidate = await begin(api, made.token)
    await candidate.agree()
    room = await candidate.room()
    await candidate.write(room["question"], ANSWER)
    await candidate.complete()

    session = await _session(runtime, made, candidate)
    assert session.state is sessions.SessionState.COMPLETED
    assert session.answers[0].text == ANSWER


async def test_nothing_opens_before_the_candidate_has_agreed(api, interview):
    candidate = await begin(api, (await interview(TEXT)).token)
    response = await candidate.get("/room")
    assert (response.status_code, response.json()["code"]) == (409, "consent_missing")
    refused = await candidate.post("/consent", {"record": False, "ai_evaluation": True})
    assert refused.json()["code"] == "consent_missing"


async def test_refusing_the_program_leads_to_people_and_is_as_complete(runtime, api, interview, run_jobs):
    made = await interview(TEXT)
    candidate = await begin(api, made.token)
    await candidate.agree(ai_evaluation=False)
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    await run_jobs()

    session = await _session(runtime, made, candidate)
    assert (session.human_only, session.answers[0].state) == (True, sessions.AnswerState.NEEDS_HUMAN)
    assert session.state is sessions.SessionState.NEEDS_HUMAN


async def test_the_same_candidate_cannot_begin_twice(api, interview):
    made = await interview(TEXT)
    await begin(api, made.token, email="Ada@Example.com")
    again = await api.post(
        f"/api/public/interview/{made.token}/start", json={"name": "Ada", "email": "ada@example.COM"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_candidate")


async def test_the_same_profile_cannot_begin_twice(api, interview):
    made = await interview(TEXT)
    path = f"/api/public/interview/{made.token}/start"
    form = {"name": "Ada", "email": "a@example.com", "profile_url": "https://www.example.com/in/ada/"}
    assert (await api.post(path, json=form)).status_code == 201
    api.cookies.clear()
    form |= {"email": "b@example.com", "profile_url": "http://example.com/in/ada?from=mail"}
    assert (await api.post(path, json=form)).json()["code"] == "duplicate_candidate"


@pytest.mark.parametrize("token", ["nothing-like-this", "AAAAAAAAAAAAAAAAAAAAAA"])
async def test_an_unknown_link_says_so(api, token):
    response = await api.get(f"/api/public/interview/{token}")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_link")


async def test_an_expired_link_says_so(api, interview):
    made = await interview(TEXT)
    with clock.travelled(timedelta(days=400)):
        response = await api.get(f"/api/public/interview/{made.token}")
    assert (response.status_code, response.json()["code"]) == (410, "link_expired")


@pytest.mark.parametrize("key", ["", "x.y.z", f"{'0' * 32}.{'0' * 32}.secret"])
async def test_a_key_that_opens_nothing_is_refused(api, key):
    response = await api.get("/api/public/room", headers={"Authorization": f"Candidate {key}"})
    assert (response.status_code, response.json()["code"]) == (403, "not_your_session")


async def test_the_newest_tab_has_the_room_and_the_other_is_told(api, interview):
    candidate = await begin(api, (await interview(TEXT)).token)
    await candidate.agree()
    question = (await candidate.room())["question"]
    await candidate.post("/room/tab", {"tab": "first-tab"})
    await candidate.post("/room/tab", {"tab": "second-tab"})
    late = await candidate.post("/room/answers", {"question_id": question["id"], "text": ANSWER, "tab": "first-tab"})
    assert (late.status_code, late.json()["code"]) == (409, "opened_elsewhere")
    assert (await candidate.room())["question"]["id"] == question["id"]
    now = await candidate.post("/room/answers", {"question_id": question["id"], "text": ANSWER, "tab": "second-tab"})
    assert now.status_code == 200


async def test_takes_are_counted_by_the_server(api, interview):
    candidate = await begin(api, (await interview(VIDEO)).token)
    await candidate.agree()
    question = (await candidate.room())["question"]
    for number in (1, 2):
        take = await candidate.open_take(question)
        assert take["number"] == number
    third = await candidate.post("/room/takes", {"question_id": question["id"], "kind": "video"})
    assert (third.status_code, third.json()["code"]) == (409, "no_takes_left")


async def test_two_tabs_at_once_cannot_take_more_takes_than_there_are(api, interview):
    candidate = await begin(api, (await interview(VIDEO)).token)
    await candidate.agree()
    question = (await candidate.room())["question"]
    body = {"question_id": question["id"], "kind": "video"}
    answers = await asyncio.gather(*(candidate.post("/room/takes", body) for _ in range(8)))
    assert sorted(response.status_code for response in answers) == [201, 201, *[409] * 6]


async def test_a_take_under_way_cannot_be_the_answer_yet(api, interview):
    candidate = await begin(api, (await interview(VIDEO)).token)
    await candidate.agree()
    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    response = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert (response.status_code, response.json()["code"]) == (409, "take_not_saved")


async def test_a_strangers_take_is_not_there(api, interview):
    made = await interview(VIDEO)
    ada, eve = await begin(api, made.token), await begin(api, made.token, email="eve@example.com")
    for candidate in (ada, eve):
        await candidate.agree()
    question = (await ada.room())["question"]
    await eve.room()
    take = await ada.open_take(question)
    response = await eve.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    assert response.status_code == 404


async def test_nothing_is_handed_in_with_an_answer_missing(api, interview):
    candidate = await begin(api, (await interview(TEXT, TEXT)).token)
    await candidate.agree()
    await candidate.write((await candidate.room())["question"], ANSWER)
    response = await candidate.post("/complete-interview")
    assert (response.status_code, response.json()["missing"]) == (409, [2])


async def test_after_handing_in_answers_stay_as_they_are(api, interview):
    candidate = await begin(api, (await interview(TEXT)).token)
    await candidate.agree()
    question = (await candidate.room())["question"]
    await candidate.write(question, ANSWER)
    await candidate.complete()
    await candidate.complete()
    response = await candidate.post("/room/answers", {"question_id": question["id"], "text": "Another answer."})
    assert (response.status_code, response.json()["code"]) == (409, "session_over")


async def test_a_recorded_answer_is_heard(runtime, api, interview, run_jobs):
    made = await interview(VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    data = (SAMPLES / "strong" / "answer-1.webm").read_bytes()
    await candidate.answer_with((await candidate.room())["question"], data)
    await candidate.complete()
    await run_jobs()

    answer = (await _session(runtime, made, candidate)).answers[0]
    assert answer.state in {
        sessions.AnswerState.SCORED,
        sessions.AnswerState.ANALYSED,
        sessions.AnswerState.TRANSCRIBED,
    }
