"""What is changed for one candidate: granted at invitation, changed until they start, never shown to reviewers."""

from __future__ import annotations

import pytest
from psycopg.errors import CheckViolation

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.kit.ids import new_id

GRANTED = {"time_multiplier": 1.5, "extra_takes": 2, "text_instead": True, "no_camera": False, "own_captions": True}
NOTHING = {"time_multiplier": 1, "extra_takes": 0, "text_instead": False, "no_camera": False, "own_captions": False}


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation("Acme")


@pytest.fixture
async def address(api, organisation, sign_in, make_interview) -> str:
    """A published interview, signed in as its recruiter."""
    interview_id = await make_interview(organisation, "Backend", published=True)
    await sign_in(organisation, Role.RECRUITER)
    return f"/api/interviews/{interview_id}"


async def invite(api, address: str, people: str = "ada@example.com", **more) -> list[dict]:
    response = await api.post(f"{address}/invitations", json={"people": people, **more})
    assert response.status_code == 201, response.text
    return response.json()["invited"]


@pytest.fixture
def starts(database, organisation):
    """The candidate of this invitation begins."""

    async def do(invitation: dict) -> None:
        async with database.begin(organisation.scope) as db:
            assert await interviews.bind_link(db, organisation.scope, invitation["id"], new_id())

    return do


async def test_it_is_granted_with_the_invitation_and_known_when_the_candidate_comes(api, address, database):
    [ada] = await invite(api, address, accommodation=GRANTED)
    [bob] = await invite(api, address, "bob@example.com")

    assert (ada["accommodation"], bob["accommodation"]) == (GRANTED, NOTHING)
    link = (await api.get(f"{address}/invitations/{ada['id']}/address")).json()["address"]
    async with database.begin() as db:
        _scope, opened = await interviews.open_link(db, link.rsplit("/", 1)[1])
    assert opened.accommodation == interviews.Accommodation(1.5, 2, text_instead=True, own_captions=True)


async def test_it_is_changed_until_the_candidate_starts(api, address, starts):
    [ada] = await invite(api, address, accommodation=GRANTED)
    own = f"{address}/invitations/{ada['id']}/accommodation"

    for _again in range(2):
        changed = await api.put(own, json={"extra_takes": 1})
        assert (changed.status_code, changed.json()["accommodation"]) == (200, {**NOTHING, "extra_takes": 1})
    await starts(ada)
    late = await api.put(own, json=GRANTED)

    assert (late.status_code, late.json()["code"]) == (409, "link_used")
    [listed] = (await api.get(f"{address}/invitations")).json()["items"]
    assert listed["accommodation"] == {**NOTHING, "extra_takes": 1}


async def test_a_revoked_invitation_is_not_adjusted(api, address):
    [ada] = await invite(api, address)
    await api.delete(f"{address}/invitations/{ada['id']}")

    response = await api.put(f"{address}/invitations/{ada['id']}/accommodation", json=GRANTED)

    assert (response.status_code, response.json()["code"]) == (409, "interview_wrong_state")


async def test_who_was_invited_before_keeps_what_they_have(api, address):
    [ada] = await invite(api, address, accommodation=GRANTED)
    again = await api.post(f"{address}/invitations", json={"people": "ada@example.com", "accommodation": NOTHING})

    assert again.json()["already"][0]["accommodation"] == ada["accommodation"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_multiplier": 1.1},
        {"time_multiplier": 0},
        {"time_multiplier": "2"},
        {"extra_takes": 11},
        {"extra_takes": -1},
        {"text_instead": "yes"},
        {"diagnosis": "secret"},
    ],
)
async def test_what_is_not_offered_is_refused(api, address, wrong):
    [ada] = await invite(api, address)

    response = await api.put(f"{address}/invitations/{ada['id']}/accommodation", json=wrong)
    invited = await api.post(f"{address}/invitations", json={"people": "bob@example.com", "accommodation": wrong})

    assert (response.status_code, invited.status_code) == (422, 422)
    assert len((await api.get(f"{address}/invitations")).json()["items"]) == 1


async def test_reviewers_see_nothing_of_it(api, address, organisation, sign_in, browser_client):
    [ada] = await invite(api, address, accommodation=GRANTED)
    await sign_in(organisation, Role.REVIEWER)

    [listed] = (await api.get(f"{address}/invitations")).json()["items"]
    assert listed["accommodation"] is None
    own = f"{address}/invitations/{ada['id']}"
    assert (await api.put(f"{own}/accommodation", json=NOTHING)).status_code == 403
    browser = await browser_client(organisation, Role.REVIEWER)
    page = f"{address.removeprefix('/api')}/invite"
    assert (await browser.page(page)).status_code == 403
    assert (await browser.page(f"{page}/{ada['id']}/adjust")).status_code == 403


async def test_another_tenant_finds_nothing(api, address, sign_in, make_organisation):
    [ada] = await invite(api, address)
    await sign_in(await make_organisation())

    assert (await api.put(f"{address}/invitations/{ada['id']}/accommodation", json=GRANTED)).status_code == 404


async def test_forms_alone_do_the_same(api, address, organisation, browser_client, starts):
    browser = await browser_client(organisation, Role.RECRUITER)
    page = f"{address.removeprefix('/api')}/invite"
    sent = {"people": "Ada <ada@example.com>", "days": "14", "time_multiplier": "2", "no_camera": "on"}

    assert (await browser.submit(page, sent)).status_code == 303
    assert "Time × 2 · no camera" in (await browser.page(page)).text
    [ada] = (await api.get(f"{address}/invitations")).json()["items"]
    form = await browser.page(f"{page}/{ada['id']}/adjust")
    assert '<option value="2" selected>' in form.text
    wrong = await browser.submit(f"{page}/{ada['id']}/adjust", {"time_multiplier": "1.1"})
    assert (wrong.status_code, "Choose one of 1, 1.25, 1.5, 2, 3." in wrong.text) == (422, True)
    await browser.submit(f"{page}/{ada['id']}/adjust", {"extra_takes": "3"})
    assert "3 more takes" in (await browser.page(page)).text

    await starts(ada)
    late = await browser.submit(f"{page}/{ada['id']}/adjust", {"extra_takes": "5"})
    assert late.status_code == 303
    assert "This candidate has started." in (await browser.page(page)).text
    assert "can no longer be changed here" in (await browser.page(f"{page}/{ada['id']}/adjust")).text


async def test_a_public_link_carries_none(api, address, owner_connection):
    await api.post(f"{address}/public-link", json={})
    interview_id = address.rsplit("/", 1)[1]

    with pytest.raises(CheckViolation):
        owner_connection.execute(
            "update interview_links set accommodation = '{}' where kind = 'public' and interview_id = %s",
            (interview_id,),
        )
