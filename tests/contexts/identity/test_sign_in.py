import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from tests.factories.identity import PASSWORD, Browser, unique_email

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.policy import attempts
from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.queries import attempts as stored
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id


async def test_the_right_password_signs_a_browser_in(make_organisation, browser_client):
    organisation = await make_organisation()
    browser = await browser_client()
    answer = await browser.sign_in(organisation.owner.email.upper(), next="/team?filter=all")
    assert (answer.status_code, answer.headers["location"]) == (303, "/team?filter=all")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("colloquy_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert (await browser.get("/api/me")).json()["organisation"]["id"] == str(organisation.id)


async def test_by_tls_the_cookie_is_bound_to_this_host(transport, make_organisation):
    organisation = await make_organisation()
    async with Browser(transport=transport, base_url="https://testserver") as browser:
        answer = await browser.sign_in(organisation.owner.email)
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "colloquy_session=" in c)
        assert cookie.startswith("__Host-colloquy_session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert (await browser.get("/api/me")).status_code == 200


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(make_organisation, browser_client, api):
    organisation = await make_organisation()
    browser = await browser_client()
    wrong = await browser.sign_in(organisation.owner.email, "wrong wrong wrong")
    unknown = await browser.sign_in(unique_email("nobody"), "wrong wrong wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert "do not belong together" in wrong.text
    assert "do not belong together" in unknown.text
    credentials = [
        {"email": email, "password": "wrong wrong wrong"} for email in (organisation.owner.email, unique_email())
    ]
    answers = [await api.post("/api/auth/login", json=given) for given in credentials]
    bodies = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in answers]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "wrong_credentials"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil",
    ],
)
async def test_signing_in_never_leads_to_another_site(make_organisation, browser_client, elsewhere):
    organisation = await make_organisation()
    browser = await browser_client()
    answer = await browser.sign_in(organisation.owner.email, next=elsewhere)
    assert answer.headers["location"] == "/"
    signed_in = await browser.get("/sign-in", params={"next": elsewhere})
    assert signed_in.headers["location"] == "/"


async def test_ten_wrong_passwords_mean_a_wait_and_the_right_one_works_after_it(make_organisation, browser_client, api):
    organisation = await make_organisation()
    email = organisation.owner.email
    for _ in range(10):
        answer = await api.post("/api/auth/login", json={"email": email, "password": "wrong wrong wrong"})
        assert answer.status_code == 401
    answer = await api.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 901
    page = await (await browser_client()).sign_in(email)
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert "Wait 15 min" in page.text
    with clock.travelled(timedelta(minutes=15, seconds=2)):
        answer = await api.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200


async def test_parallel_guesses_are_counted_one_by_one(make_organisation, api):
    organisation = await make_organisation()
    given = {"email": organisation.owner.email, "password": "wrong wrong wrong"}
    answers = await asyncio.gather(*(api.post("/api/auth/login", json=given) for _ in range(14)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4


async def test_the_right_password_forgives_the_wrong_ones(make_organisation, api):
    organisation = await make_organisation()
    email = organisation.owner.email
    for _ in range(2):
        for _ in range(9):
            await api.post("/api/auth/login", json={"email": email, "password": "wrong wrong wrong"})
        answer = await api.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200


async def test_guessing_from_many_networks_and_guessing_many_people_are_both_stopped(database, runtime, monkeypatch):
    secret = runtime.provided.get(Secret)
    sprayed, hunted = f"net-{new_id()}"[:40], unique_email()
    async with database.begin() as db:
        for number in range(attempts.NETWORK_LIMIT):
            await stored.insert(db, new_id(), number.to_bytes(32, "big"), sprayed, clock.now())
    with pytest.raises(TooManyAttempts):
        await prove(database, secret, email=unique_email(), password=PASSWORD, network=sprayed)
    monkeypatch.setattr(attempts, "EMAIL_LIMIT", 3)
    for number in range(3):
        with pytest.raises(WrongCredentials):
            await prove(database, secret, email=hunted, password="x", network=f"net-{number}-{hunted}"[:60])
    with pytest.raises(TooManyAttempts):
        await prove(database, secret, email=hunted, password="x", network=f"net-4-{hunted}"[:60])


async def test_a_session_planted_before_is_worth_nothing_after_signing_in(make_organisation, browser_client):
    organisation = await make_organisation()
    browser = await browser_client()
    browser.cookies.set("colloquy_session", "planted-by-somebody-else", domain="testserver.local")
    await browser.sign_in(organisation.owner.email)
    first = browser.cookies.get("colloquy_session", domain="testserver.local")
    assert first != "planted-by-somebody-else"
    await browser.sign_in(organisation.owner.email)
    thief = await browser_client()
    thief.cookies.set("colloquy_session", first, domain="testserver.local")
    assert (await thief.get("/api/me")).status_code == 401


async def test_signing_out_ends_the_session_even_for_a_copied_cookie(make_organisation, browser_client):
    browser = await browser_client(await make_organisation())
    cookie = browser.cookies.get("colloquy_session")
    answer = await browser.submit("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    # Not "storage": the browser may be a candidate's as well, with a recording that is not sent yet.
    assert answer.headers["clear-site-data"] == '"cache"'
    assert (await browser.get("/api/me")).status_code == 401
    browser.cookies.set("colloquy_session", cookie)
    assert (await browser.get("/api/me")).status_code == 401
    assert (await browser.submit("/sign-out")).status_code == 303


async def test_a_session_ends_after_thirty_days_and_is_seen_at_most_every_five_minutes(
    make_organisation, browser_client, database
):
    organisation = await make_organisation()
    browser = await browser_client(organisation)
    seen = text("select last_seen_at from browser_sessions where org_id = :id")

    async def last_seen():
        async with database.begin() as db:
            return await db.scalar(seen, {"id": organisation.id})

    before = await last_seen()
    await browser.get("/api/me")
    assert await last_seen() == before
    for days in (6, 12, 18, 24, 29):
        with clock.travelled(timedelta(days=days)):
            assert (await browser.get("/api/me")).status_code == 200
            assert await last_seen() > before + timedelta(days=days - 1)
    with clock.travelled(timedelta(days=30, minutes=1)):
        assert (await browser.get("/api/me")).status_code == 401


async def test_somebody_in_no_team_is_told_so(make_organisation, make_member, browser_client, sign_in, api):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.REVIEWER)
    owner = await browser_client(organisation)
    await owner.submit(f"/team/members/{member.person_id}/remove")
    page = await (await browser_client()).sign_in(member.email)
    assert page.status_code == 403
    assert "not in any team" in page.text
    answer = await api.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "no_team")


async def test_a_hash_of_former_parameters_is_replaced_at_sign_in(make_organisation, browser_client, database):
    organisation = await make_organisation()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with database.begin() as db:
        await db.execute(
            text("update people set password_hash = :h where id = :id"),
            {"h": weak, "id": organisation.owner.person_id},
        )
    await browser_client(organisation)
    async with database.begin() as db:
        now = await db.scalar(
            text("select password_hash from people where id = :id"), {"id": organisation.owner.person_id}
        )
    assert "m=19456" in now
