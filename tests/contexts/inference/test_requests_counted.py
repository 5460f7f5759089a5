"""What a vendor was asked counts, also when a failed call took more than one request."""

import pytest

from colloquy.contexts.inference.public import NoAnswer
from colloquy.providers.llm.structured import ModelUnavailable


@pytest.mark.parametrize(("requests", "calls"), [(1, 4), (2, 2)])
async def test_no_more_than_five_requests_for_an_answer(desk, requests, calls):
    for number in range(8):
        await desk.key(f"sk-number-000{number}")

    def limited(_request, _key):
        failure = ModelUnavailable("too often", limited=True)
        failure.requests = requests
        return failure

    vendor = desk.vendor("openai:gpt-5-mini", limited)
    with pytest.raises(NoAnswer):
        await desk.ask()
    assert len(vendor.keys) == calls
