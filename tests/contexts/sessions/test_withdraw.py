"""Withdrawing, and rules granted to one candidate."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.sessions.erased import confirm
from tests.factories.candidates import SAMPLES
from tests.factories.interviews import SCREEN, TEXT, VIDEO, publish_interview

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.addresses import Invitee
from colloquy.contexts.interviews.public import Accommodation, QuestionOrder
from colloquy.contexts.interviews.service import inviting
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret

ANSWER = "In March our payment service lost orders. I measured it, found a lock, and cut failures by forty percent."


@pytest.fixture
def grant(runtime):
    async def do(made, candidate, **granted):
        async with runtime.database.begin(made.organisation.scope) as db:
            await sessions.accommodate(
                db, made.organisation.owner, UUID(candidate.session_id), Accommodation(**granted)
            )

    return do


@pytest.mark.parametrize("handed_in", [False, True])
async def test_who_withdraws_is_out_and_no_program_evaluates(runtime, answering, session_of, run_jobs, handed_in):
    made, candidate = await answering(TEXT, TEXT) if not handed_in else await answering(TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    if handed_in:
        await candidate.complete()
    for _ in range(2):
        response = await candidate.post("/withdraw", {"erase": False})
        assert response.json() == {"redirect": "/"}
    await run_jobs()
    session = await session_of(made, candidate)
    assert session.state is sessions.SessionState.WITHDRAWN
    assert session.answers[0].state is sessions.AnswerState.NEEDS_HUMAN
    scope = made.organisation.scope
    async with runtime.database.begin(scope) as db:
        assert not await privacy.ai_evaluation_allowed(db, scope, session.id)
        judged = await db.scalar(text("select count(*) from judgement_sets where session_id = :id"), {"id": session.id})
    assert judged == 0
    late = await candidate.post("/room/answers", {"question_id": str(made.question_ids[0]), "text": "More."})
    assert late.status_code == 410
    assert late.json()["code"] == "session_ended"


async def test_who_withdraws_with_everything_leaves_nothing_once_they_confirm(answering, session_of, run_jobs, runtime):
    made, candidate = await answering(TEXT, TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    assert (await candidate.post("/withdraw", {"erase": True})).status_code == 200
    await run_jobs()
    assert (await session_of(made, candidate)).state is sessions.SessionState.WITHDRAWN
    await confirm(runtime, candidate)
    await run_jobs()
    assert await session_of(made, candidate) is None
    assert (await candidate.get("/room")).status_code == 403


async def test_more_time_and_takes_reach_the_room(answering, grant):
    made, candidate = await answering(VIDEO, time_limit_minutes=10)
    await grant(made, candidate, time_multiplier=1.5, extra_takes=2)
    waiting = (await candidate.look())["up_next"]
    assert (waiting["think_seconds"], waiting["answer_seconds"], waiting["takes_allowed"]) == (45, 180, 4)
    question = (await candidate.room())["question"]
    for _ in range(4):
        await candidate.open_take(question)
    fifth = await candidate.post("/room/takes", {"question_id": question["id"], "kind": "video"})
    assert fifth.json()["code"] == "no_takes_left"


async def test_a_limit_that_runs_already_is_lengthened(answering, grant, session_of):
    made, candidate = await answering(TEXT, time_limit_minutes=10)
    await candidate.room()
    before = (await session_of(made, candidate)).must_end_at
    await grant(made, candidate, time_multiplier=2.0)
    after = await session_of(made, candidate)
    assert (after.must_end_at - before).total_seconds() == 600


async def test_writing_instead_of_recording(answering, grant, session_of, run_jobs):
    made, candidate = await answering(VIDEO)
    question = (await candidate.room())["question"]
    refused = await candidate.post("/room/answers", {"question_id": question["id"], "text": ANSWER})
    assert (refused.status_code, refused.json()["code"]) == (409, "question_closed")
    await grant(made, candidate, text_instead=True)
    assert (await candidate.look())["question"]["text_allowed"] is True
    await candidate.write(question, ANSWER)
    await candidate.complete()
    await run_jobs()
    answer = (await session_of(made, candidate)).answers[0]
    assert (answer.kind, answer.state) == ("text", sessions.AnswerState.SCORED)


async def test_no_camera_makes_a_video_question_a_spoken_one_but_not_a_screen(answering, grant):
    made, candidate = await answering(VIDEO, SCREEN, order=QuestionOrder.FREE)
    await grant(made, candidate, no_camera=True)
    assert [one["kind"] for one in (await candidate.look())["questions"]] == ["audio", "video"]


async def test_own_captions_stand_for_the_recogniser(answering, grant, session_of, run_jobs):
    made, candidate = await answering(VIDEO)
    question = (await candidate.room())["question"]
    take = await candidate.open_take(question)
    await candidate.send(take, (SAMPLES / "weak" / "answer-1.webm").read_bytes())
    path = f"/room/takes/{take['take_id']}/captions"
    body = {"format": "txt", "text": ANSWER}
    assert (await candidate.post(path, body)).json()["code"] == "question_closed"
    await grant(made, candidate, own_captions=True)
    assert (await candidate.look())["question"]["captions_allowed"] is True
    assert (await candidate.post(path, body)).status_code == 204
    await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
    await candidate.complete()
    await run_jobs()
    session = await session_of(made, candidate)
    assert session.answers[0].state is sessions.AnswerState.SCORED


async def test_nothing_is_granted_after_handing_in(answering, grant):
    made, candidate = await answering(TEXT)
    await candidate.write((await candidate.room())["question"], ANSWER)
    await candidate.complete()
    with pytest.raises(sessions.NotExtendable):
        await grant(made, candidate, extra_takes=1)


async def test_a_screen_is_shared_only_where_it_is_asked_for(answering):
    _, candidate = await answering(replace(VIDEO, upload_allowed=False))
    question = (await candidate.room())["question"]
    for source in ("screen", "upload"):
        body = {"question_id": question["id"], "kind": "video", "source": source}
        assert (await candidate.post("/room/takes", body)).json()["code"] == "question_closed"


@pytest.mark.parametrize("data", ["keep", "erase"])
async def test_an_invited_candidate_withdraws_in_the_browser(
    runtime, browser_client, make_organisation, session_of, data
):
    organisation = await make_organisation()
    made = await publish_interview(runtime, organisation, TEXT, TEXT)
    async with runtime.database.begin(organisation.scope) as db:
        secret = runtime.provided.get(Secret)
        people = [Invitee("grace@example.com", "Grace")]
        await inviting.invite(db, secret, organisation.owner, made.id, people)
        link = (await interviews.invitations(db, organisation.scope, made.id))[0]
        token = await interviews.link_token(db, organisation.scope, link.id, secret)
    browser = await browser_client()
    await browser.submit(f"/{token}", {"name": "Grace Hopper", "email": "grace@example.com"})
    nothing = await browser.submit(f"/{token}/withdraw", {})
    assert nothing.status_code == 422
    done = await browser.submit(f"/{token}/withdraw", {"data": data})
    assert done.status_code == 303
    page = await browser.get(done.headers["location"])
    assert page.status_code == 200, page.text
    again = await browser.get(f"/{token}/room")
    assert again.status_code in {303, 404}
    # Whatever was recorded and not sent goes out of the browser with it.
    assert nothing.headers.get("clear-site-data") is None
    assert done.headers["clear-site-data"] == '"cache", "storage"'


async def test_a_browser_with_another_interview_keeps_what_that_one_has_recorded(
    runtime, browser_client, make_organisation
):
    organisation = await make_organisation()
    browser = await browser_client()
    tokens = [(await publish_interview(runtime, organisation, TEXT)).token for _ in range(2)]
    for token in tokens:
        await browser.submit(f"/{token}", {"name": "Grace Hopper", "email": "grace@example.com"})
    done = await browser.submit(f"/{tokens[0]}/withdraw", {"data": "keep"})
    assert (done.status_code, done.headers.get("clear-site-data")) == (303, None)
