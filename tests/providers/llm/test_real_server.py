"""With a real model server, over the wire: forms held to a schema, words that stream, noise that becomes no mark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel, Field
from sqlalchemy import text
from tests.factories import identity as makers
from tests.factories.answered import STRONG, begin_answering
from tests.factories.work import run_jobs
from tests.providers.llm import real_server

from colloquy.contexts.inference.public import About, Inference, Task
from colloquy.contexts.sessions.public import SessionState
from colloquy.providers.llm.choose import choose_model
from colloquy.providers.llm.port import ChatRequest
from colloquy.providers.llm.structured import StructuredRequest
from colloquy.roles.runtime import Runtime, running
from colloquy.roles.web import application
from colloquy.settings import Settings

PROGRAM = real_server.find_server()
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="no llama-server here: make llama-server builds one"),
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("llama"),
]


class Colour(BaseModel):
    """A form that the server's grammar can hold a model to that knows nothing."""

    colour: str = Field(pattern=r"^(red|green|blue)$")
    sure: bool
    number: int = Field(ge=0, le=9)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert PROGRAM is not None
    with real_server.serving(PROGRAM, tmp_path_factory.mktemp("llama")) as made:
        yield made


@pytest.fixture
async def product(address: str, empty_address, tmp_path: Path):
    """A whole product whose operator has given it this model."""
    settings = Settings(data_dir=tmp_path, llm="llamacpp:noise", llm_url=address, _env_file=None)
    async with running(settings, where=empty_address) as built:
        yield built


async def test_a_form_is_filled_in_to_its_schema(product: Runtime):
    organisation = await makers.make_organisation(product.database)
    inference = product.provided.get(Inference)

    answered = await inference.ask(
        organisation.scope,
        Task.DRAFT,
        StructuredRequest("Choose.", "Any.", Colour, max_tokens=200, temperature=0.7, total_seconds=60),
        About(),
    )

    assert answered.model == "llamacpp:noise"
    assert answered.output.colour in {"red", "green", "blue"}
    assert answered.output.number in range(10)
    async with product.database.begin(organisation.scope) as db:
        [call] = (await db.execute(text("select outcome, input_tokens, output_tokens from model_calls"))).all()
    assert call.outcome == "answered"
    assert call.input_tokens > 10
    assert call.output_tokens > 10


async def test_words_arrive_as_they_are_made(address: str):
    model = choose_model("llamacpp:noise", url=address).model
    assert model is not None
    counted: list[tuple[int, int]] = []
    request = ChatRequest(
        "Be brief.", "Say something.", max_tokens=120, temperature=0.8, counted=lambda *two: counted.append(two)
    )

    times = []
    async for piece in model.stream(request):
        assert piece
        times.append(asyncio.get_running_loop().time())
    await model.close()

    assert len(times) > 5
    assert times[-1] > times[0]
    assert counted


async def test_noise_in_the_right_shape_is_no_mark(product: Runtime):
    """The evaluator end to end: everything this model says about an answer is made up, and nothing of it is stored."""
    organisation = await makers.make_organisation(product.database)
    transport = httpx.ASGITransport(application(product))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as api:
        answering = await begin_answering(product, api, organisation)
        await answering.write(STRONG)
        await answering.complete()
        await run_jobs(product)

    async with product.database.begin(organisation.scope) as db:
        calls = (await db.execute(text("select outcome, output_tokens from model_calls where task = 'evaluate'"))).all()
    outcomes = {call.outcome for call in calls}
    assert outcomes
    assert outcomes <= {"answered", "repaired", "malformed"}, "it was reached, and it answered"
    session = await answering.session()
    assert session.state in {SessionState.SCORED, SessionState.NEEDS_HUMAN}
    for stored in (await answering.judgements()).values():
        for judgement in stored.judgements:
            assert judgement.level is None or judgement.quotes, "a level without the candidate's words"
            assert all(quote.text in STRONG for quote in judgement.quotes)
        assert not stored.evaluator.startswith("llamacpp") or all(one.level is None for one in stored.judgements)
