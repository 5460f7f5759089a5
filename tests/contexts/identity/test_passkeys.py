"""Passkeys: adding, signing in without a password and after it, and what is refused."""

import json
import re
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD, Browser

from colloquy.contexts.identity.policy.relying_party import RelyingParty, relying_party
from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.service import passkeys, state
from colloquy.kit import clock
from colloquy.kit.ids import new_id

OWN = "/account/passkeys"
HOME = "/account/second-factor"


@pytest.fixture
def at_localhost(transport):
    """`async with at_localhost() as browser`: one that reaches us by a name that browsers allow passkeys at."""

    @asynccontextmanager
    async def opened(address: str = "http://localhost", member=None):
        async with Browser(transport=transport, base_url=address) as browser:
            if member is not None:
                assert (await browser.sign_in(member.email)).status_code == 303
            yield browser

    return opened


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.REVIEWER, name="Rita Reviewer")


async def options_of(browser, path: str, **body) -> dict:
    answer = await browser.post(path, json=body, headers={"x-csrf-token": await browser.csrf()})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def add_passkey(browser, authenticator: Authenticator, name: str = "Laptop"):
    asked = await options_of(browser, f"{OWN}/options", password=PASSWORD)
    answer = authenticator.create(asked["options"])
    return await browser.submit(OWN, {"name": name, "state": asked["state"], "credential": json.dumps(answer)})


async def sign_in_with(browser, authenticator: Authenticator, *, path="/sign-in/passkey", step=1, **data):
    asked = await options_of(browser, f"{path}/options")
    credential = authenticator.get(asked["options"], step=step)
    return await browser.submit(path, {"state": asked["state"], "credential": json.dumps(credential), **data})


async def test_a_passkey_signs_in_without_a_password(member, at_localhost):
    authenticator = Authenticator()
    async with at_localhost(member=member) as browser, at_localhost(member=member) as elsewhere:
        asked = await options_of(browser, f"{OWN}/options", password=PASSWORD)
        assert asked["options"]["authenticatorSelection"] | {} == {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        }
        added = await add_passkey(browser, authenticator)
        assert len(re.findall(r"<code>[0-9a-z]{4}(?:-[0-9a-z]{4}){5}</code>", added.text)) == 10  # the first factor
        assert (await elsewhere.get("/api/me")).status_code == 401
        assert "not used yet" in (await browser.page(HOME)).text
    async with at_localhost() as browser:
        asked = await options_of(browser, "/sign-in/passkey/options")
        assert asked["options"]["allowCredentials"] == []
        assert asked["options"]["userVerification"] == "required"
        done = await sign_in_with(browser, authenticator, next="/account")
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert (await browser.get("/api/me")).json()["person"]["email"] == member.email
        assert "by passkey" in (await browser.page("/account")).text
        page = (await browser.page(HOME)).text
        assert "Laptop" in page
        assert "not used yet" not in page


async def test_several_with_names_and_one_removed_opens_nothing(member, at_localhost):
    first, second = Authenticator(), Authenticator()
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, first, "Laptop")
        added = await add_passkey(browser, second, "Key on my ring")
        assert added.headers["location"] == HOME  # codes are there already
        asked = await options_of(browser, f"{OWN}/options", password=PASSWORD)
        assert len(asked["options"]["excludeCredentials"]) == 2
        page = (await browser.page(HOME)).text
        assert page.index("Laptop") < page.index("Key on my ring")
        remove = re.search(r'action="(/account/passkeys/[0-9a-f-]+/remove)"', page)[1]
        assert (await browser.submit(remove, {"password": "wrong wrong"})).status_code == 422
        assert (await browser.submit(remove, {"password": PASSWORD})).status_code == 303
        assert "Laptop" not in (await browser.page(HOME)).text
    async with at_localhost() as browser:
        refused = await sign_in_with(browser, first)
        assert refused.headers["location"] == "/sign-in"
        assert "not known here" in (await browser.page("/sign-in")).text
        assert (await sign_in_with(browser, second)).headers["location"] == "/"


async def test_somebody_elses_passkey_is_not_there(member, make_member, make_organisation, at_localhost):
    other = await make_member(await make_organisation(), Role.REVIEWER)
    async with at_localhost(member=other) as theirs:
        await add_passkey(theirs, Authenticator())
        page = (await theirs.page(HOME)).text
        remove = re.search(r'action="(/account/passkeys/[0-9a-f-]+/remove)"', page)[1]
    async with at_localhost(member=member) as browser:
        for path in (remove, f"{OWN}/{new_id()}/remove"):
            assert (await browser.submit(path, {"password": PASSWORD})).status_code == 404


async def test_after_a_password_a_passkey_is_the_second_step(member, at_localhost):
    authenticator = Authenticator()
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, authenticator)
    async with at_localhost() as browser:
        assert (await browser.sign_in(member.email, next="/account")).headers["location"] == "/sign-in/code"
        assert "Use a passkey" in (await browser.page("/sign-in/code")).text
        asked = await options_of(browser, "/sign-in/code/passkey/options")
        assert len(asked["options"]["allowCredentials"]) == 1
        done = await sign_in_with(browser, authenticator, path="/sign-in/code/passkey")
        assert done.headers["location"] == "/account"
        assert "by password and passkey" in (await browser.page("/account")).text


async def test_another_persons_passkey_is_no_second_step(member, make_member, make_organisation, at_localhost):
    other = await make_member(await make_organisation(), Role.REVIEWER)
    foreign = Authenticator()
    async with at_localhost(member=other) as browser:
        await add_passkey(browser, foreign)
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, Authenticator())
    async with at_localhost() as browser:
        await browser.sign_in(member.email)
        refused = await sign_in_with(browser, foreign, path="/sign-in/code/passkey")
        assert refused.status_code == 401
        # Options for anybody do not serve as options for this person either.
        asked = await options_of(browser, "/sign-in/passkey/options")
        given = {"state": asked["state"], "credential": json.dumps(foreign.get(asked["options"]))}
        assert (await browser.submit("/sign-in/code/passkey", given)).status_code == 410
        assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://localhost"},
        {"origin": "http://localhost:8000"},
        {"origin": "http://evil.localhost"},
        {"rp_id": "evil.localhost"},
        {"verified": False},
        {"handle": b"somebody else...."},
        {"key": "another"},
    ],
    ids=lambda wrong: "-".join(f"{name}" for name in wrong),
)
async def test_an_answer_that_does_not_hold_is_refused(member, at_localhost, wrong):
    authenticator = Authenticator()
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, authenticator)
    if "key" in wrong:
        wrong = {"key": Authenticator().key}
    for name, value in wrong.items():
        setattr(authenticator, name, value)
    async with at_localhost() as browser:
        assert (await sign_in_with(browser, authenticator)).headers["location"] == "/sign-in"
        assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}])
async def test_a_new_passkey_of_another_site_is_refused(member, at_localhost, wrong):
    async with at_localhost(member=member) as browser:
        answer = await add_passkey(browser, Authenticator(**wrong))
        assert answer.status_code == 401
        assert "was not accepted" in answer.text
        assert (await browser.page("/account")).text.count("None") == 1


async def test_a_challenge_is_answered_once_in_time_and_by_its_own_answer(member, at_localhost):
    authenticator = Authenticator()
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, authenticator)
    async with at_localhost() as browser:
        first, second = [await options_of(browser, "/sign-in/passkey/options") for _time in range(2)]
        # An authenticator that does not count, as most passkeys: only the challenge tells an answer from its copy.
        answer = json.dumps(authenticator.get(first["options"], step=0))
        crossed = await browser.submit("/sign-in/passkey", {"state": second["state"], "credential": answer})
        assert crossed.headers["location"] == "/sign-in"
        given = {"state": first["state"], "credential": answer}
        with clock.travelled(state.LIFE + timedelta(seconds=1)):
            assert (await browser.submit("/sign-in/passkey", given)).headers["location"] == "/sign-in"
        assert (await browser.submit("/sign-in/passkey", given)).headers["location"] == "/"
    async with at_localhost() as thief:
        replayed = await thief.submit("/sign-in/passkey", given)
        assert replayed.headers["location"] == "/sign-in"
        assert (await thief.get("/api/me")).status_code == 401


@pytest.mark.parametrize("step", [0, -1])
async def test_a_counter_that_does_not_grow_is_a_copy(member, at_localhost, step):
    authenticator = Authenticator(count=5)
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, authenticator)
    async with at_localhost() as browser:
        assert (await sign_in_with(browser, authenticator)).headers["location"] == "/"
    async with at_localhost() as copy:
        assert (await sign_in_with(copy, authenticator, step=step)).headers["location"] == "/sign-in"


async def test_adding_asks_for_the_password_and_belongs_to_who_asked(
    member, make_member, make_organisation, at_localhost
):
    other = await make_member(await make_organisation(), Role.REVIEWER)
    async with at_localhost(member=member) as browser, at_localhost(member=other) as theirs:
        headers = {"x-csrf-token": await browser.csrf()}
        refused = await browser.post(f"{OWN}/options", json={"password": "wrong wrong"}, headers=headers)
        assert refused.status_code == 422
        asked = await options_of(browser, f"{OWN}/options", password=PASSWORD)
        authenticator = Authenticator()
        given = {"state": asked["state"], "credential": json.dumps(authenticator.create(asked["options"]))}
        assert (await theirs.submit(OWN, given)).status_code == 410
        assert (await browser.submit(OWN, given)).status_code == 200
        assert (await browser.submit(OWN, given)).status_code == 410  # used up
        taken = await add_passkey(theirs, authenticator)
        assert "in use already" in taken.text


async def test_there_is_an_end_to_passkeys(member, at_localhost, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 1)
    async with at_localhost(member=member) as browser:
        await add_passkey(browser, Authenticator())
        headers = {"x-csrf-token": await browser.csrf()}
        answer = await browser.post(f"{OWN}/options", json={"password": PASSWORD}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_passkeys")


@pytest.mark.parametrize(
    "credential",
    ["", "[]", "{}", '{"response": {}}', '{"response": {}, "rawId": 7}', '{"response": {}, "rawId": "!"}', "[" * 9000],
    ids=["empty", "list", "object", "no-id", "number", "no-base64", "deep"],
)
async def test_nonsense_is_refused_and_breaks_nothing(member, at_localhost, credential):
    async with at_localhost(member=member) as browser:
        asked = await options_of(browser, f"{OWN}/options", password=PASSWORD)
        given = {"name": "x", "state": asked["state"], "credential": credential}
        assert (await browser.submit(OWN, given)).status_code == 401
        begun = await options_of(browser, "/sign-in/passkey/options")
        answer = await browser.submit("/sign-in/passkey", {"state": begun["state"], "credential": credential})
        assert answer.headers["location"] == "/sign-in"


async def test_where_browsers_have_no_passkeys_none_are_offered(member, browser_client):
    browser = await browser_client(member)  # http://testserver: a name, but no TLS
    assert "need an address with a name and https" in (await browser.page(HOME)).text
    assert "/sign-in/passkey" not in (await (await browser_client()).page("/sign-in")).text


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://jobs.example.org", RelyingParty("jobs.example.org", "https://jobs.example.org")),
        ("https://Jobs.Example.org:443/", RelyingParty("jobs.example.org", "https://jobs.example.org")),
        ("https://jobs.example.org:8443", RelyingParty("jobs.example.org", "https://jobs.example.org:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://jobs.example.org", None),
        ("https://192.0.2.7", None),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]", None),
        ("ftp://localhost", None),
        ("", None),
    ],
)
def test_browsers_bind_passkeys_to_a_name_and_an_origin(address, party):
    assert relying_party(address) == party
