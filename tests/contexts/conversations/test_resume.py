"""Streams that break, replays, and processes that die: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.contexts.conversations.talking import ANSWER, Page, Scripted, events

from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.service.follow import Position, position
from colloquy.kit import clock


async def read_with_cuts(talker, body, cuts, chance) -> Page:
    """Reads a turn through connections that break after a random number of events each."""
    page = Page()
    for _ in range(cuts):
        left = chance.randrange(1, 6)
        async with talker.stream(body, page.last) as response:
            assert response.status_code == 200
            async for event in events(response):
                page.take(event)
                left -= 1
                if event.name == "done" and event.data["conversation"]["turn"] == "candidate":
                    return page
                if left == 0:
                    break
    return await talker.read(body, page, page.last)


@pytest.mark.parametrize("seed", range(4))
async def test_cut_anywhere_the_pieces_are_the_stored_text(talker, slow, seed):
    chance = random.Random(seed)
    first = await read_with_cuts(talker, talker.body(), 40, chance)
    assert [("interviewer", first.texts[seq]) for seq in (1, 2)] == await talker.texts()
    page = await read_with_cuts(talker, talker.body(ANSWER), 30, chance)

    stored = {message["seq"]: message["text"] for message in (await talker.history())["messages"]}
    assert page.texts == {4: stored[4]}
    assert len(stored) == 4
    assert page.names.count("replace") == 0


async def test_a_resumed_stream_begins_exactly_where_the_last_event_ended(talker, slow):
    page = Page()
    async with talker.stream(talker.body()) as response:
        async for event in events(response):
            page.take(event)
            if event.name == "token" and len(page.texts[1]) > 20:
                break
    seen = page.texts[1]
    rest = await talker.read(talker.body(), Page(), page.last)

    assert seen + rest.texts[1] == rest.done[0]["message"]["text"]


async def test_the_last_event_id_may_come_in_the_body(talker):
    await talker.go_on()
    page = await talker.read(talker.body(last_event_id=str(Position(1, 0, 5))))

    assert page.texts[1] == page.done[0]["message"]["text"][5:]


async def test_a_reader_who_was_away_for_long_gets_everything_in_order(talker):
    await talker.go_on()
    await talker.say("Yes.")
    await talker.say(ANSWER)
    page = await talker.read(talker.body(), Page(), str(Position(2, 0, 3)))

    stored = [message["text"] for message in (await talker.history())["messages"]]
    seen = [page.texts[2], page.said[0]["text"], page.texts[4], page.said[1]["text"], page.texts[6]]
    assert seen == [stored[1][3:], *stored[2:6]]


@pytest.mark.parametrize("bad", ["x", "1", "1-x", "-1-2", "1-2-3"])
async def test_an_id_that_is_not_one_is_refused(talker, bad):
    response = await talker.client.post(
        "/api/interview/chat/stream", json=talker.body(), headers={**talker.headers, "Last-Event-ID": bad}
    )
    assert (response.status_code, response.json()["code"]) == (422, "malformed")


def test_ids_can_be_read_back():
    for where in (Position(1), Position(7, 2, 345), Position(400, 0, 19_999)):
        assert position(str(where)) == where


async def test_twenty_connections_with_the_same_message_store_it_once(talker, slow):
    await talker.go_on()
    name = uuid4()
    pages = await asyncio.gather(*(talker.say("Yes, please.", name) for _ in range(20)))

    history = (await talker.history())["messages"]
    assert [message["seq"] for message in history] == [1, 2, 3, 4]
    assert {page.texts[4] for page in pages} == {history[3]["text"]}
    assert all(len(page.said) == 1 for page in pages)


async def test_it_is_composed_to_the_end_when_nobody_reads(talker, slow):
    async with talker.stream(talker.body()) as response:
        async for event in events(response):
            if event.name == "token":
                break
    await slow.drain(10)

    messages = (await talker.history())["messages"]
    assert [message["state"] for message in messages] == ["complete", "complete"]
    assert "AI interviewer" in messages[0]["text"]


async def test_one_speaks_after_the_other(talker, interviewers):
    interviewers(Scripted(think=0.5))
    async with talker.stream(talker.body()) as response:
        async for _ in events(response):
            break
        assert await talker.refused(talker.body("Hello?")) == (409, "interviewer_speaking")


async def test_a_turn_whose_process_died_is_taken_over_after_its_lease(talker, interviewers, runtime, news):
    dying = interviewers(Scripted("This is what the first process wanted to say before it was killed", pause=0.05))
    page = Page()
    async with talker.stream(talker.body()) as response:
        async for event in events(response):
            page.take(event)
            if len(page.texts.get(1, "")) > 15:
                break
    await die(dying)
    interviewers()
    with clock.travelled(timedelta(seconds=11)):
        page = await asyncio.wait_for(talker.read(talker.body(), page, page.last), 20)

    assert page.names.count("replace") == 1
    assert [("interviewer", page.texts[seq]) for seq in (1, 2)] == await talker.texts()
    assert "AI interviewer" in page.texts[1]


async def die(compositions) -> None:
    """What a kill does: tasks are gone, and nothing in the database has changed."""
    compositions.owner = uuid4()  # whatever they still want to store is not theirs any more
    for task in list(compositions._speaking.values()):
        task.cancel()
    while compositions._tasks:
        await asyncio.wait(compositions._tasks)


async def test_a_turn_held_elsewhere_is_waited_for_and_then_read_whole(talker, interviewers, runtime, news):
    elsewhere = interviewers(Scripted(pause=0.02))
    first = asyncio.create_task(talker.go_on())
    await asyncio.sleep(0.2)
    interviewers()  # another process, as far as the next request knows
    page = await talker.go_on()

    assert page.texts == (await first).texts
    assert page.names[0] == "thinking"
    await elsewhere.drain(5)


async def test_a_long_turn_is_held_for_as_long_as_it_takes(talker, interviewers, runtime, news, monkeypatch):
    monkeypatch.setattr(limits, "LEASE_SECONDS", 1.5)
    monkeypatch.setattr(limits, "RENEW_SECONDS", 0.3)
    await talker.go_on()
    elsewhere = interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.5))
    first = asyncio.create_task(talker.say(ANSWER))
    await asyncio.sleep(3)
    model = Scripted("Taken over.")
    interviewers(model)
    second = await talker.go_on()

    assert model.asked == []
    assert second.reply["text"] == (await first).reply["text"]
    assert second.reply["text"].startswith("One two three")
    await elsewhere.drain(5)


async def test_after_a_graceful_stop_the_turn_can_be_taken_over_at_once(talker, interviewers):
    stopping = interviewers(Scripted("A very long turn that nobody waits for", pause=1))
    async with talker.stream(talker.body()) as response:
        async for event in events(response):
            if event.name == "token":
                break
    await stopping.drain(0.1)
    interviewers()
    page = await asyncio.wait_for(talker.go_on(), 5)

    assert "AI interviewer" in page.texts[1]


async def test_messages_are_numbered_without_gaps_and_never_change_places(talker, owner_connection):
    await talker.go_on()
    for said in ("Yes.", ANSWER, "And that was that, in short.", ANSWER):
        await talker.say(said)

    rows = owner_connection.execute(
        "select seq, created_at from messages where conversation_id = %s order by seq", [talker.conversation_id]
    ).fetchall()
    assert [seq for seq, _ in rows] == list(range(1, 11))
    assert [at for _, at in rows] == sorted(at for _, at in rows)


async def test_two_turns_at_once_are_impossible(talker, runtime, owner_connection):
    await talker.go_on()
    with pytest.raises(Exception, match="uq_messages_composing"):
        for seq in (50, 51):
            owner_connection.execute(
                "insert into messages (id, org_id, conversation_id, seq, who, state, act, created_at, lease_until)"
                " select gen_random_uuid(), org_id, id, %s, 'interviewer', 'composing', 'ask', now(), now()"
                " from conversations where id = %s",
                [seq, talker.conversation_id],
            )
    owner_connection.execute("delete from messages where seq >= 50 and conversation_id = %s", [talker.conversation_id])
    async with runtime.database.begin() as db:
        assert await db.scalar(text("select count(*) from messages")) == 0, "no tenant, no rows"
