"""What every model that fills in forms promises, run over the fake and the adapters, which talk to real sockets."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field
from tests.providers.llm.vendor_answers import prompt_of
from tests.providers.llm.vendor_server import Fault, NeverAccepts, VendorServer, closed_port

from colloquy.providers.llm.structured import (
    ModelMalformed,
    ModelRefused,
    ModelUnavailable,
    StructuredModel,
    StructuredRequest,
)
from colloquy.providers.llm.structured_fake import FakeStructured
from colloquy.providers.llm.structured_pydantic_ai import PydanticAIStructured
from colloquy.providers.llm.structured_reading import Unusable, read


class Form(BaseModel):
    quote: Annotated[str, Field(description="Word by word from the answer.", max_length=500)]
    level: Annotated[int, Field(ge=0, le=5)]
    sure: Literal["yes", "no"]


SAID = "We fixed the kettle of Ms Arkwright"
GOOD = {"quote": SAID, "level": 4, "sure": "yes"}
REQUEST = StructuredRequest("Judge the answer.", f"<answer>{SAID}.</answer>", Form, max_tokens=321, total_seconds=20)
IMPATIENT = replace(REQUEST, total_seconds=1.0)

# vendor, model, how it is held to the shape
ADAPTERS = [
    ("openai", "gpt-4o-mini", "native"),
    ("deepseek", "deepseek-chat", "tool"),
    ("qwen", "qwen-plus", "tool"),
    ("ollama", "llama3.2", "native"),
    ("vllm", "any/model", "native"),
    ("lmstudio", "any", "native"),
    ("llamacpp", "any", "native"),
    ("compatible", "any", "prompt"),
    ("gemini", "gemini-2.5-flash", "native"),
    ("anthropic", "claude-haiku-4-5", "native"),
    ("anthropic", "claude-3-sonnet", "tool"),
]

# Of each protocol, and of each way in which it is held to the shape, one goes through everything.
FAULTED = [one for one in ADAPTERS if one[0] in {"openai", "deepseek", "compatible", "gemini", "anthropic"}]


def _protocol(vendor: str) -> str:
    return {"gemini": "google", "anthropic": "anthropic"}.get(vendor, "openai")


@pytest.fixture
async def server() -> AsyncIterator[VendorServer]:
    async with VendorServer(lambda _: json.dumps(GOOD)).running() as running:
        yield running


def _adapter(server: VendorServer, vendor: str, model: str, **limits: float) -> PydanticAIStructured:
    return PydanticAIStructured(vendor, model, base_url=server.url(_protocol(vendor)), local=False, **limits)


@pytest.fixture(params=FAULTED, ids=lambda one: f"{one[0]}:{one[1]}")
async def adapter(request, server: VendorServer) -> AsyncIterator[PydanticAIStructured]:
    vendor, name, _ = request.param
    made = _adapter(server, vendor, name)
    yield made
    await made.close()


@pytest.fixture(params=["fake", *ADAPTERS], ids=str)
async def model(request, server: VendorServer) -> AsyncIterator[StructuredModel]:
    made = (
        FakeStructured(says=lambda *_: Form(**GOOD))
        if request.param == "fake"
        else _adapter(server, *request.param[:2])
    )
    yield made
    await made.close()


async def _fails(model: StructuredModel, request=REQUEST, key: str | None = "sk-test") -> Exception:
    with pytest.raises((ModelRefused, ModelUnavailable, ModelMalformed)) as failed:
        await model.complete(request, key=key)
    trace = "".join(traceback.format_exception(failed.value))
    assert "kettle" not in trace
    assert "Arkwright" not in trace
    assert "sk-test" not in trace
    assert failed.value.__context__ is None
    assert failed.value.__cause__ is None
    return failed.value


async def test_an_answer_has_the_shape_asked_for(model: StructuredModel):
    answer = await model.complete(REQUEST, key="sk-test")

    assert answer.output == Form(**GOOD)
    assert answer.repaired is False
    assert answer.spent.requests == 1
    assert answer.spent.input_tokens > 0
    assert answer.spent.output_tokens > 0


async def test_it_can_be_asked_again_also_after_closing(model: StructuredModel):
    await model.complete(REQUEST, key="sk-test")
    await model.close()

    assert (await model.complete(REQUEST, key="sk-test")).output.level == 4


async def test_its_name_is_vendor_and_model(model: StructuredModel):
    vendor, colon, name = model.name.partition(":")

    assert (colon, bool(name)) == (":", True)
    assert model.capabilities.vendor == vendor


@pytest.mark.parametrize(("vendor", "name", "schema"), ADAPTERS)
async def test_the_shape_is_enforced_as_the_table_says(server: VendorServer, vendor: str, name: str, schema: str):
    made = _adapter(server, vendor, name)
    await made.complete(REQUEST, key="sk-test")
    await made.close()

    body = server.taken[0].asked.body
    held = {
        "tool": bool(body.get("tools")),
        "native": "json_schema" in json.dumps(body.get("response_format", body.get("output_config", {})))
        or "responseJsonSchema" in body.get("generationConfig", {}),
    }
    assert made.capabilities.schema == schema
    assert [name for name, is_held in held.items() if is_held] == ([schema] if schema != "prompt" else [])
    assert "Word by word" in json.dumps(body), "descriptions of fields are part of the instructions"


async def test_the_model_gets_what_was_asked_the_limits_and_the_key(adapter, server: VendorServer):
    await adapter.complete(replace(REQUEST, temperature=0.25), key="sk-test")

    taken = server.taken[0]
    sent = json.dumps(taken.asked.body)
    assert "Judge the answer." in sent
    assert SAID in prompt_of(taken.asked.body)
    assert "321" in sent
    assert "0.25" in sent
    assert taken.key == "sk-test"


async def test_a_key_of_the_environment_is_never_sent(server: VendorServer, monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "sk-environment")
    for vendor, name, _ in ADAPTERS:
        made = _adapter(server, vendor, name)
        await made.complete(REQUEST, key=None)
        await made.close()

    assert "sk-environment" not in str([taken.asked.headers for taken in server.taken])
    assert {taken.key for taken in server.taken} == {None}


async def test_many_keys_share_one_pool_of_connections(adapter, server: VendorServer):
    for number in range(12):
        await adapter.complete(REQUEST, key=f"k{number}")

    assert [taken.key for taken in server.taken] == [f"k{number}" for number in range(12)]
    assert server.connections == 1


async def test_calls_at_once_do_not_mix_their_keys(adapter, server: VendorServer):
    async def one(number: int) -> None:
        await adapter.complete(replace(REQUEST, prompt=f"<{number}>"), key=f"k{number}")

    await asyncio.gather(*(one(number) for number in range(20)))

    assert {(prompt_of(taken.asked.body), taken.key) for taken in server.taken} == {
        (f"<{number}>", f"k{number}") for number in range(20)
    }


TRANSPORT = [
    Fault.E500,
    Fault.E502,
    Fault.E503,
    Fault.E529,
    Fault.LIMITED,
    Fault.LIMITED_WITH_WAIT,
    Fault.CUT_FIN,
    Fault.CUT_RST,
    Fault.NO_ANSWER,
    Fault.HTML,
    Fault.BROKEN_BODY,
    Fault.REDIRECT,
    Fault.PACKED,
    Fault.TOO_MUCH,
]


@pytest.mark.parametrize("fault", TRANSPORT)
async def test_what_may_pass_is_unavailable_after_one_request(adapter, server: VendorServer, fault: Fault):
    server.fault = lambda _: fault
    server.wait = "1.5"
    server.echo = f"{SAID} sk-test"

    failure = await _fails(adapter)

    assert isinstance(failure, ModelUnavailable)
    wait = 2 if adapter.name.startswith("anthropic") else 1.5  # whole seconds are all it can say
    assert failure.retry_after == (wait if fault is Fault.LIMITED_WITH_WAIT else None)
    assert failure.limited is (fault in {Fault.LIMITED, Fault.LIMITED_WITH_WAIT})
    assert len(server.taken) == 1, "how often is for who asked to decide"


async def test_no_redirect_is_followed_even_by_an_sdk_that_would(adapter, server: VendorServer):
    await adapter.complete(REQUEST, key="sk-test")
    adapter._built.client.follow_redirects = True
    server.fault = lambda asked: None if "elsewhere" in asked.path else Fault.REDIRECT

    assert isinstance(await _fails(adapter), ModelUnavailable)
    assert len(server.taken) == 2


async def test_an_endless_answer_is_not_read_on(adapter, server: VendorServer):
    server.fault = lambda _: Fault.TOO_MUCH

    await _fails(adapter)

    assert server.sent_bytes < 16 << 20, "the sockets' buffers hold some of it"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.REVOKED, "key"),
        (Fault.FORBIDDEN, "key"),
        (Fault.EMPTIED, "quota"),
        (Fault.REFUSES, "content_filter"),
        (Fault.FILTERED, "content_filter"),
    ],
)
async def test_what_will_not_pass_is_refused(adapter, server: VendorServer, fault: Fault, code: str):
    server.fault = lambda _: fault
    server.echo = f"{SAID} sk-test"

    failure = await _fails(adapter)

    assert isinstance(failure, ModelRefused)
    assert failure.code == code
    assert len(server.taken) == 1


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.DRIP])
async def test_the_time_limit_holds_however_slowly_it_comes(adapter, server: VendorServer, fault: Fault):
    await adapter.complete(REQUEST, key="sk-test")  # what is imported on first use counts once
    server.fault = lambda _: fault

    began = time.monotonic()
    assert isinstance(await _fails(adapter, IMPATIENT), ModelUnavailable)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("fault", "limits"),
    [(Fault.SILENT, {"first_seconds": 0.5}), (Fault.DRIP, {"body_seconds": 0.5})],
    ids=["the first byte", "from the first byte to the last"],
)
@pytest.mark.parametrize("vendor", ["openai", "gemini", "anthropic"])
async def test_limits_of_their_own_end_it_before_its_time(server: VendorServer, vendor: str, fault: Fault, limits):
    names = {"openai": "gpt-4o", "gemini": "gemini-2.5-flash", "anthropic": "claude-haiku-4-5"}
    made = _adapter(server, vendor, names[vendor], **limits)
    await made.complete(REQUEST, key="sk-test")
    server.fault = lambda _: fault

    began = time.monotonic()
    assert isinstance(await _fails(made, replace(REQUEST, total_seconds=60)), ModelUnavailable)
    assert time.monotonic() - began < 30
    await made.close()


SPOILT = [
    Fault.WRONG_SCHEMA,
    Fault.EXTRA,
    Fault.NAN,
    Fault.OUT_OF_SCALE,
    Fault.MALFORMED,
    Fault.LENGTH,
    Fault.EMPTY,
]


@pytest.mark.parametrize("fault", SPOILT)
async def test_nonsense_is_asked_again_once_without_repeating_it(adapter, server: VendorServer, fault: Fault):
    if fault is Fault.LENGTH and adapter.name.startswith("anthropic:claude-3"):
        pytest.skip("half of a tool call is no JSON, which the vendor never sends")
    server.fault = lambda _: None if server.taken else fault

    answer = await adapter.complete(REQUEST, key="sk-test")

    assert answer.output == Form(**GOOD)
    assert answer.repaired is True
    assert answer.spent.requests == 2
    assert answer.spent.input_tokens == 240
    first, second = (taken.asked.body for taken in server.taken)
    said = json.dumps(second)
    assert "could not be used" in said
    assert said.count(SAID) == json.dumps(first).count(SAID), "only the prompt quotes the candidate"
    assert "confidence" not in said


@pytest.mark.parametrize("fault", SPOILT)
async def test_nonsense_twice_is_malformed_and_says_what_it_cost(adapter, server: VendorServer, fault: Fault):
    server.fault = lambda _: fault

    failure = await _fails(adapter)

    assert isinstance(failure, ModelMalformed)
    assert failure.spent.requests == 2
    assert failure.spent.input_tokens == 240
    assert failure.spent.output_tokens == 60


@pytest.mark.parametrize(
    "text",
    [
        '{"quote": "a", "level": "4", "sure": "yes"}',
        '{"quote": "a", "level": 4.0, "sure": "yes"}',
        '{"quote": "a", "level": true, "sure": "yes"}',
        '{"quote": "a", "level": 4, "level": 5, "sure": "yes"}',
        '{"quote": "a", "level": 1e999, "sure": "yes"}',
        '{"quote": "a", "level": Infinity, "sure": "yes"}',
        '{"quote": null, "level": 4, "sure": "yes"}',
        '{"quote": "a", "level": 4, "sure": "YES"}',
        '[{"quote": "a", "level": 4, "sure": "yes"}]',
        '{"quote": "a", "level": 4, "sure": "yes"} {"quote": "b", "level": 5, "sure": "yes"}',
        "[" * 100_000,
        '{"quote": "' + "a" * 600 + '", "level": 4, "sure": "yes"}',
        '{"quote": "a", "level": ' + "9" * 5000 + ', "sure": "yes"}',
        "null",
    ],
    ids=lambda text: text[:50],
)
def test_nothing_is_converted_and_nothing_doubtful_taken(text: str):
    with pytest.raises(Unusable) as unusable:
        read(text, Form)

    assert "9999" not in unusable.value.problem
    assert "aaaa" not in unusable.value.problem


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_is_a_number(number: str):
    class Measured(BaseModel):
        share: float

    assert read('{"share": 0.5}', Measured).share == 0.5
    with pytest.raises(Unusable, match="finite"):
        read(f'{{"share": {number}}}', Measured)
    with pytest.raises(Unusable, match="finite"):
        read({"share": float(number)}, Measured)


def test_what_is_wrong_is_said_without_what_the_model_said():
    with pytest.raises(Unusable) as unusable:
        read('{"quote": "a", "level": 9, "sure": "Ms Arkwright", "Ms Arkwright": {"kettle": 1}}', Form)

    said = unusable.value.problem
    assert "level" in said
    assert "less than or equal to 5" in said
    assert "'yes' or 'no'" in said
    assert "(unknown)" in said
    assert not {"Arkwright", "kettle", "9"} & set(said.replace("'", " ").split())


def test_a_fence_around_the_answer_is_taken_off():
    assert read(f"```json\n{json.dumps(GOOD)}\n```", Form) == Form(**GOOD)


@pytest.mark.parametrize("failure", [ModelUnavailable("away"), ModelRefused("key", "no")])
async def test_the_fake_fails_as_it_is_told(failure: Exception):
    assert await _fails(FakeStructured(says=lambda *_: failure)) is failure


@pytest.mark.parametrize("second", [Fault.E500, Fault.LIMITED, Fault.SILENT, Fault.REFUSES, Fault.CUT_RST])
async def test_what_was_answered_is_counted_also_when_the_second_try_fails(server: VendorServer, second: Fault):
    made = _adapter(server, "openai", "gpt-4o")
    await made.complete(REQUEST, key="sk-test")
    server.fault = lambda _: second if len(server.taken) == 2 else Fault.WRONG_SCHEMA

    failure = await _fails(made, IMPATIENT)

    assert isinstance(failure, ModelMalformed)
    assert (failure.spent.requests, failure.spent.input_tokens) == (2, 120)
    await made.close()


@pytest.mark.parametrize("vendor", ["openai", "gemini", "anthropic", "compatible"])
async def test_nobody_there_is_unavailable(vendor: str):
    made = PydanticAIStructured(vendor, "m", base_url=f"http://127.0.0.1:{closed_port()}/v1", local=False)

    assert isinstance(await _fails(made), ModelUnavailable)
    await made.close()


@pytest.mark.parametrize("vendor", ["openai"])
async def test_a_server_that_never_accepts_is_unavailable_in_time(vendor: str):
    with NeverAccepts() as address:
        made = PydanticAIStructured(vendor, "m", base_url=address, local=False)
        assert isinstance(await _fails(made, replace(REQUEST, total_seconds=8)), ModelUnavailable)
        await made.close()


@pytest.mark.parametrize(
    ("vendor", "name"),
    [
        ("openai", "gpt-5-mini"),
        ("openai", "o3"),
        ("openai", "gpt-5.6"),
        ("anthropic", "claude-opus-4-7"),
        ("anthropic", "claude-sonnet-5"),
    ],
)
async def test_models_that_refuse_a_temperature_get_none(server: VendorServer, vendor: str, name: str):
    made = _adapter(server, vendor, name)
    await made.complete(REQUEST, key="sk-test")
    await made.close()

    assert "temperature" not in server.taken[0].asked.body


async def test_a_model_newer_than_the_tables_is_asked_without_temperature_from_then_on(server: VendorServer):
    made = _adapter(server, "compatible", "next")
    server.echo = "Unsupported value: 'temperature' does not support 0.0 with this model."
    server.fault = lambda asked: Fault.BAD if "temperature" in asked.body else None

    answer = await made.complete(REQUEST, key="sk-test")
    await made.complete(REQUEST, key="sk-test")
    await made.close()

    assert answer.spent.requests == 2
    assert Counter("temperature" in taken.asked.body for taken in server.taken) == {True: 1, False: 2}


async def test_a_failure_says_how_many_requests_it_took(server: VendorServer):
    made = _adapter(server, "compatible", "next")
    server.echo = "Unsupported value: 'temperature' does not support 0.0 with this model."
    server.fault = lambda asked: Fault.BAD if "temperature" in asked.body else Fault.E500

    assert [(await _fails(made)).requests for _ in range(2)] == [2, 1]
    await made.close()


async def test_who_waits_may_stop_waiting(adapter, server: VendorServer):
    server.fault = lambda _: Fault.SILENT
    waiting = asyncio.ensure_future(adapter.complete(REQUEST, key="sk-test"))
    await asyncio.sleep(0.1)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
