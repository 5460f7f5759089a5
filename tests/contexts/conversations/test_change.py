"""Stopping the interviewer, and saying one's last message anew."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from tests.contexts.conversations.talking import ANSWER, Page, Scripted, events

from colloquy.contexts.conversations import public as conversations
from colloquy.kit.db import Scope


async def until_words(talker, body, count=1) -> Page:
    """Reads until so many tokens have come, and leaves."""
    page = Page()
    async with talker.stream(body) as response:
        async for event in events(response):
            page.take(event)
            if page.names.count("token") == count:
                break
    return page


async def test_stop_keeps_what_was_said_and_gives_the_turn_back(talker, interviewers):
    await talker.go_on()
    interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.1))
    page = await until_words(talker, talker.body("Yes."), 3)
    standing = (await talker.post("/chat/stop", talker.body()))["conversation"]

    message = (await talker.history())["messages"][3]
    assert message["state"] == "stopped"
    assert message["text"].startswith(page.texts[4])
    assert message["text"] != "One two three four five six seven eight nine ten"
    assert standing["turn"] == "candidate"
    assert (await talker.say(ANSWER)).reply["seq"] == 6


async def test_a_stopped_stream_ends_with_what_is_stored(talker, interviewers):
    await talker.go_on()
    interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.1))
    reading = asyncio.create_task(talker.say("Yes."))
    await asyncio.sleep(0.5)
    await talker.post("/chat/stop", talker.body())
    page = await reading

    assert page.reply["state"] == "stopped"
    assert page.texts[4] == page.reply["text"]


async def test_who_one_talks_to_is_always_said_whole(talker, interviewers):
    interviewers(Scripted(pause=0.2))
    await until_words(talker, talker.body())
    await talker.post("/chat/stop", talker.body())

    message = (await talker.history())["messages"][0]
    assert message["state"] == "complete"
    assert "AI interviewer" in message["text"]
    assert message["text"].endswith("at any time.")


async def test_stopping_nothing_is_fine(talker):
    await talker.go_on()
    assert (await talker.post("/chat/stop", talker.body()))["conversation"]["turn"] == "candidate"


async def test_a_turn_of_another_process_can_be_stopped(talker, interviewers):
    await talker.go_on()
    elsewhere = interviewers(Scripted("One two three four five six seven eight nine ten", pause=0.2))
    await until_words(talker, talker.body("Yes."), 2)
    interviewers()
    await talker.post("/chat/stop", talker.body())
    await elsewhere.drain(10)

    messages = (await talker.history())["messages"]
    assert len(messages) == 3, "nothing of it was known to be said"
    assert (await talker.go_on()).reply["seq"] == 5


async def edit(talker, message, words, name=None):
    return await talker.client.patch(
        f"/api/interview/messages/{message['id']}",
        json={"text": words, "client_message_id": str(name or uuid4())},
        headers=talker.headers,
    )


async def test_the_last_message_can_be_changed_and_is_answered_anew(talker, runtime):
    await talker.go_on()
    await talker.say("Yes.")
    first = await talker.say("Nothing comes to mind.")
    own = first.said[0]
    response = await edit(talker, own, ANSWER)
    assert response.status_code == 200, response.text
    page = await talker.go_on()

    shown = (await talker.history())["messages"]
    assert [message["text"] for message in shown[4:]] == [ANSWER, page.reply["text"]]
    assert shown[4]["edited"]
    assert page.reply["text"] != first.reply["text"]
    stored = await whole(runtime, talker)
    assert [(m.text, m.superseded) for m in stored if m.who == "candidate"] == [
        ("Yes.", False),
        ("Nothing comes to mind.", True),
        (ANSWER, False),
    ]
    assert [m.superseded for m in stored if m.text == first.reply["text"]] == [True]


async def whole(runtime, talker):
    scope = Scope(UUID(hex=talker.candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        found = await conversations.conversations_of(db, scope, UUID(talker.candidate.session_id))
    return found[0].messages


async def test_the_same_change_twice_is_one_change(talker):
    await talker.go_on()
    page = await talker.say("Yes.")
    name = uuid4()
    first, again = await edit(talker, page.said[0], "Yes!", name), await edit(talker, page.said[0], "Yes!", name)

    assert first.json()["message"] == again.json()["message"]
    await talker.go_on()
    assert len(await talker.texts()) == 4


async def test_while_the_interviewer_answers_the_message_can_be_changed(talker, interviewers):
    await talker.go_on()
    interviewers(Scripted("An answer to the old words that takes its time to come", pause=0.2))
    page = await until_words(talker, talker.body("Old."), 2)
    interviewers()
    assert (await edit(talker, page.said[0], "New.")).status_code == 200
    page = await talker.go_on()

    assert [who for who, _ in await talker.texts()] == ["interviewer", "interviewer", "candidate", "interviewer"]
    assert "old words" not in page.reply["text"]


@pytest.mark.parametrize("which", ["earlier", "interviewers", "unknown", "closed", "empty"])
async def test_nothing_else_can_be_changed(talker, which):
    await talker.go_on()
    page = await talker.say("Yes.")
    if which == "earlier":
        message, expected = page.said[0], (409, "not_the_last_message")
        await talker.say(ANSWER)
    elif which == "interviewers":
        message, expected = page.reply, (404, "message_not_found")
    elif which == "unknown":
        message, expected = {"id": str(uuid4())}, (404, "message_not_found")
    elif which == "closed":
        message, expected = page.said[0], (409, "conversation_over")
        await talker.post("/chat/end", talker.body())
    else:
        message, expected = page.said[0], (422, "malformed")
    response = await edit(talker, message, "" if which == "empty" else "Other words.")

    assert (response.status_code, response.json()["code"]) == expected
