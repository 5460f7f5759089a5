import asyncio

import pytest

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.errors import LastOwner
from colloquy.contexts.identity.public import Role
from colloquy.contexts.identity.service import members
from colloquy.kit.ids import new_id


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def role_of(database):
    async def find(organisation, actor):
        async with database.begin(organisation.scope) as db:
            return {member.person_id: member.role for member in await identity.team(db, organisation.scope)}.get(
                actor.person_id
            )

    return find


async def test_the_page_shows_the_team(organisation, make_member, browser_client):
    member = await make_member(organisation, Role.REVIEWER, name="Rita <b>Reviewer</b>")
    page = await (await browser_client(organisation)).page("/team")
    assert page.status_code == 200
    assert "Rita &lt;b&gt;Reviewer&lt;/b&gt;" in page.text
    assert member.email in page.text
    assert 'aria-current="page"' in page.text
    assert f"/brand/{'0f766e'}.css" in page.text


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_who_may_not_manage_the_team_neither_sees_nor_changes_it(
    organisation, make_member, browser_client, api, sign_in, role_of, role
):
    victim = await make_member(organisation, Role.REVIEWER)
    browser = await browser_client(organisation, role)
    page = await browser.page("/team")
    assert page.status_code == 403
    assert "does not allow this" in page.text
    for path in (f"members/{victim.person_id}/role/admin", f"members/{victim.person_id}/remove"):
        assert (await browser.submit(f"/team/{path}")).status_code == 403
    assert (await browser.submit("/team/invitations", {"email": "x@example.com", "role": "owner"})).status_code == 403
    assert await role_of(organisation, victim) is Role.REVIEWER
    await sign_in(organisation, role)
    assert (await api.get("/api/team")).status_code == 403
    answer = await api.post("/api/team/invitations", json={"email": "x@example.com", "role": "reviewer"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_nobody_signed_in_is_sent_to_sign_in_and_programs_are_refused(api, browser_client):
    page = await (await browser_client()).page("/team")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=%2Fteam")
    assert (await api.get("/api/team")).status_code == 401


async def test_a_role_changes_at_once_and_can_be_changed_back(organisation, make_member, browser_client, role_of):
    member = await make_member(organisation, Role.REVIEWER)
    theirs = await browser_client(member)
    assert (await theirs.page("/team")).status_code == 403
    owner = await browser_client(organisation)
    answer = await owner.submit(f"/team/members/{member.person_id}/role/admin")
    assert answer.headers["location"] == "/team"
    assert (await theirs.page("/team")).status_code == 200
    page = await owner.page("/team")
    assert f"/team/members/{member.person_id}/role/reviewer" in page.text
    assert await role_of(organisation, member) is Role.ADMIN


async def test_an_admin_cannot_make_or_unmake_owners(organisation, make_member, browser_client, role_of):
    admin = await browser_client(organisation, Role.ADMIN)
    member = await make_member(organisation, Role.RECRUITER)
    owner = organisation.owner
    assert (await admin.submit(f"/team/members/{member.person_id}/role/owner")).status_code == 403
    assert (await admin.submit(f"/team/members/{owner.person_id}/role/admin")).status_code == 403
    assert (await admin.submit(f"/team/members/{owner.person_id}/remove")).status_code == 403
    assert (await admin.submit("/team/invitations", {"email": "o@example.com", "role": "owner"})).status_code == 403
    assert (await admin.submit(f"/team/members/{member.person_id}/role/reviewer")).status_code == 303
    assert await role_of(organisation, owner) is Role.OWNER
    page = (await admin.page("/team")).text
    assert f"/team/members/{owner.person_id}/" not in page
    assert f"/team/members/{member.person_id}/role/owner" not in page


async def test_the_last_owner_stays(organisation, browser_client, role_of):
    owner = await browser_client(organisation)
    me = organisation.owner.person_id
    for path in ("role/admin", "remove"):
        answer = await owner.submit(f"/team/members/{me}/{path}")
        assert answer.status_code == 409
        assert "only owner" in answer.text
    assert await role_of(organisation, organisation.owner) is Role.OWNER


async def test_two_owners_who_remove_each_other_at_once_leave_one(organisation, make_member, database, role_of):
    first, second = organisation.owner, await make_member(organisation, Role.OWNER)

    async def remove(actor, other):
        async with database.begin(organisation.scope) as db:
            await members.remove(db, actor, other.person_id)

    async with database.begin(organisation.scope) as db:
        await members.remove(db, first, second.person_id)
        meanwhile = asyncio.create_task(remove(second, first))
        await asyncio.sleep(0.2)  # long enough to finish, were it not waiting for this transaction
    with pytest.raises(LastOwner):
        await meanwhile
    assert await role_of(organisation, first) is Role.OWNER


async def test_a_removed_member_is_out_at_once_and_can_be_taken_back(
    organisation, make_member, browser_client, sign_in, api, role_of
):
    member = await make_member(organisation, Role.RECRUITER)
    theirs = await browser_client(member)
    await sign_in(member)
    owner = await browser_client(organisation)
    assert (await owner.submit(f"/team/members/{member.person_id}/remove")).status_code == 303
    assert (await theirs.get("/api/me")).status_code == 401
    assert (await api.get("/api/me")).status_code == 401
    assert f"/team/members/{member.person_id}/restore" in (await owner.page("/team")).text
    assert (await owner.submit(f"/team/members/{member.person_id}/remove")).status_code == 404
    assert (await owner.submit(f"/team/members/{member.person_id}/restore")).status_code == 303
    assert await role_of(organisation, member) is Role.RECRUITER
    assert (await owner.submit(f"/team/members/{member.person_id}/restore")).status_code == 404
    # The old sessions stay ended: whoever held them signs in again.
    assert (await theirs.get("/api/me")).status_code == 401


async def test_a_removed_persons_name_stays_beside_their_work(organisation, make_member, browser_client, database):
    member = await make_member(organisation, Role.REVIEWER, name="Rita")
    await (await browser_client(organisation)).submit(f"/team/members/{member.person_id}/remove")
    async with database.begin(organisation.scope) as db:
        names = await identity.person_names(db, organisation.scope, [member.person_id, new_id()])
        assert names == {member.person_id: "Rita"}
        assert await identity.person_names(db, organisation.scope, []) == {}


async def test_another_tenants_members_are_not_there(
    organisation, make_organisation, make_member, browser_client, database
):
    other = await make_organisation("Southwind")
    stranger = await make_member(other, Role.REVIEWER)
    owner = await browser_client(organisation)
    for path in ("role/admin", "remove", "restore"):
        theirs = await owner.submit(f"/team/members/{stranger.person_id}/{path}")
        nobodys = await owner.submit(f"/team/members/{new_id()}/{path}")
        assert theirs.status_code == nobodys.status_code == 404
    assert stranger.email not in (await owner.page("/team")).text
    async with database.begin(organisation.scope) as db:
        assert await identity.person_names(db, organisation.scope, [stranger.person_id]) == {}
        assert await identity.team(db, other.scope) == []
        with pytest.raises(LookupError):
            await identity.organisation(db, other.scope)


async def test_an_unknown_role_is_malformed(organisation, make_member, browser_client):
    member = await make_member(organisation, Role.REVIEWER)
    answer = await (await browser_client(organisation)).submit(f"/team/members/{member.person_id}/role/king")
    assert answer.status_code == 422
