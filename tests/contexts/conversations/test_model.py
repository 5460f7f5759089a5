"""A model words the turns where one is configured; what it must not say, and when it may not speak at all."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import ANSWER, Scripted

from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.inference import public as inference
from colloquy.contexts.privacy import public as privacy
from colloquy.kit.db import Scope
from colloquy.kit.errors import Transient
from colloquy.providers.llm.port import ChatCapabilities


@pytest.fixture
async def began(talker):
    """The greeting and the first question were said by the rules."""
    await talker.go_on()
    return talker


async def test_a_models_words_are_streamed_and_stored_with_its_name(began, interviewers, owner_connection):
    model = Scripted("Thank you. What did you do yourself in that night?", pause=0.01)
    interviewers(model=model)
    page = await began.say(ANSWER)

    assert page.texts[4] == "Thank you. What did you do yourself in that night?"
    assert page.names.count("token") > 1
    names = owner_connection.execute(
        "select interviewer from messages where conversation_id = %s and who = 'interviewer' order by seq",
        [began.conversation_id],
    ).fetchall()
    assert names == [("rules:1",), ("rules:1",), ("scripted:1",)]


async def test_words_that_must_not_be_said_are_replaced(began, interviewers):
    model = Scripted("Thank you. Please tell me more, and name a secret point names a secret point now.", pause=0.01)
    interviewers(model=model)
    page = await began.say(ANSWER)

    assert "secret point" not in page.texts[4]
    assert page.texts[4] == page.reply["text"] == model.asked[0][2].text


@pytest.mark.parametrize(
    "failure",
    [Transient("The model is away."), RuntimeError("a bug of the vendor's"), TimeoutError()],
    ids=["transient", "bug", "timeout"],
)
async def test_a_model_that_fails_is_not_noticed_but_by_the_words(began, interviewers, failure):
    interviewers(model=Scripted("Thank you, one", fails=failure))
    page = await began.say(ANSWER)

    assert page.reply["state"] == "complete"
    assert page.reply["text"] == page.texts[4]
    assert "Thank you, one" not in page.texts[4].split(".")[0]


async def test_a_silent_model_is_not_waited_for_for_ever(began, interviewers, monkeypatch):
    monkeypatch.setattr(limits, "FIRST_PIECE_SECONDS", 0.3)
    monkeypatch.setattr(limits, "STILL_THINKING_SECONDS", 0.1)
    interviewers(model=Scripted("Too late.", think=30))
    page = await began.say(ANSWER)

    assert page.reply["state"] == "complete"
    assert "Too late" not in page.reply["text"]
    assert page.names.count("thinking") >= 2


async def test_who_chose_people_only_never_meets_a_model(client, runtime, make_organisation, interviewers):
    interview = await talking.publish(runtime, await make_organisation())
    talker = await talking.talker(client, interview, ai_evaluation=False)
    model = Scripted("Words of a model.")
    interviewers(model=model)
    await talker.go_on()
    page = await talker.say(ANSWER)

    assert model.asked == []
    assert page.reply["state"] == "complete"


async def test_who_takes_the_consent_back_meets_no_model_from_then_on(began, interviewers, runtime):
    model = Scripted("Thank you. What did you do next?")
    interviewers(model=model)
    await began.say(ANSWER)
    scope = Scope(UUID(hex=began.candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        await privacy.withdraw(db, scope, UUID(began.candidate.session_id), privacy.Purpose.AI_EVALUATION)
    await began.say(ANSWER)

    assert len(model.asked) == 1


async def test_the_interviewer_is_given_what_counts_and_nothing_else(began, interviewers):
    model = Scripted("Thank you. What did you do next?")
    interviewers(model=model)
    page = await began.say("Something else entirely.")
    await began.client.patch(
        f"/api/interview/messages/{page.said[0]['id']}",
        json={"text": ANSWER, "client_message_id": "0190d0a2-0000-7000-8000-000000000001"},
        headers=began.headers,
    )
    await began.go_on()

    _, said, _ = model.asked[-1]
    assert [one.text for one in said if one.who == "candidate"] == [ANSWER]
    assert [one.act for one in said if one.who == "interviewer"] == ["greeting", "ask"]


class Models:
    """An organisation's models: one that says `words`, or none that may be asked."""

    capabilities = ChatCapabilities("test", local=True)
    name = "openai:own"

    def __init__(self, words=None):
        self.words = words
        self.about = []

    async def chat(self, scope, about):  # noqa: ARG002 - the product calls it so
        self.about.append(about)
        if self.words is None:
            raise inference.NoAnswer("budget_spent", "Spent.")
        return self

    async def stream(self, request):  # noqa: ARG002 - the same
        yield self.words

    async def close(self):
        """Nothing is open."""


async def test_the_organisations_own_model_speaks_and_knows_whose_work_it_is(began, interviewers, owner_connection):
    models = Models("Thank you. What did you do yourself in that night?")
    interviewers(models=models)
    page = await began.say(ANSWER)

    assert page.texts[4] == models.words
    [name] = owner_connection.execute(
        "select interviewer from messages where conversation_id = %s and who = 'interviewer' order by seq desc limit 1",
        [began.conversation_id],
    ).fetchone()
    assert name == "openai:own"
    [interview_id] = owner_connection.execute(
        "select s.interview_id from sessions s join conversations c on c.session_id = s.id where c.id = %s",
        [began.conversation_id],
    ).fetchone()
    assert models.about[0].interview_id == interview_id


async def test_own_models_that_may_not_be_asked_leave_it_to_the_rules_and_not_to_the_installations(began, interviewers):
    installations = Scripted("The installation's words.", pause=0.0)
    interviewers(model=installations, models=Models())
    page = await began.say(ANSWER)

    assert page.reply["state"] == "complete"
    assert installations.asked == []
