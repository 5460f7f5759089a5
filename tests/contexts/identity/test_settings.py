import pytest

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Role

FORM = {"name": "Northwind GmbH", "accent": "#B4235A", "language": "ru", "contact_email": "jobs@northwind.example"}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
def stored(database):
    async def read(organisation):
        async with database.begin(organisation.scope) as db:
            return await identity.organisation(db, organisation.scope)

    return read


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_settings_are_saved_and_show_everywhere(organisation, browser_client, stored, role):
    browser = await browser_client(organisation, role)
    assert "Northwind" in (await browser.page("/settings")).text
    assert (await browser.submit("/settings", FORM)).headers["location"] == "/settings"
    now = await stored(organisation)
    assert (now.name, now.accent, now.language) == ("Northwind GmbH", "#b4235a", "ru")
    assert now.contact_email == "jobs@northwind.example"
    page = (await browser.page("/settings")).text
    assert "Northwind GmbH" in page
    assert "/brand/b4235a.css" in page


async def test_the_contact_address_may_be_left_empty(organisation, browser_client, stored):
    browser = await browser_client(organisation)
    await browser.submit("/settings", {**FORM, "contact_email": " "})
    assert (await stored(organisation)).contact_email is None


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Fill this in"),
        ("name", "x" * 201, "at most 200"),
        ("accent", "teal", "Write a colour as #"),
        ("accent", "#12345g", "Write a colour as #"),
        ("accent", "#fff;}*{display:none", "Write a colour as #"),
        ("language", "xx", "Choose one of the list"),
        ("contact_email", "nobody", "an e-mail address like"),
    ],
)
async def test_a_mistake_changes_nothing(organisation, browser_client, stored, field, value, says):
    before = await stored(organisation)
    browser = await browser_client(organisation)
    page = await browser.submit("/settings", {**FORM, field: value})
    assert page.status_code == 422
    assert says in page.text
    assert await stored(organisation) == before


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_others_may_not_see_or_save_settings(organisation, browser_client, stored, role):
    before = await stored(organisation)
    browser = await browser_client(organisation, role)
    assert (await browser.page("/settings")).status_code == 403
    assert (await browser.submit("/settings", FORM)).status_code == 403
    assert await stored(organisation) == before


async def test_settings_are_of_ones_own_tenant(organisation, make_organisation, browser_client, stored):
    other = await make_organisation("Southwind")
    await (await browser_client(organisation)).submit("/settings", FORM)
    assert (await stored(other)).name == "Southwind"


async def test_a_colour_is_a_style_sheet_to_keep_for_ever(api):
    answer = await api.get("/brand/b4235a.css")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "--accent:" in answer.text
    for wrong in ("b4235", "B4235A", "zzzzzz", "b4235a%3B"):
        assert (await api.get(f"/brand/{wrong}.css")).status_code in {404, 422}
