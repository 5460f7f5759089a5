"""What is good once is good once, also for a hundred who come at the same moment."""

import asyncio

import pytest
from tests.factories.identity import PASSWORD, unique_email

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
