"""Authenticator apps and recovery codes: set up, asked for, used once, required by an organisation."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text
from tests.factories.identity import PASSWORD

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.policy import codes
from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.service import state
from colloquy.kit import clock
from colloquy.kit.crypto import Secret

HOME = "/account/second-factor"
STEP = timedelta(seconds=30)


def secret_on(page: str) -> str:
    return re.search(r'id="app-secret"[^>]*value="([A-Z2-7 ]+)"', page)[1].replace(" ", "")


def recovery_on(page: str) -> list[str]:
    return re.findall(r"<code>([0-9a-z]{4}(?:-[0-9a-z]{4}){5})</code>", page)


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + steps * STEP)


async def set_up_app(browser) -> tuple[str, list[str]]:
    assert (await browser.submit(f"{HOME}/app", {"password": PASSWORD})).status_code == 303
    secret = secret_on((await browser.page(HOME)).text)
    # The step before this one, so that this one's code is still unused.
    done = await browser.submit(f"{HOME}/app/confirm", {"code": code_of(secret, -1)})
    assert done.status_code == 200, done.text
    return secret, recovery_on(done.text)


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.REVIEWER, name="Rita Reviewer")


async def test_an_app_counts_once_it_has_shown_a_code_and_ends_other_sessions(member, browser_client, sign_in, api):
    here, elsewhere = await browser_client(member), await browser_client(member)
    await sign_in(member)
    await here.submit(f"{HOME}/app", {"password": PASSWORD})
    page = (await here.page(HOME)).text
    assert 'class="qr"' in page
    fresh = await browser_client()
    assert (await fresh.sign_in(member.email)).headers["location"] == "/"  # not confirmed: not asked for
    wrong = await here.submit(
        f"{HOME}/app/confirm", {"code": "000000" if code_of(secret_on(page)) != "000000" else "1"}
    )
    assert wrong.status_code == 401
    assert "does not fit" in wrong.text
    done = await here.submit(f"{HOME}/app/confirm", {"code": code_of(secret_on(page))})
    assert len(set(recovery_on(done.text))) == 10
    assert (await here.get("/api/me")).status_code == 200
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert (await api.get("/api/me")).status_code == 401
    assert "app-secret" not in (await here.page(HOME)).text


async def test_setting_up_asks_for_the_password(member, browser_client):
    browser = await browser_client(member)
    refused = await browser.submit(f"{HOME}/app", {"password": "wrong wrong wrong"})
    assert refused.status_code == 422
    assert "not your current password" in refused.text
    assert "app-secret" not in (await browser.page(HOME)).text


async def test_the_secret_and_the_codes_are_not_readable_in_the_database(member, browser_client, owner_connection):
    browser = await browser_client(member)
    secret, recovery = await set_up_app(browser)
    sealed = owner_connection.execute(
        "select sealed from authenticator_apps where person_id = %s", [member.person_id]
    ).fetchone()[0]
    assert secret.encode() not in bytes(sealed)
    stored = owner_connection.execute(
        "select code_hash from recovery_codes where person_id = %s", [member.person_id]
    ).fetchall()
    assert len(stored) == 10
    assert not {code.replace("-", "").encode() for code in recovery} & {bytes(row[0]) for row in stored}


async def test_signing_in_takes_a_second_step_and_the_session_says_so(member, browser_client):
    secret, _recovery = await set_up_app(await browser_client(member))
    browser = await browser_client()
    answer = await browser.sign_in(member.email, next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code")
    assert (await browser.get("/api/me")).status_code == 401
    assert member.email in (await browser.page("/sign-in/code")).text
    assert (await browser.submit("/sign-in/code", {"code": " "})).status_code == 422
    typed = code_of(secret)
    done = await browser.submit("/sign-in/code", {"code": f"{typed[:3]} {typed[3:]}"})
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert "by password and code" in (await browser.page("/account")).text


async def test_a_code_is_accepted_once(member, browser_client):
    secret, _recovery = await set_up_app(await browser_client(member))
    code = code_of(secret)
    for expected in (303, 401):
        browser = await browser_client()
        await browser.sign_in(member.email)
        assert (await browser.submit("/sign-in/code", {"code": code})).status_code == expected
    earlier = await browser.submit("/sign-in/code", {"code": code_of(secret, -1)})
    assert earlier.status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (0, 303), (1, 303), (2, 401)])
async def test_a_clock_may_be_one_step_off(member, browser_client, steps, status):
    secret, _recovery = await set_up_app(await browser_client(member))
    with clock.travelled(3 * STEP):
        browser = await browser_client()
        await browser.sign_in(member.email)
        assert (await browser.submit("/sign-in/code", {"code": code_of(secret, steps)})).status_code == status


async def test_a_recovery_code_works_once_however_it_is_typed(member, browser_client):
    _secret, recovery = await set_up_app(await browser_client(member))
    typed = recovery[0].upper().replace("-", " ").replace("0", "O").replace("1", "l")
    browser = await browser_client()
    await browser.sign_in(member.email)
    assert (await browser.submit("/sign-in/code", {"code": typed})).status_code == 303
    page = (await browser.page("/account")).text
    assert "by password and recovery code" in page
    assert "9 left" in page
    again = await browser_client()
    await again.sign_in(member.email)
    assert (await again.submit("/sign-in/code", {"code": recovery[0]})).status_code == 401


async def test_somebody_elses_code_is_worth_nothing(member, make_member, make_organisation, browser_client):
    other = await make_member(await make_organisation(), Role.REVIEWER)
    _secret, recovery = await set_up_app(await browser_client(other))
    await set_up_app(await browser_client(member))
    browser = await browser_client()
    await browser.sign_in(member.email)
    assert (await browser.submit("/sign-in/code", {"code": recovery[0]})).status_code == 401


async def test_ten_wrong_codes_mean_a_wait_from_wherever_they_come(member, browser_client, api):
    secret, _recovery = await set_up_app(await browser_client(member))
    for _try in range(9):
        given = {"email": member.email, "password": PASSWORD, "code": "no-such-code"}
        answer = await api.post("/api/auth/login", json=given)
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_code")
    browser = await browser_client()
    await browser.sign_in(member.email)
    assert (await browser.submit("/sign-in/code", {"code": "nonsense"})).status_code == 401
    locked = await browser.submit("/sign-in/code", {"code": code_of(secret)})
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    with clock.travelled(timedelta(minutes=15, seconds=2)):
        await browser.sign_in(member.email)
        assert (await browser.submit("/sign-in/code", {"code": code_of(secret)})).status_code == 303


async def test_the_step_between_is_ours_fresh_and_used_once(member, browser_client, runtime, database):
    secret, _recovery = await set_up_app(await browser_client(member))
    browser = await browser_client()
    for cookie in (None, "nonsense", "A" * 60):
        if cookie:
            browser.cookies.set("colloquy_step", cookie, path="/sign-in")
        answer = await browser.page("/sign-in/code")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    browser.cookies.clear()
    browser._csrf = None
    await browser.sign_in(member.email)
    with clock.travelled(state.LIFE + timedelta(seconds=1)):
        late = await browser.submit("/sign-in/code", {"code": code_of(secret)})
        assert late.headers["location"] == "/sign-in"
    await browser.sign_in(member.email)
    carried = browser.cookies["colloquy_step"]
    assert (await browser.submit("/sign-in/code", {"code": code_of(secret)})).status_code == 303
    assert "colloquy_step" not in browser.cookies
    thief = await browser_client()
    await thief.csrf()
    # One copy with another of base 64's texts for the same bytes: trailing bits that nobody reads.
    for later, copy in ((2, carried), (4, carried + "=")):
        thief.cookies.set("colloquy_step", copy, path="/sign-in", domain="testserver.local")
        with clock.travelled(later * STEP):
            again = await thief.submit("/sign-in/code", {"code": code_of(secret)})
        assert again.headers["location"] == "/sign-in"
    assert (await thief.get("/api/me")).status_code == 401


async def test_the_step_between_ends_with_the_password_it_was_begun_with(member, browser_client, database):
    here = await browser_client(member)
    secret, _recovery = await set_up_app(here)
    browser = await browser_client()
    await browser.sign_in(member.email)
    await here.submit("/account/password", {"current": PASSWORD, "password": "nine purple walruses"})
    answer = await browser.submit("/sign-in/code", {"code": code_of(secret)})
    assert answer.headers["location"] == "/sign-in"


async def test_a_state_of_one_purpose_is_none_of_another(runtime):
    secret = runtime.provided.get(Secret)
    assert state.opened(secret, "second-step", state.seal(secret, "something-else", {})) is None


async def test_a_program_sends_the_code_with_the_password(member, browser_client, api):
    secret, _recovery = await set_up_app(await browser_client(member))
    given = {"email": member.email, "password": PASSWORD}
    asked = await api.post("/api/auth/login", json=given)
    assert (asked.status_code, asked.json()["code"]) == (401, "code_needed")
    wrong_password = await api.post(
        "/api/auth/login", json={**given, "password": "wrong wrong", "code": code_of(secret)}
    )
    assert wrong_password.json()["code"] == "wrong_credentials"
    code = code_of(secret)
    tokens = await api.post("/api/auth/login", json={**given, "code": code})
    assert tokens.status_code == 200
    api.headers["authorization"] = f"Bearer {tokens.json()['access_token']}"
    assert (await api.get("/api/me")).status_code == 200
    del api.headers["authorization"]
    replayed = await api.post("/api/auth/login", json={**given, "code": code})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "wrong_code")


async def test_turning_off_takes_password_and_code(member, browser_client, owner_connection):
    browser = await browser_client(member)
    secret, _recovery = await set_up_app(browser)
    for given in ({"password": "wrong wrong", "code": code_of(secret)}, {"password": PASSWORD, "code": "none"}, {}):
        assert (await browser.submit(f"{HOME}/app/remove", given)).status_code in {401, 422}
    done = await browser.submit(f"{HOME}/app/remove", {"password": PASSWORD, "code": code_of(secret)})
    assert done.status_code == 303
    assert (await (await browser_client()).sign_in(member.email)).headers["location"] == "/"
    left = "select count(*) from recovery_codes where person_id = %s"
    assert owner_connection.execute(left, [member.person_id]).fetchone()[0] == 0


async def test_new_recovery_codes_replace_the_former(member, browser_client):
    browser = await browser_client(member)
    _secret, former = await set_up_app(browser)
    assert (await browser.submit(f"{HOME}/recovery-codes", {"password": "wrong wrong"})).status_code == 422
    made = recovery_on((await browser.submit(f"{HOME}/recovery-codes", {"password": PASSWORD})).text)
    assert len(made) == 10
    assert not set(made) & set(former)
    fresh = await browser_client()
    await fresh.sign_in(member.email)
    assert (await fresh.submit("/sign-in/code", {"code": former[1]})).status_code == 401
    assert (await fresh.submit("/sign-in/code", {"code": made[1]})).status_code == 303


async def test_a_required_second_step_comes_before_anything_else(
    make_organisation, make_member, browser_client, sign_in, api
):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.RECRUITER)
    theirs = await browser_client(member)
    await sign_in(member)
    owner = await browser_client(organisation)
    first = await owner.submit("/settings/sign-in/second-factor", {"required": "on"})
    assert first.status_code == 409
    assert "your own second step first" in first.text
    await set_up_app(owner)
    assert (await owner.submit("/settings/sign-in/second-factor", {"required": "on"})).status_code == 303
    assert "1 of 2 members" in (await owner.page("/settings/sign-in")).text
    led = await theirs.page("/interviews")
    assert (led.status_code, led.headers["location"]) == (303, HOME)
    assert "Your organisation asks for this" in (await theirs.page(HOME)).text
    refused = await api.get("/api/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    login = await api.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})
    assert (login.status_code, login.json()["code"]) == (403, "second_factor_required")
    await set_up_app(theirs)
    assert (await theirs.page("/interviews")).status_code == 200
    assert (await theirs.submit("/settings/sign-in/second-factor", {})).status_code == 403


async def test_joining_with_an_account_takes_its_second_step(make_organisation, member, browser_client, sign_in, api):
    secret, _recovery = await set_up_app(await browser_client(member))
    other = await make_organisation("Contoso")
    await sign_in(other)
    link = (await api.post("/api/team/invitations", json={"email": member.email, "role": "reviewer"})).json()["link"]
    path = link.removeprefix("http://testserver")
    browser = await browser_client()
    asked = await browser.submit(path, {"password": PASSWORD})
    assert asked.headers["location"] == "/sign-in/code"
    back = await browser.submit("/sign-in/code", {"code": code_of(secret)})
    assert back.headers["location"] == path
    joined = await browser.submit(path)
    assert joined.headers["location"] == "/"
    assert (await browser.get("/api/me")).json()["organisation"]["name"] == "Contoso"


def test_recovery_codes_are_many_and_read_back_as_people_write_them():
    made = [code for _batch in range(50) for code in codes.new_recovery_codes()]
    assert len(set(made)) == 500
    assert {len(codes.canonical_recovery(code)) for code in made} == {24}  # of 32 letters each: 120 bits
    assert {codes.canonical_recovery(code.upper()) for code in made} == {code.replace("-", "") for code in made}
    assert not any(codes.is_of_an_app(codes.plain(code)) for code in made)


async def test_the_operator_takes_the_second_step_away(member, browser_client, database):
    here = await browser_client(member)
    await set_up_app(here)
    async with database.begin() as db:
        await identity.forget_factors(db, member.person_id)
    assert (await here.get("/api/me")).status_code == 401
    assert (await (await browser_client()).sign_in(member.email)).headers["location"] == "/"


async def test_spent_states_are_forgotten_once_they_expired(member, browser_client, database):
    secret, _recovery = await set_up_app(await browser_client(member))
    for later in (timedelta(), 2 * state.LIFE):
        with clock.travelled(later):
            browser = await browser_client()
            await browser.sign_in(member.email)
            assert (await browser.submit("/sign-in/code", {"code": code_of(secret)})).status_code == 303
            async with database.begin() as db:
                old = await db.scalar(
                    text("select count(*) from spent_states where expires_at < :now"), {"now": clock.now()}
                )
            assert old == 0
