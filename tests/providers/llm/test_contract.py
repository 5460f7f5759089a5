"""What every model promises, run over the fake and the adapters, which talk to a real socket."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from model_server import Answer, ModelServer

from colloquy.providers.llm.fake import FakeChat
from colloquy.providers.llm.openai_stream import OpenAIChat
from colloquy.providers.llm.port import ChatModel, ChatRequest, ModelRefused, ModelUnavailable
from colloquy.providers.llm.pydantic_ai import PydanticAIChat

REQUEST = ChatRequest("Ask kindly.", "<answer>We fixed it.</answer>", first_seconds=10, total_seconds=15)
IMPATIENT = replace(REQUEST, first_seconds=0.6, total_seconds=1.2)
TEXT = "What did you do yourself?"

ADAPTERS = ["openai_stream", "pydantic_ai openai", "pydantic_ai anthropic", "pydantic_ai google"]


def _made(kind: str, server: ModelServer) -> ChatModel:
    match kind:
        case "fake":
            return FakeChat(TEXT)
        case "openai_stream":
            return OpenAIChat("openai", "m", base_url=f"{server.address}/v1", key="sk-test")
        case "pydantic_ai openai":
            return PydanticAIChat("openai:m", key="sk-test", base_url=f"{server.address}/v1", provider="openai-chat")
        case "pydantic_ai anthropic":
            name = "anthropic:claude-haiku-4-5"
            return PydanticAIChat(name, key="sk-test", base_url=server.address, provider="anthropic")
        case _:
            name = "google:gemini-2.5-flash"
            return PydanticAIChat(name, key="sk-test", base_url=server.address, provider="google")


@pytest.fixture(params=ADAPTERS)
async def adapter(request: pytest.FixtureRequest, model_server: ModelServer) -> AsyncIterator[ChatModel]:
    made = _made(request.param, model_server)
    yield made
    await made.close()


@pytest.fixture(params=["fake", *ADAPTERS])
async def model(request: pytest.FixtureRequest, model_server: ModelServer) -> AsyncIterator[ChatModel]:
    made = _made(request.param, model_server)
    yield made
    await made.close()


async def _said(model: ChatModel, request: ChatRequest = REQUEST) -> list[str]:
    return [piece async for piece in model.stream(request)]


async def test_an_answer_comes_in_pieces(model: ChatModel):
    pieces = await _said(model)

    assert "".join(pieces) == TEXT
    assert len(pieces) > 1
    assert all(pieces)


async def test_it_can_be_asked_again_also_after_closing(model: ChatModel):
    await _said(model)
    await model.close()

    assert "".join(await _said(model)) == TEXT


async def test_it_may_be_left_in_the_middle(model: ChatModel):
    stream = model.stream(REQUEST)
    assert await anext(stream)
    await stream.aclose()

    assert "".join(await _said(model)) == TEXT


async def test_its_name_is_vendor_and_model(model: ChatModel):
    vendor, colon, name = model.name.partition(":")

    assert colon == ":"
    assert name
    assert model.capabilities.vendor == vendor


async def test_the_model_gets_what_was_asked_and_the_limits(adapter: ChatModel, model_server: ModelServer):
    await _said(adapter)

    sent = str(model_server.asked[0].body)
    assert "Ask kindly." in sent
    assert "We fixed it." in sent
    assert "300" in sent
    assert "0.3" in sent
    assert any("sk-test" in value for value in model_server.asked[0].headers.values())


async def test_what_it_took_is_told_once(adapter: ChatModel):
    told: list[tuple[int, int]] = []
    asked = replace(REQUEST, counted=lambda read, written: told.append((read, written)))
    assert "".join([piece async for piece in adapter.stream(asked)]) == TEXT
    [(read, written)] = told
    assert read >= 1
    assert written >= 1


async def test_letters_survive_however_they_are_cut(adapter: ChatModel, model_server: ModelServer):
    text = "Что сделали именно вы, и почему — «так»? 🙂"
    model_server.answer = lambda _: Answer(text=text, every_byte=True)

    assert "".join(await _said(adapter)) == text


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
async def test_a_status_that_may_pass_is_unavailable(adapter: ChatModel, model_server: ModelServer, status: int):
    model_server.answer = lambda _: Answer(status=status, headers={"retry-after": "7"})

    with pytest.raises(ModelUnavailable):
        await _said(adapter)
    assert len(model_server.asked) == 1, "retrying is for whoever asked"


@pytest.mark.parametrize(
    ("status", "error", "code"), [(401, "no", "key"), (404, "no", "model"), (400, "no", "request")]
)
async def test_a_status_that_will_not_pass_is_refused(
    adapter: ChatModel, model_server: ModelServer, status: int, error: str, code: str
):
    model_server.answer = lambda _: Answer(status=status, error=error)

    with pytest.raises(ModelRefused) as refused:
        await _said(adapter)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        Answer(hang=True),
        Answer(stall_after=0),
        Answer(stall_after=2),
    ],
    ids=["hangs", "stalls before the first word", "stalls in the middle"],
)
async def test_a_late_answer_is_unavailable_in_time(adapter: ChatModel, model_server: ModelServer, answer: Answer):
    await _said(adapter)  # what is imported on first use counts once
    model_server.answer = lambda _: answer

    began = time.monotonic()
    with pytest.raises(ModelUnavailable):
        await _said(adapter, IMPATIENT)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "answer",
    [
        Answer(cut_after=0),
        Answer(cut_after=2),
        Answer(garbage_after=2),
        Answer(error_after=0),
        Answer(error_after=2),
        Answer(text=""),
    ],
    ids=["cut at once", "cut", "no JSON", "error at once", "error", "empty"],
)
async def test_a_broken_answer_is_unavailable(adapter: ChatModel, model_server: ModelServer, answer: Answer):
    model_server.answer = lambda _: answer

    with pytest.raises(ModelUnavailable):
        await _said(adapter)


@pytest.mark.parametrize("ends", ["length", "content_filter", "refusal"])
async def test_an_answer_that_breaks_off_is_refused(adapter: ChatModel, model_server: ModelServer, ends: str):
    model_server.answer = lambda _: Answer(ends=ends)

    with pytest.raises(ModelRefused):
        await _said(adapter)


async def test_nobody_there_is_unavailable(model_server: ModelServer):
    nowhere = OpenAIChat("vllm", "m", base_url="http://127.0.0.1:9/v1")

    with pytest.raises(ModelUnavailable):
        await _said(nowhere)
    await nowhere.close()


@pytest.mark.parametrize("failure", [ModelUnavailable("away"), ModelRefused("refusal", "no")])
async def test_the_fake_fails_where_it_is_told_to(failure: Exception):
    fake = FakeChat("one two three", fails=failure, fails_after=2)

    heard = []
    with pytest.raises(type(failure)):
        async for piece in fake.stream(REQUEST):
            heard.append(piece)  # noqa: PERF401 - what came before the failure is the point
    assert heard == ["one ", "two "]


async def test_errors_say_nothing_of_the_conversation(adapter: ChatModel, model_server: ModelServer):
    model_server.answer = lambda _: Answer(status=400, error="cannot take We fixed it.")

    with pytest.raises(ModelRefused) as refused:
        await _said(adapter)
    assert "fixed" not in str(refused.value)


async def test_a_parameter_that_a_model_does_not_take_is_left_out_from_then_on(model_server: ModelServer):
    def picky(asked):
        return (
            Answer(status=400, error="Unsupported parameter: temperature") if "temperature" in asked.body else Answer()
        )

    model_server.answer = picky
    chat = OpenAIChat("openai", "m", base_url=f"{model_server.address}/v1", key="k")

    assert "".join(await _said(chat)) == TEXT
    assert "".join(await _said(chat)) == TEXT
    assert len(model_server.asked) == 3
    await chat.close()
