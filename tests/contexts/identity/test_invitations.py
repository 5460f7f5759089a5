import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.factories.identity import PASSWORD, unique_email

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Role
from colloquy.kit import clock
from colloquy.kit.crypto import Secret


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def invite(api, organisation, sign_in):
    async def do(email, role="recruiter"):
        await sign_in(organisation)
        answer = await api.post("/api/team/invitations", json={"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert made["link"].startswith("http://testserver/join/")
        return made["link"].removeprefix("http://testserver"), made["id"]

    return do


async def test_inviting_shows_the_link_and_asks_for_a_letter(organisation, browser_client, queued, database, runtime):
    browser = await browser_client(organisation)
    email = unique_email("new")
    answer = await browser.submit("/team/invitations", {"email": email, "role": "reviewer"})
    assert answer.headers["location"] == "/team"
    page = (await browser.page("/team")).text
    link = re.search(r'value="(http://testserver/join/[\w-]+)"', page)[1]
    assert email in page
    assert await queued(organisation.id) == ["events.deliver"]
    async with database.begin(organisation.scope) as db:
        event = (await db.execute(text("select name, payload from outbox"))).one()
        assert event.name == "identity.colleague.invited"
        assert set(event.payload) == {"org_id", "invitation_id"}
        facts = await identity.colleague_letter_facts(
            db, runtime.provided.get(Secret), organisation.scope, event.payload["invitation_id"]
        )
    assert facts.email == email
    assert facts.organisation == "Northwind"
    assert facts.invited_by == "Olga Owner"
    assert link.endswith(facts.token)


async def test_somebody_new_joins_with_a_name_and_a_password(invite, organisation, browser_client):
    email = unique_email("new")
    link, _ = await invite(email)
    browser = await browser_client()
    page = await browser.page(link)
    assert "Join Northwind" in page.text
    assert email in page.text
    answer = await browser.submit(link, {"name": "Nina New", "password": "seven green lamps"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = (await browser.get("/api/me")).json()
    assert (me["person"]["name"], me["person"]["email"], me["role"]) == ("Nina New", email, "recruiter")
    assert me["organisation"]["id"] == str(organisation.id)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "password": PASSWORD}, "Fill this in"),
        ({"name": "Nina", "password": "short"}, "at least 12"),
        ({"name": "Nina", "password": "Northwind 2026!"}, "begins with your name"),
    ],
)
async def test_a_mistake_while_joining_leaves_the_link_good(invite, browser_client, form, says):
    link, _ = await invite(unique_email("new"))
    browser = await browser_client()
    page = await browser.submit(link, form)
    assert page.status_code == 422
    assert says in page.text
    assert (await browser.submit(link, {"name": "Nina", "password": PASSWORD})).status_code == 303


async def test_a_link_works_once(invite, browser_client):
    link, _ = await invite(unique_email("new"))
    await (await browser_client()).submit(link, {"name": "Nina", "password": PASSWORD})
    later = await browser_client()
    for page in (await later.page(link), await later.submit(link, {"name": "Eve", "password": PASSWORD})):
        assert page.status_code == 410
        assert "has been used" in page.text


async def test_of_many_who_join_by_one_link_at_once_one_gets_in(invite, organisation, browser_client, database):
    link, _ = await invite(unique_email("new"))
    browser = await browser_client()
    form = {"name": "Nina", "password": PASSWORD}
    await browser.csrf()
    answers = await asyncio.gather(*(browser.submit(link, form) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers).count(303) == 1
    assert {answer.status_code for answer in answers} <= {303, 401, 409, 410}
    async with database.begin(organisation.scope) as db:
        assert len(await identity.team(db, organisation.scope)) == 2


async def test_a_link_ends_after_seven_days_or_when_taken_back(invite, organisation, browser_client):
    link, _ = await invite(unique_email("late"))
    browser = await browser_client()
    with clock.travelled(timedelta(days=7, minutes=1)):
        page = await browser.page(link)
        assert page.status_code == 410
        assert "Ask your colleague for a new one" in page.text
        assert (await browser.submit(link, {"name": "Nina", "password": PASSWORD})).status_code == 410
    link, invitation_id = await invite(unique_email("regretted"))
    owner = await browser_client(organisation)
    assert (await owner.submit(f"/team/invitations/{invitation_id}/revoke")).status_code == 303
    assert (await owner.submit(f"/team/invitations/{invitation_id}/revoke")).status_code == 303
    assert (await browser.page(link)).status_code == 410


async def test_an_unknown_link_is_not_found(browser_client):
    browser = await browser_client()
    for path in ("/join/nonsense", "/join/" + "a" * 500, "/join/%00", "/join/%D0%B6"):
        assert (await browser.page(path)).status_code == 404


async def test_a_link_of_another_kind_does_not_open_a_team(organisation, browser_client, database):
    async with database.begin(organisation.scope) as db:
        await identity.keep_route(db, "candidate-token", organisation.scope, "interview_link")
    async with database.begin() as db:
        assert await identity.scope_of(db, "candidate-token", "interview_link") == organisation.scope
        assert await identity.scope_of(db, "candidate-token", "colleague_invitation") is None
        assert await identity.scope_of(db, "unknown", "interview_link") is None
    assert (await (await browser_client()).page("/join/candidate-token")).status_code == 404


async def test_somebody_with_an_account_joins_with_its_password(
    invite, organisation, make_organisation, browser_client
):
    elsewhere = await make_organisation("Southwind")
    person = elsewhere.owner
    link, _ = await invite(person.email)
    browser = await browser_client()
    assert "You have an account here already" in (await browser.page(link)).text
    wrong = await browser.submit(link, {"password": "wrong wrong wrong", "name": "Eve"})
    assert wrong.status_code == 401
    assert (await browser.submit(link, {"password": PASSWORD})).status_code == 303
    me = (await browser.get("/api/me")).json()
    assert me["person"]["id"] == str(person.person_id)
    assert (me["organisation"]["id"], me["role"]) == (str(organisation.id), "recruiter")


async def test_whoever_is_signed_in_joins_with_one_click(invite, organisation, make_organisation, browser_client):
    elsewhere = await make_organisation("Southwind")
    browser = await browser_client(elsewhere)
    link, _ = await invite(elsewhere.owner.email)
    assert "One click" in (await browser.page(link)).text
    assert (await browser.submit(link)).status_code == 303
    assert (await browser.get("/api/me")).json()["organisation"]["id"] == str(organisation.id)
    page = (await browser.page("/account")).text
    assert "Southwind" in page
    assert (await browser.submit(f"/account/organisations/{elsewhere.id}")).status_code == 303
    assert (await browser.get("/api/me")).json()["role"] == "owner"


async def test_being_signed_in_as_somebody_else_proves_nothing(invite, make_organisation, browser_client):
    elsewhere, third = await make_organisation("Southwind"), await make_organisation("Westwind")
    link, _ = await invite(elsewhere.owner.email)
    browser = await browser_client(third)
    assert "One click" not in (await browser.page(link)).text
    assert (await browser.submit(link)).status_code == 401


async def test_guessing_a_password_by_an_invitation_is_counted_too(invite, make_organisation, browser_client):
    elsewhere = await make_organisation("Southwind")
    link, _ = await invite(elsewhere.owner.email)
    browser = await browser_client()
    for _ in range(10):
        assert (await browser.submit(link, {"password": "wrong wrong wrong"})).status_code == 401
    page = await browser.submit(link, {"password": PASSWORD})
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0


async def test_inviting_twice_or_a_member_is_refused_and_a_fresh_link_can_follow(
    api, invite, organisation, make_member, browser_client, sign_in
):
    email = unique_email("twice")
    _, invitation_id = await invite(email)
    again = await api.post("/api/team/invitations", json={"email": email.upper(), "role": "admin"})
    assert (again.status_code, again.json()["code"]) == (409, "already_invited")
    owner = await browser_client(organisation)
    page = await owner.submit("/team/invitations", {"email": email, "role": "admin"})
    assert page.status_code == 409
    assert "There is an invitation for this address" in page.text
    await owner.submit(f"/team/invitations/{invitation_id}/revoke")
    await invite(email)
    with clock.travelled(timedelta(days=8)):
        await invite(email)
    await sign_in(organisation)
    member = await make_member(organisation, Role.REVIEWER)
    answer = await api.post("/api/team/invitations", json={"email": member.email, "role": "admin"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


async def test_two_invitations_of_one_address_at_once_make_one(api, organisation, sign_in):
    await sign_in(organisation)
    given = {"email": unique_email("twice"), "role": "reviewer"}
    answers = await asyncio.gather(*(api.post("/api/team/invitations", json=given) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_a_former_member_comes_back_by_invitation(invite, organisation, make_member, browser_client):
    member = await make_member(organisation, Role.REVIEWER)
    await (await browser_client(organisation)).submit(f"/team/members/{member.person_id}/remove")
    link, _ = await invite(member.email, "admin")
    browser = await browser_client()
    assert (await browser.submit(link, {"password": PASSWORD})).status_code == 303
    assert (await browser.get("/api/me")).json()["role"] == "admin"


async def test_an_old_invitation_does_not_change_the_role_of_who_is_back(
    invite, organisation, make_member, browser_client
):
    second = await make_member(organisation, Role.OWNER)
    owner = await browser_client(organisation)
    await owner.submit(f"/team/members/{second.person_id}/remove")
    link, _ = await invite(second.email, "reviewer")
    await owner.submit(f"/team/members/{second.person_id}/restore")
    browser = await browser_client()
    await browser.submit(link, {"password": PASSWORD})
    assert (await browser.get("/api/me")).json()["role"] == "owner"


async def test_another_tenants_invitation_cannot_be_taken_back(invite, make_organisation, browser_client):
    link, invitation_id = await invite(unique_email("new"))
    stranger = await browser_client(await make_organisation("Southwind"))
    assert (await stranger.submit(f"/team/invitations/{invitation_id}/revoke")).status_code == 404
    assert (await stranger.page(link)).status_code == 200


async def test_there_is_no_letter_for_an_invitation_that_waits_no_more(
    invite, organisation, browser_client, database, runtime
):
    _, invitation_id = await invite(unique_email("regretted"))
    await (await browser_client(organisation)).submit(f"/team/invitations/{invitation_id}/revoke")
    async with database.begin(organisation.scope) as db:
        secret = runtime.provided.get(Secret)
        assert await identity.colleague_letter_facts(db, secret, organisation.scope, invitation_id) is None


@pytest.mark.parametrize(
    "body",
    [
        {"email": "no address", "role": "reviewer"},
        {"email": "x@example.com", "role": "king"},
        {"email": "x@example.com"},
        {"email": "x@example.com", "role": "reviewer", "admin": True},
        {"email": ["x@example.com"], "role": "reviewer"},
        {"email": "x\x00@example.com", "role": "reviewer"},
    ],
)
async def test_a_malformed_invitation_is_told_apart(api, organisation, sign_in, body):
    await sign_in(organisation)
    answer = await api.post("/api/team/invitations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_only_hashes_and_sealed_tokens_are_stored(invite, owner_connection):
    link, invitation_id = await invite(unique_email("new"))
    token = link.rpartition("/")[2]
    rows = owner_connection.execute(
        "select i::text, r::text from colleague_invitations i join token_routes r using (token_hash) where i.id = %s",
        [invitation_id],
    ).fetchall()
    assert len(rows) == 1
    hexed = token.encode().hex()
    assert all(token not in value and hexed not in value for value in rows[0])
