"""The product killed in the middle of a turn (SIGKILL), started again: one complete answer, told to whoever resumes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from tests.browser.people import recruiter
from tests.browser.product import Product, free_port
from tests.conftest import copy_database, drop_database
from tests.contexts.conversations import talking
from tests.contexts.conversations.talking import Page, Talker, events
from tests.factories.candidates import begin

TOLD = "Thank you for telling me about that work. Which part of it did you do yourself, from the first day on?"
TALK = {
    "text": "A conversation about your work.",
    "kind": "conversation",
    "answer_seconds": 900,
    "follow_ups": 1,
    "topics": [{"text": "Tell me about a fault in production that you found.", "points": []}],
}


def slow_model() -> FastAPI:
    """Speaks OpenAI's protocol: a word every third of a second."""
    app = FastAPI()

    async def pieces() -> AsyncIterator[str]:
        for word in TOLD.split(" "):
            chunk = {"choices": [{"index": 0, "delta": {"content": word + " "}}]}
            yield f"data: {json.dumps(chunk)}\n\n"
            await asyncio.sleep(0.3)
        yield 'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'

    @app.post("/v1/chat/completions")
    async def complete() -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    return app


@pytest.fixture
async def product(template, worker_id, tmp_path):
    """The product in a process of its own, with a slow model."""
    where = copy_database(template, f"empty_killed_{worker_id}")
    async with talking.served(slow_model()) as model:
        environment = {"COLLOQUY_LLM": "compatible:slow", "COLLOQUY_LLM_URL": f"{model}/v1"}
        running = Product(where, tmp_path, free_port(), environment=environment)
        await running.start()
        yield running
        running.kill()
    drop_database(template, where)


@pytest.mark.timeout(240)
async def test_killed_in_the_middle_of_a_turn_it_is_said_once_and_whole(product):
    async with recruiter(product) as one:
        _, address = await one.publish(TALK)
    async with httpx.AsyncClient(base_url=product.address, timeout=60) as client:
        candidate = await begin(client, address.rsplit("/", 1)[1])
        await candidate.agree()
        await candidate.room()
        talker = Talker(candidate)
        await talker.open()
        await talker.go_on()
        page, body = Page(), talker.body("We found it and repaired it.")
        with pytest.raises(httpx.TransportError):
            async with talker.stream(body) as response:
                async for event in events(response):
                    page.take(event)
                    if page.names.count("token") == 5:
                        product.kill()
        seen = page.texts[4]
        await product.start()
        page = await asyncio.wait_for(talker.read(body, page, page.last), 60)

        assert TOLD.startswith(seen)
        assert "replace" in page.names
        assert page.texts[4] == page.reply["text"] == TOLD
        assert [(who, text) for who, text in await talker.texts()][2:] == [
            ("candidate", "We found it and repaired it."),
            ("interviewer", TOLD),
        ]
