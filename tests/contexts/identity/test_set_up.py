"""The first run, over a database that nobody has used."""

import asyncio

import httpx
import pytest
from tests.factories.identity import PASSWORD, Browser

from colloquy.roles.web import application

FORM = {"organisation": "Northwind", "name": "Olga Owner", "email": "olga@example.com", "password": PASSWORD}


@pytest.fixture
async def browser(empty_runtime):
    transport = httpx.ASGITransport(application(empty_runtime))
    async with Browser(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_every_way_in_leads_to_the_set_up_page(browser):
    page = await browser.page("/team")
    assert page.headers["location"] == "/sign-in?next=%2Fteam"
    assert (await browser.page("/sign-in")).headers["location"] == "/set-up"
    page = await browser.page("/set-up")
    assert page.status_code == 200
    assert "At least 12 characters" in page.text


async def test_set_up_makes_an_owner_who_is_signed_in(browser):
    done = await browser.submit("/set-up", FORM)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    me = (await browser.get("/api/me")).json()
    assert (me["person"]["name"], me["organisation"]["name"], me["role"]) == ("Olga Owner", "Northwind", "owner")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("organisation", "  ", "Fill this in."),
        ("name", "", "Fill this in."),
        ("name", "Olga\x07", "visible characters"),
        ("email", "olga", "an e-mail address like"),
        ("password", "short", "at least 12 characters; this has 5"),
        ("password", "olga@example.com", "your name or e-mail"),
        ("password", "Northwind 2026!", "begins with your name"),
    ],
)
async def test_a_mistake_is_told_beside_its_field_and_nothing_else_is_lost(browser, field, value, says):
    page = await browser.submit("/set-up", {**FORM, field: value})
    assert page.status_code == 422
    assert says in page.text
    assert ("Northwind" in page.text) is (field != "organisation")
    assert PASSWORD not in page.text
    assert (await browser.page("/sign-in")).headers["location"] == "/set-up"


async def test_all_mistakes_are_told_at_once(browser):
    page = await browser.submit("/set-up", {**FORM, "organisation": "", "email": "olga", "password": "short"})
    for says in ("There are 3 things to put right", "Fill this in.", "an e-mail address like", "this has 5"):
        assert says in page.text


async def test_set_up_happens_once(browser):
    await browser.submit("/set-up", FORM)
    again = await browser.post("/api/auth/register", json={**FORM, "email": "eve@example.com"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")
    page = await browser.submit("/set-up", {**FORM, "email": "eve@example.com"})
    assert page.status_code == 409
    assert (await browser.page("/set-up")).headers["location"] == "/sign-in"


async def test_of_ten_set_ups_at_once_one_wins(browser):
    async def register(number):
        return await browser.post("/api/auth/register", json={**FORM, "email": f"olga{number}@example.com"})

    answers = await asyncio.gather(*(register(number) for number in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    tokens = next(answer.json() for answer in answers if answer.status_code == 201)
    me = await browser.get("/api/me", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert me.json()["role"] == "owner"


async def test_a_set_up_without_the_forms_token_is_refused(browser):
    answer = await browser.post("/set-up", data=FORM)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
