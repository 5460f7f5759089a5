"""Input is decoded once, and then taken as it is: what is encoded twice stays encoded once."""

import pytest

from colloquy.contexts.identity.public import Role

ODD = "%2541 &amp;lt; \\u0041 +x %00 =?utf-8?q?=41?="


@pytest.fixture
async def member(make_organisation, make_member):
    return await make_member(await make_organisation(), Role.ADMIN)


async def name_of(browser) -> str:
    return (await browser.get("/api/me")).json()["person"]["name"]


async def test_a_form_is_decoded_once(member, browser_client):
    browser = await browser_client(member)
    assert (await browser.submit("/account/profile", {"name": ODD, "language": "en"})).status_code == 303
    assert await name_of(browser) == ODD
    assert 'value="%2541 &amp;amp;lt; \\u0041 +x %00 =?utf-8?q?=41?="' in (await browser.page("/account")).text


async def test_a_form_in_parts_is_decoded_once(member, browser_client):
    browser = await browser_client(member)
    form = {"csrf_token": await browser.csrf(), "name": ODD, "language": "en"}
    parts = {name: (None, value) for name, value in form.items()}
    assert (await browser.post("/account/profile", files=parts)).status_code == 303
    assert await name_of(browser) == ODD


async def test_json_is_decoded_once(api, sign_in, member):
    await sign_in(member)
    body = {"title": ODD}
    made = await api.post("/api/interviews", json=body)
    assert (made.status_code, made.json().get("title")) == (201, ODD), made.text


async def test_a_query_is_decoded_once(browser_client):
    browser = await browser_client()
    page = await browser.page("/sign-in?next=/team%2541%26amp%3B")
    assert 'value="/team%41&amp;amp;"' in page.text
    # Decoded again these would lead to another site.
    for twice in ("/%252Fexample.org", "%252F%252Fexample.org", "/%255Cexample.org"):
        page = await browser.page(f"/sign-in?next={twice}")
        assert 'value="//' not in page.text
        assert 'value="/\\' not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/%252e%252e/%252e%252e/settings.py",
        "/static/..%252f..%252fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
    ],
)
async def test_an_address_is_decoded_once(api, path):
    assert (await api.get(path)).status_code == 404


async def test_an_address_that_is_encoded_twice_is_another(api, sign_in, member):
    await sign_in(member)
    assert (await api.get("/api/%74eam")).status_code == 200
    assert (await api.get("/api/%2574eam")).status_code == 404
