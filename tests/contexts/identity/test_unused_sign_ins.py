"""A sign-in that nobody uses ends, of browsers and of programs, and people are told why."""

from datetime import timedelta

import pytest
from tests.factories.identity import PASSWORD

from colloquy.contexts.identity.public import Role, Unused
from colloquy.kit import clock

WEEK = timedelta(days=7)
ALMOST = WEEK - timedelta(minutes=10)
OVER = WEEK + timedelta(minutes=1)


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.REVIEWER)


async def test_a_browser_that_nobody_uses_for_a_week_is_signed_out(member, browser_client):
    browser, other = await browser_client(member), await browser_client(member)
    with clock.travelled(ALMOST):
        assert (await browser.get("/api/me")).status_code == 200
    with clock.travelled(OVER):
        assert (await other.get("/api/me")).status_code == 401
        assert (await browser.get("/api/me")).status_code == 200  # it was used since
        assert (await browser.page("/account")).text.count("This one") == 1
        assert "/end" not in (await browser.page("/account")).text.split("Where you are signed in")[1]  # no other


async def test_whoever_was_signed_out_is_told_why_and_led_back(member, browser_client):
    browser = await browser_client(member)
    with clock.travelled(OVER):
        led = await browser.page("/interviews?state=open")
        assert led.headers["location"] == "/sign-in?next=%2Finterviews%3Fstate%3Dopen"
        page = (await browser.page(led.headers["location"])).text
        assert "nobody used this browser for a while" in page
        assert 'value="/interviews?state=open"' in page
        done = await browser.sign_in(member.email, next="/interviews?state=open")
        assert done.headers["location"] == "/interviews?state=open"
    assert "You are signed out" not in (await (await browser_client()).page("/sign-in")).text


async def test_whoever_was_signed_out_from_elsewhere_is_told_so(member, browser_client):
    here, there = await browser_client(member), await browser_client(member)
    assert (await here.submit("/account/sessions/end-others")).status_code == 303
    assert "signed out from elsewhere" in (await there.page("/sign-in")).text


async def test_the_installation_says_how_long_that_is(member, browser_client, runtime):
    before = runtime.provided.get(Unused)
    browser = await browser_client(member)
    runtime.provided.put(Unused, Unused(timedelta(hours=1)))
    try:
        for hours, status in ((0.9, 200), (1.8, 200), (2.9, 401)):
            with clock.travelled(timedelta(hours=hours)):
                assert (await browser.get("/api/me")).status_code == status
    finally:
        runtime.provided.put(Unused, before)


async def test_a_program_that_does_not_come_back_is_signed_out(member, api, runtime):
    before = runtime.provided.get(Unused)
    runtime.provided.put(Unused, Unused(timedelta(hours=1)))
    try:
        given = (await api.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})).json()
        for hours, status in ((0.9, 200), (1.8, 200), (2.9, 401)):
            with clock.travelled(timedelta(hours=hours)):
                answer = await api.post("/api/auth/refresh", json={"refresh_token": given["refresh_token"]})
                assert answer.status_code == status, hours
                given = answer.json()
    finally:
        runtime.provided.put(Unused, before)


async def test_a_program_signs_in_anew_after_thirty_days_however_often_it_comes(member, api):
    given = (await api.post("/api/auth/login", json={"email": member.email, "password": PASSWORD})).json()
    for days, status in ((6, 200), (12, 200), (18, 200), (24, 200), (29, 200), (30.1, 401)):
        with clock.travelled(timedelta(days=days)):
            answer = await api.post("/api/auth/refresh", json={"refresh_token": given["refresh_token"]})
            assert answer.status_code == status, days
            given = answer.json()
