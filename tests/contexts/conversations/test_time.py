"""Time and ends: by the clock, with the session, and what is handed in then."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.conversations.talking import ANSWER, Scripted, conversation, events, publish
from tests.contexts.conversations.talking import talker as open_talker
from tests.contexts.sessions.erased import confirm, erase_now
from tests.factories.interviews import TEXT

from colloquy.contexts.conversations import public as conversations
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope

OVER = timedelta(seconds=700)


def scope_of(talker) -> Scope:
    return Scope(UUID(hex=talker.candidate.key.split(".")[0]))


async def answer_of(runtime, talker):
    async with runtime.database.begin(scope_of(talker)) as db:
        session = await sessions.session(db, scope_of(talker), UUID(talker.candidate.session_id))
    return session.answers[0]


@pytest.fixture
def due_now(runtime):
    """The conversations' own jobs are due."""

    async def do() -> None:
        async with runtime.database.begin() as db:
            await db.execute(
                text("update procrastinate_jobs set scheduled_at = null where task_name like 'conversations.%'")
            )

    return do


async def test_shortly_before_the_end_the_interviewer_closes_kindly(talker):
    await talker.go_on()
    with clock.travelled(timedelta(seconds=590)):
        page = await talker.say(ANSWER)

    assert page.standing["state"] == "closed"
    assert "time" in page.reply["text"].lower()


async def test_a_message_that_was_being_written_when_the_time_ended_is_still_taken(talker, runtime):
    await talker.go_on()
    with clock.travelled(timedelta(seconds=615)):
        page = await talker.say(ANSWER)

        assert page.standing == page.standing | {"state": "closed", "handed_in": True, "seconds_left": 0}
    assert (await answer_of(runtime, talker)).text == ANSWER


async def test_too_late_a_message_is_refused_and_the_conversation_ended(talker, runtime):
    await talker.go_on()
    await talker.say(ANSWER)
    with clock.travelled(OVER):
        assert await talker.refused(talker.body("Too late.")) == (409, "time_over")
        assert await talker.refused(talker.body("Too late again.")) == (409, "conversation_over")
        history = await talker.history()

    assert history["conversation"]["state"] == "closed"
    assert "Too late" not in str(history)


async def test_the_clock_ends_it_when_nobody_is_there(talker, runtime, run_jobs, due_now):
    await talker.go_on()
    await talker.say(ANSWER)
    await due_now()
    with clock.travelled(OVER):
        await run_jobs()

    texts = await talker.texts()
    assert "time" in texts[-1][1].lower()
    answer = await answer_of(runtime, talker)
    assert answer.text == ANSWER
    async with runtime.database.begin(scope_of(talker)) as db:
        stored = await conversations.conversation(db, scope_of(talker), answer.id)
    assert (stored.open, stored.closing) == (False, conversations.Closing.TIME)


async def test_before_its_time_the_clock_ends_nothing(talker, run_jobs, due_now):
    await talker.go_on()
    await due_now()
    await run_jobs()

    assert (await talker.history())["conversation"]["state"] == "open"


async def test_who_said_nothing_has_no_answer(talker, runtime, run_jobs, due_now):
    await talker.go_on()
    await due_now()
    with clock.travelled(OVER):
        await run_jobs()

    assert (await answer_of(runtime, talker)).state == sessions.AnswerState.MISSING


async def test_a_turn_that_is_composed_when_the_time_ends_is_cut_short(
    talker, runtime, interviewers, run_jobs, due_now
):
    await talker.go_on()
    slow = interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.2))
    async with talker.stream(talker.body(ANSWER)) as response:
        async for event in events(response):
            if event.name == "token":
                break
    await due_now()
    with clock.travelled(OVER):
        await run_jobs()
    await slow.drain(5)

    messages = (await talker.history())["messages"]
    assert messages[-1]["who"] == "interviewer"
    assert "composing" not in {message["state"] for message in messages}
    assert (await answer_of(runtime, talker)).text == ANSWER


async def test_words_are_kept_with_the_session_while_it_goes_on(talker, owner_connection):
    await talker.go_on()
    await talker.say(ANSWER)
    draft = owner_connection.execute(
        "select draft from answers where session_id = %s", [talker.candidate.session_id]
    ).fetchone()

    assert draft == (ANSWER,)


async def test_after_the_conversation_the_interview_goes_on(client, runtime, make_organisation):
    interview = await publish(runtime, await make_organisation(), conversation(), TEXT)
    talker = await open_talker(client, interview)
    await talker.go_on()
    await talker.say(ANSWER)
    await talker.post("/chat/end", talker.body())
    room = await talker.candidate.room()

    assert (room["question"]["kind"], room["saved"]["answers_done"]) == ("text", 1)
    assert await talker.refused({}, "/chat") == (409, "question_closed")


async def test_withdrawal_with_erasure_takes_the_messages_with_it(talker, owner_connection, run_jobs, runtime):
    await talker.go_on()
    await talker.say("A sentence nobody else has said, with the word quincunx.")
    response = await talker.candidate.post("/withdraw", {"erase": True})
    assert response.status_code == 200, response.text
    await confirm(runtime, talker.candidate)
    await run_jobs()

    assert owner_connection.execute("select count(*) from messages where text like '%quincunx%'").fetchone() == (0,)
    assert await talker.refused(talker.body("More")) == (403, "not_your_session")


async def test_withdrawal_without_erasure_ends_it(talker, run_jobs):
    await talker.go_on()
    await talker.say(ANSWER)
    await talker.candidate.post("/withdraw", {"erase": False})
    await run_jobs()

    assert (await talker.history())["conversation"]["state"] == "closed"
    status, _ = await talker.refused(talker.body("More"))
    assert status == 409


async def test_erased_while_the_interviewer_speaks_the_stream_ends(talker, interviewers, run_jobs, news, runtime):
    await talker.go_on()
    slow = interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.1))
    reading = asyncio.create_task(talker.say(ANSWER))
    await asyncio.sleep(0.4)
    await erase_now(runtime, talker.candidate)
    page = await asyncio.wait_for(reading, 15)
    await slow.drain(5)

    assert page.names[-1] == "error"
