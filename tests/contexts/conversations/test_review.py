"""What people who review the interview see of a conversation: everything, with what counts and what does not."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import ANSWER
from tests.contexts.conversations.test_voice import SPOKEN, hears, send  # noqa: F401 - a fixture

from colloquy.contexts.conversations import public as conversations
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def reviewed(client, runtime, organisation, hears, run_jobs):  # noqa: F811 - the fixture above
    """A conversation with a changed message and a voice message, handed in."""
    hears(SPOKEN)
    talker = await talking.talker(client, await talking.publish(runtime, organisation))
    await talker.go_on()
    page = await talker.say("The first wording.")
    await talker.client.patch(
        f"/api/interview/messages/{page.said[0]['id']}",
        json={"text": ANSWER, "client_message_id": str(uuid4())},
        headers=talker.headers,
    )
    await talker.go_on()
    await send(talker)
    await run_jobs()
    await talker.go_on()
    await talker.post("/chat/end", talker.body())
    await talker.candidate.complete()
    await run_jobs()
    return talker


async def test_the_review_page_shows_the_whole_conversation(reviewed, organisation, browser_client):
    browser = await browser_client(organisation)
    page = (await browser.get(f"/sessions/{reviewed.candidate.session_id}")).text

    for words in ("AI interviewer", "The first wording.", ANSWER, SPOKEN, "Voice message", "Changed by the candidate"):
        assert words in page
    assert "Replaced: does not count" in page
    assert "The candidate had nothing to add." in page
    assert page.count("<audio controls preload") == 1
    assert "secret point" not in page.split('class="talk')[1].split("</ol>")[0]


async def test_quotes_come_from_what_counts(reviewed, organisation, runtime, owner_connection):
    answer = owner_connection.execute(
        "select text from answers where session_id = %s", [reviewed.candidate.session_id]
    ).fetchone()

    assert answer == (f"{ANSWER}\n\n{SPOKEN}",)


async def test_another_organisation_sees_nothing(reviewed, runtime, make_organisation, browser_client):
    other = await make_organisation()
    browser = await browser_client(other)
    assert (await browser.get(f"/sessions/{reviewed.candidate.session_id}")).status_code == 404
    async with runtime.database.begin(other.scope) as db:
        assert await conversations.conversations_of(db, other.scope, UUID(reviewed.candidate.session_id)) == []


async def test_who_reviews_nothing_finds_nothing(runtime, organisation):
    async with runtime.database.begin(organisation.scope) as db:
        assert await conversations.conversation(db, organisation.scope, new_id()) is None
        assert await conversations.conversation(db, Scope(new_id()), new_id()) is None
