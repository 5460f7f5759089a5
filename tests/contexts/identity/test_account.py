import re

import pytest
from tests.factories.identity import PASSWORD

from colloquy.contexts.identity.public import Role
from colloquy.kit.ids import new_id

NEW = "nine purple walruses"


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.REVIEWER, name="Rita Reviewer")


def session_links(page: str) -> list[str]:
    return re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)


async def test_name_and_language_are_ones_own_to_change(member, browser_client):
    browser = await browser_client(member)
    assert "Rita Reviewer" in (await browser.page("/account")).text
    answer = await browser.submit("/account/profile", {"name": "Rita R.", "language": "ru"})
    assert answer.headers["location"] == "/account"
    me = (await browser.get("/api/me")).json()["person"]
    assert (me["name"], me["language"]) == ("Rita R.", "ru")
    page = await browser.submit("/account/profile", {"name": " ", "language": "xx"})
    assert page.status_code == 422
    assert "Заполните это поле" in page.text
    assert "Выберите значение из списка" in page.text


async def test_a_new_password_ends_every_other_sign_in(member, browser_client, sign_in, api):
    here, elsewhere = await browser_client(member), await browser_client(member)
    await sign_in(member)
    answer = await here.submit("/account/password", {"current": PASSWORD, "password": NEW})
    assert answer.headers["location"] == "/account"
    assert (await here.get("/api/me")).status_code == 200
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert (await api.get("/api/me")).status_code == 401
    fresh = await browser_client()
    assert (await fresh.sign_in(member.email, PASSWORD)).status_code == 401
    assert (await fresh.sign_in(member.email, NEW)).status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"current": "wrong wrong wrong", "password": NEW}, 422, "not your current password"),
        ({"current": PASSWORD, "password": "short"}, 422, "at least 12"),
        ({"current": PASSWORD, "password": "Rita Reviewer"}, 422, "your name or e-mail"),
        ({"current": PASSWORD, "password": "Northwind Rita 2026"}, 422, "begins with your name"),
        ({"password": NEW}, 422, "not your current password"),
    ],
)
async def test_a_password_that_may_not_be_changes_nothing(member, browser_client, form, status, says):
    browser = await browser_client(member)
    page = await browser.submit("/account/password", form)
    assert page.status_code == status
    assert says in page.text
    assert (await (await browser_client()).sign_in(member.email, PASSWORD)).status_code == 303


async def test_guessing_the_current_password_is_counted(member, browser_client):
    browser = await browser_client(member)
    for _ in range(10):
        await browser.submit("/account/password", {"current": "wrong wrong wrong", "password": NEW})
    page = await browser.submit("/account/password", {"current": PASSWORD, "password": NEW})
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0


async def test_sessions_are_listed_and_ended_one_by_one(member, browser_client, sign_in, api):
    here, elsewhere = await browser_client(member), await browser_client()
    elsewhere.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    await elsewhere.sign_in(member.email)
    await sign_in(member)
    page = (await here.page("/account")).text
    assert "Firefox on Linux" in page
    assert "This one" in page
    links = session_links(page)
    assert len(links) == 2
    for link in links:
        assert (await here.submit(link)).status_code == 303
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert (await api.get("/api/me")).status_code == 401
    assert (await here.get("/api/me")).status_code == 200
    assert session_links((await here.page("/account")).text) == []


async def test_one_button_ends_all_others(member, browser_client):
    here, elsewhere = await browser_client(member), await browser_client(member)
    assert (await here.submit("/account/sessions/end-others")).status_code == 303
    assert (await elsewhere.get("/api/me")).status_code == 401
    assert (await here.get("/api/me")).status_code == 200


async def test_one_button_ends_programs_as_well(member, browser_client, sign_in, api):
    here = await browser_client(member)
    await sign_in(member)
    assert (await api.get("/api/me")).status_code == 200
    assert "API" in (await here.page("/account")).text
    assert (await here.submit("/account/sessions/end-others")).status_code == 303
    assert (await api.get("/api/me")).status_code == 401
    assert (await here.page("/account")).status_code == 200


async def test_anothers_session_is_not_there(member, make_organisation, browser_client):
    mine, theirs = await browser_client(member), await browser_client(await make_organisation())
    await browser_client(member)
    link = session_links((await mine.page("/account")).text)[0]
    assert (await theirs.submit(link)).status_code == 404
    assert (await theirs.submit(f"/account/sessions/{new_id()}/end")).status_code == 404


async def test_one_cannot_act_for_an_organisation_one_is_not_in(member, make_organisation, browser_client):
    other = await make_organisation("Southwind")
    browser = await browser_client(member)
    for org_id in (other.id, new_id()):
        assert (await browser.submit(f"/account/organisations/{org_id}")).status_code == 404
    assert (await browser.get("/api/me")).json()["organisation"]["id"] == str(member.scope.org_id)


async def test_nobody_signed_in_has_no_account_page(browser_client):
    page = await (await browser_client()).page("/account")
    assert page.headers["location"] == "/sign-in?next=%2Faccount"
