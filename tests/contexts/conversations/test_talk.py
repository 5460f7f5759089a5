"""A conversation from the greeting to the end, by the rules, through the API."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import ANSWER, TOPICS

from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope


async def test_the_first_message_says_that_it_is_an_ai(talker):
    page = await talker.go_on()

    assert "AI interviewer" in page.texts[1]
    assert TOPICS[0] in page.texts[2]
    assert [done["message"]["text"] for done in page.done] == [page.texts[1], page.texts[2]]
    assert [done["conversation"]["turn"] for done in page.done] == ["interviewer", "candidate"]
    assert page.names[0] == "thinking"


async def test_the_greeting_is_said_once_however_often_it_is_asked_for(talker):
    await talker.go_on()
    again = await talker.go_on()

    assert again.names == ["done"]
    assert len(await talker.texts()) == 2


async def test_it_covers_every_topic_closes_kindly_and_hands_the_words_in(talker, runtime):
    page = await talker.go_on()
    asked = [page.reply["text"]]
    for _ in range(12):
        page = await talker.say(ANSWER)
        asked.append(page.reply["text"])
        if page.standing["state"] == "closed":
            break

    assert page.standing == page.standing | {"state": "closed", "turn": "nobody", "topics_done": 2, "handed_in": True}
    assert all(any(topic in text for text in asked) for topic in TOPICS)
    assert len(asked) == len(set(asked))
    room = await talker.candidate.room()
    assert room["question"] is None
    stored = [text for who, text in await talker.texts() if who == "candidate"]
    answer = await one_answer(runtime, talker)
    assert answer.text == "\n\n".join(stored)


async def one_answer(runtime, talker):
    scope = Scope(UUID(hex=talker.candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        session = await sessions.session(db, scope, UUID(talker.candidate.session_id))
        return session.answers[0]


async def test_progress_counts_the_topics_behind(talker):
    page = await talker.go_on()
    assert (page.standing["topics_done"], page.standing["topics_total"]) == (0, 2)
    done = []
    for _ in range(8):
        page = await talker.say(ANSWER)
        done.append(page.standing["topics_done"])
        if page.standing["state"] == "closed":
            break
    assert done == sorted(done)
    assert done[-1] == 2


async def test_what_the_rules_look_for_is_never_told(talker):
    await talker.go_on()
    await talker.say("Yes.")
    history = await talker.history()

    assert "secret point" not in str(history)
    assert {"lack", "act", "topic_id", "interviewer"}.isdisjoint(history["messages"][0])


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [("", 422, "malformed"), (" \n ", 422, "malformed"), ("x" * 4001, 422, "malformed"), ("a\x00b", 422, "malformed"),
     ("\ud800", 422, "malformed")],
)  # fmt: skip
async def test_a_message_that_cannot_be_stored_is_refused_in_words(talker, text, status, code):
    await talker.go_on()
    body = talker.body("x") | {"text": text}
    response = await talker.client.post(
        "/api/interview/chat/stream",
        content=json.dumps(body),
        headers={**talker.headers, "Content-Type": "application/json"},
    )
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert len(await talker.texts()) == 2


async def test_a_text_without_a_name_is_refused(talker):
    assert await talker.refused({"conversation_id": talker.conversation_id, "text": "hello"}) == (422, "malformed")


async def test_an_empty_conversation_can_be_ended(talker):
    ended = await talker.post("/chat/end", talker.body())

    assert ended["conversation"]["state"] == "closed"
    assert ended["conversation"]["handed_in"]
    assert "Thank you" in ended["message"]["text"]
    assert "time" not in ended["message"]["text"].split("Thank")[0]


async def test_ending_again_changes_nothing_and_nothing_can_be_said_after(talker):
    await talker.go_on()
    await talker.say("Yes.")
    first = await talker.post("/chat/end", talker.body())
    again = await talker.post("/chat/end", talker.body())

    assert again["message"] == first["message"]
    assert await talker.refused(talker.body("One more thing")) == (409, "conversation_over")
    assert (await talker.go_on()).names == ["done"]


async def test_somebody_elses_conversation_is_not_there(talker, client, runtime, make_organisation):
    other = await talking.talker(client, await talking.publish(runtime, await make_organisation()))
    body = {"conversation_id": other.conversation_id}

    assert await talker.refused(body) == (404, "conversation_not_found")
    assert await talker.refused(body, "/chat/stop") == (404, "conversation_not_found")
    assert await talker.refused(body, "/chat/end") == (404, "conversation_not_found")
    for path in ("history", "events"):
        response = await client.get(f"/api/interview/{other.conversation_id}/{path}", headers=talker.headers)
        assert (response.status_code, response.json()["code"]) == (404, "conversation_not_found")


async def test_without_a_key_there_is_nothing(talker, client):
    talker.candidate.key = "x.y.z"
    assert await talker.refused(talker.body()) == (403, "not_your_session")
    response = await client.get(f"/api/interview/{talker.conversation_id}/history")
    assert (response.status_code, response.json()["code"]) == (403, "not_your_session")


async def test_another_tab_has_the_room(talker):
    await talker.candidate.post("/room/tab", {"tab": "tab-number-one"})

    assert await talker.refused(talker.body(tab="tab-number-two")) == (409, "opened_elsewhere")
    page = await talker.read(talker.body(tab="tab-number-one"))
    assert page.reply


async def test_a_russian_interview_is_led_in_russian(client, runtime, make_organisation):
    interview = await talking.publish(runtime, await make_organisation(), language="ru")
    talker = await talking.talker(client, interview)

    assert "ИИ-интервьюер" in (await talker.go_on()).texts[1]


async def test_a_message_sent_twice_is_stored_once_and_answered_once(talker):
    await talker.go_on()
    name = uuid4()
    first, second = await talker.say("Yes, please.", name), await talker.say("Yes, please.", name)

    assert first.reply == second.reply
    assert [who for who, _ in await talker.texts()] == ["interviewer", "interviewer", "candidate", "interviewer"]
