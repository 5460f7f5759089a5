"""Addresses that customers typed lead to the public internet, or nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection

import httpx
import pytest
from tests.providers.outbound.receivers import answer, receiving
from tests.providers.outbound.targets import NAMED, SPELT

from colloquy.providers.outbound.client import GuardedHttp, guarded_client
from colloquy.providers.outbound.errors import AnswerTooLong, OutboundRefused
from colloquy.providers.outbound.guard import HTTPS, Guard
from colloquy.providers.outbound.port import OutboundAnswer, OutboundFailed, OutboundRequest
from colloquy.providers.outbound.rules import parse_allow

PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
async def settled(no_leaked_tasks: None) -> AsyncIterator[None]:
    """Streams that are left before their end are closed by tasks of the event loop's own, a few rounds later."""
    yield
    for _round in range(10):
        await asyncio.sleep(0)


async def named(host: str, _port: int) -> Collection[str]:
    return NAMED.get(host, (host,))


async def test_none_of_the_addresses_that_lead_inside_is_reached() -> None:
    targets = [*SPELT, *(f"http://{name}:{{port}}/" for name in NAMED)]
    guard = Guard(resolve=named)
    reached, refused = [], 0
    async with receiving() as inside, guarded_client(guard) as client:
        for target in targets:
            address = target.replace("{port}", str(inside.port))
            try:
                await client.get(address)
                reached.append(target)
            except (OutboundRefused, httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.ProxyError):
                refused += 1

    assert (reached, inside.connections) == ([], 0)
    assert refused == len(targets) >= 60


@pytest.mark.parametrize("target", SPELT, ids=ascii)
def test_what_is_wrong_shows_in_the_spelling(target: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        Guard().check(target.replace("{port}", "8000"))

    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("name", NAMED)
async def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(name: str) -> None:
    guard = Guard(resolve=named)
    assert guard.check(f"https://{name}/hook") == f"https://{name}/hook"

    with pytest.raises(OutboundRefused):
        await guard.addresses(name, 443)


async def test_the_system_resolver_leads_inside_no_more_than_the_spelling() -> None:
    """Whatever gets past the spelling is stopped at the connection: numbers are resolved by the C library."""
    for host in ("127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "::1", "[::1]"):
        with pytest.raises(OutboundRefused):
            await Guard().addresses(host, 8000)


async def test_a_name_that_leads_elsewhere_the_second_time_gains_nothing() -> None:
    asked = []

    async def rebinding(host: str, _port: int) -> Collection[str]:
        asked.append(host)
        return (PUBLIC,) if len(asked) == 1 else ("127.0.0.1",)

    guard = Guard(resolve=rebinding)
    assert await guard.addresses("rebind.example.com", 443) == (PUBLIC,)
    async with receiving() as inside, guarded_client(guard) as client:
        with pytest.raises(OutboundRefused):
            await client.get(f"http://rebind.example.com:{inside.port}/")

    assert (len(asked), inside.connections) == (2, 0)


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """One look-up a connection: there is no second one that could be answered otherwise."""
    asked = []

    async def once(host: str, _port: int) -> Collection[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.2",)

    async with receiving() as ours:
        guard = Guard(parse_allow(f"hooks.example.com:{ours.port}"), resolve=once)
        async with guarded_client(guard) as client:
            response = await client.get(f"http://hooks.example.com:{ours.port}/")

    assert (response.status_code, asked, ours.connections) == (200, ["hooks.example.com"], 1)
    assert f"Host: hooks.example.com:{ours.port}" in ours.heads[0]


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with receiving() as inside:
        elsewhere = answer("302 Found", b"", f"Location: http://127.0.0.1:{inside.port}/")
        async with receiving(elsewhere) as ours:
            guard = Guard(parse_allow(f"127.0.0.1:{ours.port}"))
            async with guarded_client(guard) as client:
                response = await client.get(f"http://127.0.0.1:{ours.port}/")
                with pytest.raises(OutboundRefused):
                    await client.get(f"http://127.0.0.1:{ours.port}/", follow_redirects=True)

    assert (response.status_code, inside.connections) == (302, 0)


async def test_the_operator_opens_names_networks_and_ports() -> None:
    guard = Guard(parse_allow("ollama.lan:11434, 10.0.0.0/8 [::1]:1234 localhost"), resolve=named)

    assert guard.check("http://ollama.lan:11434/v1") == "http://ollama.lan:11434/v1"
    assert guard.check("http://10.20.30.40:8080") == "http://10.20.30.40:8080"
    assert guard.check("http://[::1]:1234/v1", schemes=HTTPS) == "http://[::1]:1234/v1"
    assert guard.check("http://localhost:3000") == "http://localhost:3000"
    assert await guard.addresses("127.0.0.1", 3000) == ("127.0.0.1",)
    for still in ("http://ollama.lan:22/", "http://192.168.0.1/", "http://localhost:22/"):
        with pytest.raises(OutboundRefused):
            guard.check(still)


@pytest.mark.parametrize("entry", ["not a name!", "10.0.0.0/99", "http://localhost", "a..b"])
def test_an_entry_that_cannot_be_understood_says_what_can(entry: str) -> None:
    with pytest.raises(ValueError, match="COLLOQUY_OUTBOUND_ALLOW"):
        parse_allow(entry)


def test_what_is_refused_says_which_setting_opens_it() -> None:
    with pytest.raises(OutboundRefused, match=r"COLLOQUY_OUTBOUND_ALLOW=127\.0\.0\.1:11434\."):
        Guard().check("http://127.0.0.1:11434/v1")


def test_an_honest_address_is_kept_as_it_is_asked() -> None:
    guard = Guard()

    assert guard.check("  https://Hooks.Example.com/new?a=1  ") == "https://hooks.example.com/new?a=1"
    assert guard.check("https://bücher.example/x") == "https://xn--bcher-kva.example/x"
    assert guard.check("https://example.com:8443/x") == "https://example.com:8443/x"
    with pytest.raises(OutboundRefused, match="https://"):
        guard.check("http://example.com/", schemes=HTTPS)


async def test_an_answer_is_read_no_further_than_was_said() -> None:
    async with receiving(answer("200 OK", b"x" * 100_000)) as ours:
        guard, address = Guard(parse_allow("127.0.0.1")), f"http://127.0.0.1:{ours.port}/"
        async with guarded_client(guard, most_bytes=1000) as client:
            with pytest.raises(AnswerTooLong):
                await client.get(address)
        kept = await _sent(guard, address)

    assert len(kept.body) == 1024


async def test_packed_answers_that_nobody_asked_for_are_not_unpacked() -> None:
    async with receiving(answer("200 OK", b"\x1f\x8b", "Content-Encoding: gzip")) as ours:
        guard, address = Guard(parse_allow("127.0.0.1")), f"http://127.0.0.1:{ours.port}/"
        async with guarded_client(guard) as client:
            with pytest.raises(AnswerTooLong):
                await client.get(address)

    assert "accept-encoding: identity" in ours.heads[0].lower()


async def test_an_answer_that_drips_ends_in_time() -> None:
    async with receiving(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx") as ours:
        guard, address = Guard(parse_allow("127.0.0.1")), f"http://127.0.0.1:{ours.port}/"
        with pytest.raises(OutboundFailed):
            await _sent(guard, address)


async def test_proxies_of_the_environment_and_cookies_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy, receiving(answer("200 OK", b"", "Set-Cookie: a=b")) as ours:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with guarded_client(Guard(parse_allow("127.0.0.1"))) as client:
            await client.get(f"http://127.0.0.1:{ours.port}/")
            await client.get(f"http://127.0.0.1:{ours.port}/")

    assert (proxy.connections, len(ours.heads)) == (0, 2)
    assert "cookie" not in "".join(ours.heads).lower()


async def test_nobody_there_is_a_failure_and_no_refusal() -> None:
    async with receiving() as gone:
        pass
    with pytest.raises(OutboundFailed, match="connect"):
        await _sent(Guard(parse_allow("127.0.0.1")), f"http://127.0.0.1:{gone.port}/")


async def _sent(guard: Guard, address: str) -> OutboundAnswer:
    client = GuardedHttp(guard)
    try:
        return await client.send(OutboundRequest("POST", address, body=b"{}", seconds=2.0))
    finally:
        await client.close()
