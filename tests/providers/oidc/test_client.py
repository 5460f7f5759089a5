"""Providers that lie: a hand-made issuer that says and signs what no certified one would."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from colloquy.kit import clock
from colloquy.providers.oidc.client import HttpOpenId
from colloquy.providers.oidc.port import Asked, Client, SignOnFailed
from colloquy.providers.outbound.guard import Guard
from colloquy.providers.outbound.rules import parse_allow

KEY = RSAKey.generate_key(2048, {"kid": "one"})
ASKED = Asked("https://colloquy.example/back", "state", "nonce", "verifier-verifier-verifier-verifier-verifier")


@dataclass
class Issuer:
    """What it answers; `asked` is what it was asked, `METHOD path` with the headers and the body."""

    address: str = ""
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: Any = None
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    signing: RSAKey = field(default_factory=lambda: KEY)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes]:
        if path in self.answers:
            return self.answers[path]
        now = int(clock.now().timestamp())
        right = {"iss": self.address, "aud": "colloquy", "sub": "ada", "nonce": "nonce", "iat": now, "exp": now + 300}
        known = {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize?tenant=1",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "userinfo_endpoint": f"{self.address}/userinfo",
                **self.document,
            },
            "/jwks": {"keys": [key.as_dict(private=False) for key in self.keys]},
            "/token": {
                "access_token": "access",
                "id_token": jwt.encode(
                    {"alg": "RS256", "kid": self.signing.kid}, {**right, **self.claims}, self.signing
                ),
            },
            "/userinfo": self.userinfo,
        }
        return 200, json.dumps(known[path]).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(x.split(":")[1]) for x in head.split("\r\n") if x.lower().startswith("content-length")), 0)
        self.asked.append(head + (await reader.readexactly(length)).decode())
        status, body = self.answer(head.split(" ")[1])
        headers = f"location: {self.address}/jwks\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(f"HTTP/1.1 {status} X\r\n{headers}".encode() + body)
        await writer.drain()
        writer.close()

    def times(self, path: str) -> int:
        return sum(f" {path} " in one.split("\r\n")[0] for one in self.asked)


@asynccontextmanager
async def running(**changed):
    """An issuer with these answers, and what the product asks it with."""
    issuer = Issuer(**changed)
    server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    issuer.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield issuer, HttpOpenId(Guard(parse_allow("127.0.0.1")))
    finally:
        server.close()
        await server.wait_closed()


def client(issuer: Issuer, secret: str | None = "a secret: with & reserved % signs") -> Client:
    return Client(issuer.address, "colloquy", secret)


async def refused(openid: HttpOpenId, issuer: Issuer, iss: str | None = None) -> SignOnFailed:
    with pytest.raises(SignOnFailed) as caught:
        await openid.redeem(client(issuer), ASKED, "code", iss)
    return caught.value


async def test_a_code_is_redeemed_with_verifier_and_secret_and_userinfo_fills_in():
    said = {"sub": "ada", "email": "ada@example.com", "email_verified": True, "name": "Ada", "extra": 1}
    async with running(userinfo=said) as (issuer, openid):
        identity = await openid.redeem(client(issuer), ASKED, "the code", None)
        assert (identity.subject, identity.email, identity.email_verified) == ("ada", "ada@example.com", True)
        token = next(one for one in issuer.asked if one.startswith("POST /token"))
        sent = base64.b64decode(re.search(r"(?i)authorization: basic (\S+)", token)[1]).decode()
        assert sent == "colloquy:a+secret%3A+with+%26+reserved+%25+signs"
        assert f"code_verifier={ASKED.verifier}" in token
        assert "secret" not in token.partition("\r\n\r\n")[2]
        address = await openid.address(client(issuer), ASKED, "ada@example.com")
        assert address.startswith(f"{issuer.address}/authorize?tenant=1&response_type=code")
        assert ASKED.verifier not in address
        # Asked once, kept for ten minutes.
        assert issuer.times("/jwks") == issuer.times("/.well-known/openid-configuration") == 1


async def test_the_secret_goes_in_the_form_only_where_nothing_else_is_known_and_nowhere_for_public_clients():
    async with running(
        document={"token_endpoint_auth_methods_supported": ["client_secret_post"]}, claims={"email": "a@b.c"}
    ) as (issuer, openid):
        await openid.redeem(client(issuer), ASKED, "code", None)
        assert "client_secret=a+secret" in issuer.asked[-1]
        assert "authorization:" not in issuer.asked[-1]
        await openid.redeem(client(issuer, None), ASKED, "code", None)
        assert "client_secret" not in issuer.asked[-1]
        assert "client_id=colloquy" in issuer.asked[-1]


@pytest.mark.parametrize("said", [{"sub": "mallory", "email": "boss@example.com", "email_verified": True}, None, [], 7])
async def test_particulars_of_another_subject_are_nobodys(said):
    async with running(userinfo=said) as (issuer, openid):
        identity = await openid.redeem(client(issuer), ASKED, "code", None)
        assert (identity.subject, identity.email, identity.email_verified) == ("ada", None, False)


@pytest.mark.parametrize("verified", [False, None, "false", 1.5, "yes", {}], ids=str)
async def test_only_yes_means_verified(verified):
    async with running(claims={"email": "a@b.c", "email_verified": verified}) as (issuer, openid):
        assert (await openid.redeem(client(issuer), ASKED, "code", None)).email_verified is False


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "other"}, {"aud": "other"}, {"exp": 1}, {"iss": "https://other.example"}, {"azp": "other"}],
    ids=lambda claims: next(iter(claims)),
)
async def test_bad_tokens_are_refused(claims):
    async with running(claims=claims) as (issuer, openid):
        assert (await refused(openid, issuer)).code == "token"


async def test_a_key_that_nobody_shows_is_asked_for_once_more_and_no_more():
    other = RSAKey.generate_key(2048, {"kid": "two"})
    async with running(signing=other) as (issuer, openid):
        assert (await refused(openid, issuer)).code == "token"
        assert issuer.times("/jwks") == 2
        issuer.keys = [other]
        await openid.redeem(client(issuer), ASKED, "code", None)
        assert issuer.times("/jwks") == 3


async def test_answers_of_another_provider_are_not_sent_on():
    async with running(document={"authorization_response_iss_parameter_supported": True}) as (issuer, openid):
        for iss in (None, "https://other.example", f"{issuer.address}/"):
            assert (await refused(openid, issuer, iss)).code == "token"
        assert issuer.times("/token") == 0
    async with running() as (issuer, openid):
        assert (await refused(openid, issuer, "https://other.example")).code == "token"


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": 7},
        {"id_token_signing_alg_values_supported": ["HS256", "none"]},
    ],
    ids=["another", "nameless", "no-endpoint", "no-keys", "symmetric"],
)
async def test_what_a_provider_says_of_itself_has_to_do(document):
    async with running(document=document) as (issuer, openid):
        with pytest.raises(SignOnFailed) as caught:
            await openid.test(issuer.address)
        assert caught.value.code == "discovery"


@pytest.mark.parametrize(
    "answers",
    [
        {"/.well-known/openid-configuration": (404, b"{}")},
        {"/.well-known/openid-configuration": (200, b"<html>")},
        {"/.well-known/openid-configuration": (302, b"")},
        {"/.well-known/openid-configuration": (200, b"[" * 100_000)},
        {"/jwks": (200, b'{"keys": []}')},
        {"/jwks": (500, b"")},
    ],
    ids=["missing", "page", "elsewhere", "deep", "no-keys", "broken"],
)
async def test_whatever_else_comes_back_is_a_refusal(answers):
    async with running(answers=answers) as (issuer, openid):
        with pytest.raises(SignOnFailed) as caught:
            await openid.test(issuer.address)
        assert caught.value.code in {"discovery", "unreachable"}


@pytest.mark.parametrize("answer", [(400, b'{"error": "invalid_grant"}'), (200, b"{}"), (200, b"[]"), (500, b"x")])
async def test_a_refused_code_signs_nobody_in(answer):
    async with running(answers={"/token": answer}) as (issuer, openid):
        assert (await refused(openid, issuer)).code == "exchange"


async def test_addresses_inside_are_asked_only_where_the_operator_allows():
    async with running() as (issuer, _openid):
        closed = HttpOpenId(Guard())
        for address in (issuer.address, "https://127.0.0.1", "https://169.254.169.254", "http://sso.example.com"):
            with pytest.raises(SignOnFailed) as caught:
                await closed.test(address)
            assert caught.value.code == "address"
        assert issuer.asked == []
    # A public provider cannot send us inside by its own configuration either.
    async with running(document={"token_endpoint": "http://10.0.0.1/token"}) as (issuer, openid):
        with pytest.raises(SignOnFailed) as caught:
            await openid.test(issuer.address)
        assert caught.value.code == "address"


async def test_nobody_there_is_said():
    async with running() as (issuer, openid):
        address = issuer.address
    with pytest.raises(SignOnFailed) as caught:
        await openid.test(address)
    assert caught.value.code == "unreachable"
