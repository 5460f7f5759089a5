"""A body over the limit is refused like everything else: a problem for programs, a page for people."""

import pytest

from colloquy.roles.web import MAX_BODY_BYTES

TOO_MUCH = b"[" + b" " * MAX_BODY_BYTES + b"]"


async def in_pieces():
    for start in range(0, len(TOO_MUCH), 1 << 16):
        yield TOO_MUCH[start : start + (1 << 16)]


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
async def test_a_program_gets_a_problem(api, announced):
    body = TOO_MUCH if announced else in_pieces()
    answer = await api.post("/api/auth/login", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["code"], told["title"]) == (413, "too_large", "Too large")
    assert "in parts" in told["detail"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_it_is_said_in_the_readers_language(api):
    headers = {"content-type": "application/json", "accept-language": "ru"}
    answer = await api.post("/api/auth/login", content=TOO_MUCH, headers=headers)
    assert answer.headers["content-language"] == "ru"
    assert "in parts" not in answer.json()["detail"]


async def test_somebody_with_a_browser_gets_a_page(browser_client):
    browser = await browser_client()
    answer = await browser.submit("/sign-in", {"email": "x" * MAX_BODY_BYTES})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "<h1>Too large</h1>" in answer.text
    assert answer.headers["content-security-policy"]


async def test_what_may_be_is_read(api):
    body = b"[" + b" " * (MAX_BODY_BYTES - 2) + b"]"
    answer = await api.post("/api/auth/login", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
