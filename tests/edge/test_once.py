"""What is good once is good once, also for a hundred who come at the same moment."""

import asyncio
from collections import Counter

import pytest
from tests.factories.identity import PASSWORD, unique_email
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity import public as identity

MANY = 100


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


async def test_a_colleagues_invitation_lets_one_of_a_hundred_in(api, organisation, sign_in, browser_client, database):
    await sign_in(organisation, identity.Role.OWNER)
    given = {"email": unique_email("new"), "role": "reviewer"}
    link = (await api.post("/api/team/invitations", json=given)).json()["link"]
    browser = await browser_client()
    await browser.csrf()
    form = {"name": "Nina", "password": PASSWORD}
    answers = await asyncio.gather(*(browser.submit(link, form) for _ in range(MANY)))
    assert [answer.status_code for answer in answers].count(303) == 1
    assert {answer.status_code for answer in answers} <= {303, 401, 409, 410}
    async with database.begin(organisation.scope) as db:
        assert len(await identity.team(db, organisation.scope)) == len(organisation.members) + 1


@pytest.mark.parametrize("same_person", [True, False])
async def test_a_personal_link_belongs_to_one_of_a_hundred_browsers(api, runtime, organisation, sign_in, same_person):
    made = await publish_interview(runtime, organisation, TEXT)
    await sign_in(organisation, identity.Role.OWNER)
    invited = await api.post(f"/api/interviews/{made.id}/invitations", json={"people": "ada@example.com"})
    invitation = invited.json()["invited"][0]
    found = await api.get(f"/api/interviews/{made.id}/invitations/{invitation['id']}/address")
    token = found.json()["address"].rpartition("/")[2]
    del api.headers["authorization"]

    async def start(number):
        email = "ada@example.com" if same_person else f"ada.{number}@example.com"
        return await api.post(f"/api/public/interview/{token}/start", json={"name": "Ada Lovelace", "email": email})

    answers = await asyncio.gather(*(start(number) for number in range(MANY)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: MANY - 1}
