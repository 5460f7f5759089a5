"""Conversations by the organisation's models: keys from pools, another model while nothing was said, budgets."""

from __future__ import annotations

import asyncio

import pytest

from colloquy.contexts.inference.public import NoAnswer, Task
from colloquy.contexts.inference.service.speaking import Chats
from colloquy.providers.llm.port import ChatCapabilities, ChatRequest, ModelRefused, ModelUnavailable

REQUEST = ChatRequest("Ask kindly.", "Go on.")


class Voice:
    """A model that says `pieces`, then fails with `fails` if there is that."""

    capabilities = ChatCapabilities("test", local=True)

    def __init__(self, name, key, pieces=("Thank", " you."), fails=None):
        self.name, self.key, self.pieces, self.fails = name, key, pieces, fails
        self.asked = []
        self.closed = False

    async def stream(self, request):
        self.asked.append(request)
        for piece in self.pieces:
            yield piece
            await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        if request.counted:
            request.counted(1000, 500)

    async def close(self):
        self.closed = True


@pytest.fixture
async def desk(make_desk):
    """An organisation without anything yet."""
    return await make_desk()


@pytest.fixture
async def voices(desk):
    """What `desk.inference` has speak, by name and key; `said["name"]` changes what a model does from then on."""
    made, said = {}, {}

    def build(vendor, model, base_url, key):
        name = f"{vendor}:{model}"
        return made.setdefault((name, key), Voice(name, key, **said.get(name, {})))

    desk.inference.chats = Chats(build)
    yield made, said
    await desk.inference.chats.close()
    assert all(voice.closed for voice in made.values())


async def heard(desk, about=None):
    chat = await desk.inference.chat(desk.scope, about or await desk.agreed())
    words = [piece async for piece in chat.stream(REQUEST)]
    await asyncio.gather(*desk.inference.chats.writing)
    return chat.name, "".join(words)


async def test_it_speaks_with_a_key_of_the_pool_and_what_it_took_is_written_down(desk, voices):
    await desk.model("openai:gpt-5-mini")
    for value in ("sk-one", "sk-two"):
        await desk.key(value)
    assert await heard(desk) == ("openai:gpt-5-mini", "Thank you.")
    await heard(desk)
    assert {key for _, key in voices[0]} == {"sk-one", "sk-two"}
    first, second = await desk.calls()
    assert (first.task, first.model, first.outcome, first.input_tokens, first.output_tokens) == (
        "converse",
        "openai:gpt-5-mini",
        "answered",
        1000,
        500,
    )
    assert first.cost_microdollars > 0
    assert first.key_id != second.key_id
    assert (await desk.spent()).spent_microdollars == first.cost_microdollars + second.cost_microdollars


async def test_another_model_speaks_while_nothing_was_said(desk, voices):
    await desk.model("openai:gpt-5-mini", position=0)
    await desk.model("deepseek:chat", position=1)
    await desk.key("sk-one")
    await desk.key("sk-deep", vendor="deepseek")
    voices[1]["openai:gpt-5-mini"] = {"pieces": (), "fails": ModelUnavailable("Away.")}
    assert await heard(desk) == ("deepseek:chat", "Thank you.")
    assert [call.outcome for call in await desk.calls()] == ["unavailable", "answered"]


async def test_nobody_speaks_on_after_half_a_sentence(desk, voices):
    await desk.model("openai:gpt-5-mini", position=0)
    await desk.model("deepseek:chat", position=1)
    await desk.key("sk-one")
    await desk.key("sk-deep", vendor="deepseek")
    voices[1]["openai:gpt-5-mini"] = {"pieces": ("Thank",), "fails": ModelUnavailable("Cut off.")}
    with pytest.raises(ModelUnavailable):
        await heard(desk)
    assert {name for name, _ in voices[0]} == {"openai:gpt-5-mini"}


async def test_a_refused_key_is_out_of_use_for_everything(desk, voices):
    await desk.model()
    key = await desk.key("sk-revoked")
    voices[1]["openai:gpt-5-mini"] = {"pieces": (), "fails": ModelRefused("key", "Revoked.")}
    with pytest.raises(ModelRefused):
        await heard(desk)
    await asyncio.gather(*desk.inference.chats.writing)
    assert (await desk.keys())[key].state == "refused"
    with pytest.raises(NoAnswer):
        await desk.inference.chat(desk.scope, await desk.agreed())


async def test_a_spent_budget_leaves_the_conversation_to_the_rules(desk, voices):
    await desk.model()
    await desk.key("sk-one")
    await desk.budget(hard=1)
    await heard(desk)
    with pytest.raises(NoAnswer) as none:
        await desk.inference.chat(desk.scope, await desk.agreed())
    assert none.value.code == "budget_spent"


async def test_a_model_for_other_tasks_is_not_asked_to_speak(desk, voices):
    await desk.model(tasks=[Task.EVALUATE])
    await desk.key("sk-one")
    with pytest.raises(NoAnswer):
        await desk.inference.chat(desk.scope, await desk.agreed())


async def test_without_any_model_there_is_none(desk, voices):
    assert await desk.inference.chat(desk.scope, await desk.agreed()) is None


async def test_a_listener_who_goes_away_is_written_down_too(desk, voices):
    await desk.model()
    await desk.key("sk-one")
    chat = await desk.inference.chat(desk.scope, await desk.agreed())
    stream = chat.stream(REQUEST)
    assert await anext(stream) == "Thank"
    await stream.aclose()
    await asyncio.gather(*desk.inference.chats.writing)
    [call] = await desk.calls()
    assert (call.outcome, call.cost_microdollars) == ("stopped", None)
