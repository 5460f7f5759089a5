"""What an operation takes one value of is taken once, and from one place: sent twice it is refused."""

import pytest
from tests.attack.operations import operations

from colloquy.contexts.identity.public import Role
from colloquy.kit.ids import new_id

NOWHERE = str(new_id())


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


async def test_no_operation_takes_the_second_of_two(app, api, sign_in, organisation):
    """Every parameter of every address of the API that its description has one value for."""
    await sign_in(organisation)
    described, tried = app.openapi(), 0
    for operation in operations(app):
        about = described["paths"].get(operation.path, {}).get(operation.method.lower(), {})
        for parameter in about.get("parameters", []):
            if parameter["in"] != "query" or "array" in str(parameter["schema"]):
                continue
            path = operation.at(dict.fromkeys(operation.parameters, NOWHERE))
            twice = f"{path}?{parameter['name']}=1&{parameter['name']}=1"
            answer = await api.request(operation.method, twice)
            tried += 1
            assert answer.status_code == 422, (operation.name, parameter["name"], answer.status_code)
            assert answer.json()["fields"] == {f"query.{parameter['name']}": "This is there twice. Send it once."}
    assert tried > 20


async def test_a_field_of_a_form_is_taken_once(browser_client, organisation):
    browser = await browser_client(organisation)
    form = {"csrf_token": await browser.csrf(), "email": ["one@example.com", "two@example.com"], "role": "reviewer"}
    answer = await browser.post("/team/invitations", data=form, headers={"accept": "text/html"})
    assert (answer.status_code, "one@example.com" in (await browser.page("/team")).text) == (422, False)


async def test_what_belongs_into_the_body_counts_nowhere_else(api, browser_client, organisation, sign_in):
    owner = organisation.owner
    query = {"email": owner.email, "password": "eleven quiet herons"}
    assert (await api.post("/api/auth/login", params=query, json={})).status_code == 422
    browser = await browser_client()
    answer = await browser.submit(f"/sign-in?email={owner.email}&password=eleven+quiet+herons", {})
    assert answer.status_code in {401, 422}
    assert (await browser.get("/api/me")).status_code == 401
    await sign_in(organisation, Role.ADMIN)
    body = {"email": "new@example.com", "role": "reviewer"}
    assert (await api.post("/api/team/invitations?role=owner", json=body)).json()["role"] == "reviewer"


async def test_boxes_of_one_name_are_many(browser_client, organisation):
    browser = await browser_client(organisation)
    form = {"csrf_token": await browser.csrf(), "name": "Readers", "permissions": ["audit:view", "team:manage"]}
    answer = await browser.post("/settings/roles", data=form, headers={"accept": "text/html"})
    assert "twice" not in answer.text
