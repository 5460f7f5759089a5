"""Ending sessions asks whoever has not proved for a while who they are to do so."""

from datetime import timedelta

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.kit import clock

LATER = timedelta(minutes=11)
PASSWORD = "eleven quiet herons"


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.REVIEWER)


async def test_a_borrowed_browser_ends_no_session(member, browser_client):
    here, there = await browser_client(member), await browser_client(member)
    session = (await here.page("/account")).text.split("/account/sessions/")[1].split("/")[0]
    with clock.travelled(LATER):
        for address in ("/account/sessions/end-others", f"/account/sessions/{session}/end"):
            led = await here.submit(address)
            assert (led.status_code, led.headers["location"]) == (303, "/account/confirm")
            refused = await here.submit(address, headers={"accept": "application/json"})
            assert (refused.status_code, refused.json()["code"]) == (403, "confirm_first")
        assert (await there.get("/api/me")).status_code == 200


async def test_the_password_opens_the_way_for_ten_minutes(member, browser_client):
    here, there = await browser_client(member), await browser_client(member)
    with clock.travelled(LATER):
        assert "you are asked who you are" in (await here.page("/account")).text
        wrong = await here.submit("/account/confirm", {"password": "nobody's heron at all"})
        assert (wrong.status_code, "not your current password" in wrong.text) == (422, True)
        assert (await here.submit("/account/sessions/end-others")).headers["location"] == "/account/confirm"
        done = await here.submit("/account/confirm", {"password": PASSWORD})
        assert (done.status_code, done.headers["location"]) == (303, "/account")
        assert "you are asked who you are" not in (await here.page("/account")).text
    with clock.travelled(LATER + timedelta(minutes=9)):
        assert (await here.submit("/account/sessions/end-others")).headers["location"] == "/account"
        assert (await there.get("/api/me")).status_code == 401
    with clock.travelled(LATER + timedelta(minutes=21)):
        assert (await here.submit("/account/sessions/end-others")).headers["location"] == "/account/confirm"


async def test_guessing_here_is_as_slow_as_at_the_entrance(member, browser_client):
    here = await browser_client(member)
    answers = [await here.submit("/account/confirm", {"password": f"wrong heron {n}"}) for n in range(12)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["retry-after"]) > 0
