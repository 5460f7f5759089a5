"""Programs: access tokens in exactly one form, refresh tokens that are used once."""

import asyncio
import base64
import hmac
import json
from datetime import timedelta
from hashlib import sha256

import pytest
from tests.factories.identity import PASSWORD

from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.service import access_tokens
from colloquy.kit import clock
from colloquy.kit.crypto import Secret


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def login(api, organisation):
    async def do():
        answer = await api.post("/api/auth/login", json={"email": organisation.owner.email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return do


@pytest.fixture
def me(api):
    async def do(token, scheme="Bearer"):
        return (await api.get("/api/me", headers={"authorization": f"{scheme} {token}"})).status_code

    return do


@pytest.fixture
def renew(api):
    async def do(token):
        return await api.post("/api/auth/refresh", json={"refresh_token": token})

    return do


async def test_signing_in_gives_a_pair_that_works(api, organisation, login, me):
    tokens = await login()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 900
    assert await me(tokens["access_token"]) == 200
    assert await me(tokens["access_token"], scheme="bearer") == 200
    header, claims, _ = tokens["access_token"].split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (header, claims)]
    assert read[0] == {"typ": "JWT", "alg": "HS256"}
    assert set(read[1]) == {"sub", "org", "role", "sid", "aud", "iat", "exp", "jti"}
    assert read[1]["aud"] == "colloquy-api"
    assert read[1]["exp"] - read[1]["iat"] == 900


async def test_an_access_token_lasts_fifteen_minutes(login, me):
    token = (await login())["access_token"]
    with clock.travelled(timedelta(minutes=14, seconds=50)):
        assert await me(token) == 200
    with clock.travelled(timedelta(minutes=15, seconds=1)):
        assert await me(token) == 401


@pytest.fixture
def forge(runtime):
    """A token with our own valid signature over a header and claims of the test's choosing."""
    key = runtime.provided.get(Secret).derive("access-token")

    def make(token, *, header=None, drop=(), digest=sha256, **claims):
        old_header, old_claims, _ = token.split(".")
        body = {**json.loads(base64.urlsafe_b64decode(old_claims + "==")), **claims}
        body = {name: value for name, value in body.items() if name not in drop}
        head = old_header if header is None else b64(json.dumps(header, separators=(",", ":")).encode())
        signed = f"{head}.{b64(json.dumps(body, separators=(',', ':')).encode())}"
        return f"{signed}.{b64(hmac.new(key, signed.encode(), digest).digest())}"

    return make


async def test_the_forge_makes_good_tokens_too(login, me, forge):
    """So that the refusals below are for what they change, not for how they are made."""
    token = (await login())["access_token"]
    assert await me(forge(token)) == 200
    assert await me(forge(token, header={"typ": "JWT", "alg": "HS256"})) == 200


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT"},
        {"alg": "HS512", "typ": "JWT"},
        {"alg": "hs256", "typ": "JWT"},
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "at+jwt"},
        {"alg": "HS256", "typ": "JWT", "kid": "1"},
        {"alg": "HS256", "typ": "JWT", "crit": ["exp"]},
        {"alg": "HS256", "typ": "JWT", "b64": False, "crit": ["b64"]},
        {"alg": "HS256", "typ": "JWT", "jwk": {"kty": "oct", "k": "AAAA"}},
        {"alg": "HS256", "typ": "JWT", "jku": "https://evil.example/keys"},
        {"alg": "HS256", "typ": "JWT", "x5u": "https://evil.example/cert"},
        {"alg": "HS256", "typ": "JWT", "zip": "DEF"},
    ],
)
async def test_another_header_is_refused_even_when_signed_by_us(login, me, forge, header):
    assert await me(forge((await login())["access_token"], header=header)) == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-service"},
        {"aud": ["colloquy-api", 1]},
        {"exp": "9999999999"},
        {"exp": None},
        {"iat": 99999999999},
        {"sub": "not-an-id"},
        {"sub": 7},
        {"sid": "019a0000-0000-7000-8000-000000000000"},
        {"org": "019a0000-0000-7000-8000-000000000000"},
        {"sub": "019a0000-0000-7000-8000-000000000000"},
        {"nbf": 99999999999},
    ],
)
async def test_other_claims_are_refused_even_when_signed_by_us(login, me, forge, claims):
    assert await me(forge((await login())["access_token"], **claims)) == 401


@pytest.mark.parametrize("claim", ["sub", "org", "role", "sid", "aud", "iat", "exp", "jti"])
async def test_a_missing_claim_is_refused(login, me, forge, claim):
    assert await me(forge((await login())["access_token"], drop=(claim,))) == 401


async def test_a_claimed_role_changes_nothing(api, organisation, sign_in, forge):
    await sign_in(organisation, Role.REVIEWER)
    token = api.headers["authorization"].removeprefix("Bearer ")
    answer = await api.get("/api/me", headers={"authorization": f"Bearer {forge(token, role='owner')}"})
    assert answer.json()["role"] == "reviewer"


async def test_text_that_is_not_the_one_form_of_a_token_is_refused(login, me):
    token = (await login())["access_token"]
    header, claims, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # 32 bytes are 43 characters: the last one carries two bits that mean nothing, so four texts decode alike.
    last = alphabet.index(signature[-1])
    twin = signature[:-1] + alphabet[last ^ 1]
    assert base64.urlsafe_b64decode(twin + "=") == base64.urlsafe_b64decode(signature + "=")
    for broken in (
        f"{header}.{claims}.{twin}",
        f"{token}=",
        f"{header}=.{claims}.{signature}",
        f"{header}.{claims}.{signature}.",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        f"{header}. {claims}.{signature}",
        f"{header}.{claims[:-1]}.{signature}",
        f".{claims}.{signature}",
        token + "A" * 4000,
        token.replace(".", "..", 1),
        "",
    ):
        assert await me(broken) == 401, broken
        # Before any library has a say: libraries differ in what they let through.
        assert not access_tokens._in_our_form(broken) or broken == f"{header}.{claims[:-1]}.{signature}"
    assert await me(token) == 200


async def test_an_authorization_header_stands_alone(organisation, browser_client, login, api):
    """It exempts a request from the CSRF check, so the cookie beside it must not count."""
    browser = await browser_client(organisation)
    for header in ("Bearer nonsense", "Basic b2xnYTpwYXNz", "nonsense", ""):
        answer = await browser.get("/api/me", headers={"authorization": header})
        assert answer.status_code == 401, header
    invite = {"email": "x@example.com", "role": "reviewer"}
    answer = await browser.post("/api/team/invitations", json=invite, headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 401


async def test_a_cookie_needs_the_pages_token_to_change_something_by_json(organisation, browser_client):
    browser = await browser_client(organisation)
    invite = {"email": "x@example.com", "role": "reviewer"}
    answer = await browser.post("/api/team/invitations", json=invite)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    token = await browser.csrf()
    answer = await browser.post("/api/team/invitations", json=invite, headers={"x-csrf-token": token})
    assert answer.status_code == 201


async def test_a_refresh_token_gives_a_new_pair(login, renew, me):
    first = await login()
    second = (await renew(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await me(second["access_token"]) == 200
    third = await renew(second["refresh_token"])
    assert third.status_code == 200


async def test_eight_refreshes_at_once_give_one_successor(login, renew, database):
    tokens = await login()
    answers = await asyncio.gather(*(renew(tokens["refresh_token"]) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_a_replay_after_the_grace_ends_the_family(login, renew, me):
    first = await login()
    second = (await renew(first["refresh_token"])).json()
    with clock.travelled(timedelta(seconds=29)):
        assert (await renew(first["refresh_token"])).json()["refresh_token"] == second["refresh_token"]
    assert await me(second["access_token"]) == 200
    with clock.travelled(timedelta(seconds=31)):
        replayed = await renew(first["refresh_token"])
        assert (replayed.status_code, replayed.json()["code"]) == (401, "refresh_refused")
        assert (await renew(second["refresh_token"])).status_code == 401
        assert await me(second["access_token"]) == 401


async def test_a_replay_ends_its_own_family_only(login, renew):
    one, other = await login(), await login()
    await renew(one["refresh_token"])
    with clock.travelled(timedelta(minutes=1)):
        assert (await renew(one["refresh_token"])).status_code == 401
        assert (await renew(other["refresh_token"])).status_code == 200


async def test_a_refresh_token_lasts_seven_days_from_its_own_making(login, renew):
    first = await login()
    with clock.travelled(timedelta(days=6, hours=23)):
        second = (await renew(first["refresh_token"])).json()
    with clock.travelled(timedelta(days=13)):
        third = await renew(second["refresh_token"])
        assert third.status_code == 200
    with clock.travelled(timedelta(days=21)):
        assert (await renew(third.json()["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["nonsense", "é", "\x07", "a" * 200])
async def test_an_unknown_refresh_token_is_refused(renew, token):
    answer = await renew(token)
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_refused")


async def test_logging_out_ends_access_and_refresh(api, login, renew, me):
    tokens = await login()
    for _ in range(2):
        answer = await api.post("/api/auth/logout", json={"refresh_token": tokens["refresh_token"]})
        assert answer.status_code == 204
    assert await me(tokens["access_token"]) == 401
    assert (await renew(tokens["refresh_token"])).status_code == 401
    assert (await api.post("/api/auth/logout", json={"refresh_token": "nonsense"})).status_code == 204


@pytest.mark.parametrize(
    "body", [{}, {"refresh_token": 7}, {"refresh_token": ""}, {"refresh_token": "a", "more": 1}, [], "x"]
)
async def test_malformed_input_is_told_apart(api, body):
    answer = await api.post("/api/auth/refresh", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_successors_are_not_stored_in_the_clear(login, renew, owner_connection):
    first = await login()
    second = (await renew(first["refresh_token"])).json()["refresh_token"].encode()
    rows = owner_connection.execute("select token_hash, successor from refresh_tokens").fetchall()
    assert any(successor for _, successor in rows)
    assert all(second not in bytes(value) for row in rows for value in row if value)
