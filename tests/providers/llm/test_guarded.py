"""Models at addresses that an organisation entered are asked on the public internet, or where the operator allows."""

from __future__ import annotations

import pytest
from pydantic import BaseModel
from tests.providers.outbound.receivers import receiving

from colloquy.providers.llm.choose import CannotChooseError, choose_model
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.llm.port import ChatRequest, ModelRefused, ModelUnavailable
from colloquy.providers.llm.structured import ModelMalformed, StructuredRequest
from colloquy.providers.llm.structured_choose import structured_model
from colloquy.providers.outbound.rules import parse_allow
from colloquy.roles import choices
from colloquy.settings import Settings

VENDORS = ("compatible", "openai", "ollama", "anthropic", "google")


class Form(BaseModel):
    word: str


async def inside(_host: str, _port: int) -> tuple[str, ...]:
    return ("127.0.0.1",)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_model_whose_name_leads_inside_is_not_reached(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the operator's word it is: then what comes back is no model's answer, and somebody was there."""
    async with receiving() as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
        address = f"http://model.example.com:{server.port}"
        await _ask(vendor, address, ModelGuard(resolve=inside))
        before = server.connections
        await _ask(vendor, address, ModelGuard(parse_allow(f"model.example.com:{server.port}"), resolve=inside))

    assert (before, server.connections > 0) == (0, True)


@pytest.mark.parametrize("vendor", ["compatible", "openai", "anthropic"])
async def test_a_model_whose_name_leads_inside_does_not_speak(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiohttp looks names up by itself: what counts is where the socket goes."""
    async with receiving() as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
        guard = ModelGuard(resolve=inside)
        monkeypatch.setattr(guard, "check", lambda address: address)
        choice = choose_model(f"{vendor}:m", key="k", url=f"http://localhost:{server.port}/v1", guard=guard)
        assert choice.model is not None
        with pytest.raises(ModelUnavailable):
            async for _piece in choice.model.stream(ChatRequest("Say something.", "Now.")):
                pass
        await choice.model.close()

    assert server.connections == 0


@pytest.mark.parametrize("make", [structured_model, choose_model], ids=["fills in forms", "speaks"])
def test_what_is_wrong_with_an_address_is_said_before_it_is_asked(make) -> None:
    with pytest.raises(CannotChooseError, match=r"COLLOQUY_OUTBOUND_ALLOW=10\.0\.0\.8:9000"):
        if make is choose_model:
            choose_model("vllm:m", url="http://10.0.0.8:9000/v1", guard=ModelGuard())
        else:
            structured_model("vllm", "m", base_url="http://10.0.0.8:9000/v1", guard=ModelGuard())


@pytest.mark.parametrize(
    ("settings", "opened", "closed"),
    [
        ({}, ["http://127.0.0.1:11434/v1", "http://localhost:1234/v1"], ["http://127.0.0.1:8000", "http://10.0.0.8"]),
        ({"base_url": "https://jobs.example.org"}, [], ["http://127.0.0.1:11434/v1", "http://localhost:1234/v1"]),
        ({"host": "0.0.0.0"}, [], ["http://127.0.0.1:5432"]),
        (
            {"base_url": "https://jobs.example.org", "llm": "vllm:m", "llm_url": "http://10.0.0.8:9000/v1"},
            ["http://10.0.0.8:9000/v1"],
            ["http://10.0.0.8:9001/v1", "http://127.0.0.1:11434/v1"],
        ),
        (
            {"base_url": "https://jobs.example.org", "llm": "ollama:llama3.2"},
            ["http://localhost:11434/v1"],
            ["http://127.0.0.1:1234/v1"],
        ),
        (
            {"base_url": "https://jobs.example.org", "outbound_allow": "gpu.example.lan:9000"},
            ["http://gpu.example.lan:9000/v1"],
            ["http://gpu.example.lan:22/v1"],
        ),
    ],
    ids=["laptop", "server", "every interface", "own model", "own ollama", "allowed"],
)
def test_what_organisations_may_name_follows_from_the_settings(settings, opened, closed) -> None:
    guard = choices.model_guard(Settings(**settings, _env_file=None))

    for address in opened:
        assert guard.check(address)
    for address in closed:
        with pytest.raises(OSError, match=r"COLLOQUY_OUTBOUND_ALLOW|Port"):
            guard.check(address)


async def _ask(vendor: str, address: str, guard: ModelGuard) -> None:
    made = structured_model(vendor, "m", base_url=address, guard=guard)
    try:
        with pytest.raises((ModelUnavailable, ModelRefused, ModelMalformed)):
            await made.complete(StructuredRequest("Answer.", "Now.", Form, total_seconds=5.0), key="k")
    finally:
        await made.close()
