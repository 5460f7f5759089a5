import pytest

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.policy.role_words import permission_name, table
from colloquy.contexts.identity.policy.roles import CustomRole, may_appoint
from colloquy.contexts.identity.public import Actor, Permission, Role, permissions_of
from colloquy.contexts.identity.queries import roles, teams
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id

OFFICE = frozenset({Permission.TEAM_MANAGE, Permission.INTERVIEWS_VIEW})


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def with_role(database, make_member):
    """`await with_role(organisation, permissions)`: somebody with a role of these permissions."""

    async def make(organisation, permissions, name="Office"):
        member = await make_member(organisation, Role.REVIEWER)
        role = CustomRole(new_id(), name, frozenset(permissions))
        async with database.begin(organisation.scope) as db:
            assert await roles.put(db, organisation.scope, role)
            await teams.set_role(db, organisation.scope, member.person_id, role)
        return Actor(member.person_id, member.name, member.email, role, organisation.scope)

    return make


async def make_role(api, name="Hiring manager", permissions=("interviews_view",), expect=201):
    response = await api.post("/api/roles", json={"name": name, "permissions": list(permissions)})
    assert response.status_code == expect, response.text
    return response.json()


def test_every_permission_is_in_words_and_the_table_is_the_policy():
    names = [permission_name(permission) for permission in Permission]
    assert len(set(names)) == len(Permission)
    for row in table(list(Role)):
        assert row.allowed == tuple(row.permission in permissions_of(role) for role in Role)


async def test_the_table_is_for_everybody_and_its_changes_are_not(organisation, api, sign_in, browser_client):
    browser = await browser_client(organisation, Role.REVIEWER)
    page = await browser.page("/settings/roles")
    assert page.status_code == 200
    assert page.text.count('<th scope="row">') == len(Permission)
    assert "New role" not in page.text
    assert (await browser.page("/settings/roles/new")).status_code == 403
    await sign_in(organisation, Role.RECRUITER)
    read = (await api.get("/api/roles")).json()
    assert [role["key"] for role in read["roles"]] == [role.value for role in Role]
    assert all(role["built_in"] for role in read["roles"])
    assert {one["key"] for one in read["permissions"]} == set(Permission)
    await make_role(api, expect=403)


async def test_a_role_is_made_given_and_holds_at_once(organisation, api, sign_in, make_member):
    member = await make_member(organisation, Role.REVIEWER)
    await sign_in(organisation)
    made = await make_role(api, permissions=["interviews_view", "interviews_edit"])
    await sign_in(member)
    assert (await api.post("/api/interviews", json={"title": "One", "language": "en"})).status_code == 403
    await sign_in(organisation)
    given = await api.post("/api/team/invitations", json={"email": f"{new_id()}@example.com", "role": made["key"]})
    assert (given.status_code, given.json()["role_name"]) == (201, "Hiring manager")
    response = await api.post(f"/team/members/{member.person_id}/role/{made['key']}")
    assert response.status_code == 303
    await sign_in(member)
    assert (await api.get("/api/me")).json()["permissions"] == ["interviews_edit", "interviews_view"]
    assert (await api.get("/api/me")).json()["role_name"] == "Hiring manager"
    assert (await api.post("/api/interviews", json={"title": "One", "language": "en"})).status_code == 201
    assert (await api.get("/api/team")).status_code == 403
    await sign_in(organisation)
    changed = {"name": "Watcher", "permissions": ["interviews_view"]}
    assert (await api.put(f"/api/roles/{made['key']}", json=changed)).status_code == 200
    await sign_in(member)
    assert (await api.post("/api/interviews", json={"title": "One", "language": "en"})).status_code == 403


async def test_nobody_makes_changes_or_gives_a_role_of_more_than_they_have(
    organisation, api, sign_in, make_member, with_role
):
    office = await with_role(organisation, OFFICE)
    victim = await make_member(organisation, Role.RECRUITER)
    await sign_in(organisation)
    strong = await make_role(api, "Strong", ["keys_manage"])
    weak = await make_role(api, "Weak", ["interviews_view"])
    await sign_in(office)
    await make_role(api, "Mine", ["team_manage"])
    await make_role(api, "Too much", ["team_manage", "keys_manage"], expect=403)
    more = {"name": "Weak", "permissions": ["interviews_view", "org_manage"]}
    assert (await api.put(f"/api/roles/{weak['key']}", json=more)).status_code == 403
    less = {"name": "Strong", "permissions": []}
    assert (await api.put(f"/api/roles/{strong['key']}", json=less)).status_code == 403
    assert (await api.delete(f"/api/roles/{strong['key']}")).status_code == 403
    own = {"name": "Office", "permissions": sorted({*OFFICE, "org_manage"})}
    assert (await api.put(f"/api/roles/{office.role.id}", json=own)).status_code == 403
    for role in ("owner", "admin", "recruiter", "reviewer", strong["key"]):
        body = {"email": f"{new_id()}@example.com", "role": role}
        assert (await api.post("/api/team/invitations", json=body)).status_code == 403, role
        address = f"/team/members/{office.person_id}/role/{role}"
        assert (await api.post(address)).status_code == 403, role
    for what in (f"role/{weak['key']}", "remove"):
        assert (await api.post(f"/team/members/{victim.person_id}/{what}")).status_code == 403
    body = {"email": f"{new_id()}@example.com", "role": weak["key"]}
    assert (await api.post("/api/team/invitations", json=body)).status_code == 201


def test_only_owners_make_owners_and_a_key_is_no_owner():
    def actor(role, only=None):
        return Actor(new_id(), "Ada", "ada@example.com", role, Scope(new_id()), only)

    everything = CustomRole(new_id(), "All", frozenset(Permission))
    assert may_appoint(actor(Role.OWNER), Role.ADMIN, Role.OWNER)
    assert not may_appoint(actor(everything), Role.ADMIN, Role.OWNER)
    assert not may_appoint(actor(everything), Role.OWNER, None)
    assert not may_appoint(actor(Role.OWNER, frozenset(Permission)), Role.ADMIN, Role.OWNER)
    assert not may_appoint(actor(Role.ADMIN, frozenset({Permission.TEAM_MANAGE})), None, Role.REVIEWER)
    assert may_appoint(actor(everything), Role.ADMIN, everything)


async def test_a_role_that_somebody_has_goes_only_with_another_for_them(
    organisation, api, sign_in, with_role, database, run_jobs
):
    held = await with_role(organisation, OFFICE)
    await sign_in(organisation)
    invited = {"email": f"{new_id()}@example.com", "role": str(held.role.id)}
    assert (await api.post("/api/team/invitations", json=invited)).status_code == 201
    address = f"/api/roles/{held.role.id}"
    refused = await api.delete(address)
    assert (refused.status_code, refused.json()["code"], refused.json()["holders"]) == (409, "role_in_use", 2)
    assert (await api.delete(address, params={"move_to": str(held.role.id)})).status_code == 409
    assert (await api.delete(address, params={"move_to": "nothing"})).status_code == 422
    assert (await api.delete(address, params={"move_to": "recruiter"})).status_code == 204
    assert (await api.delete(address)).status_code == 404
    async with database.begin(organisation.scope) as db:
        team = {one.person_id: one.role for one in await identity.team(db, organisation.scope)}
    assert team[held.person_id] is Role.RECRUITER
    assert [one["role"] for one in (await api.get("/api/team")).json()["invitations"]] == ["recruiter"]


async def test_names_are_unique_and_not_those_of_the_built_in_roles(organisation, api, sign_in):
    await sign_in(organisation)
    await make_role(api, "Screener")
    for name in ("screener", "Owner", "ADMIN"):
        taken = await api.post("/api/roles", json={"name": name, "permissions": []})
        assert (taken.status_code, taken.json()["code"]) == (409, "role_name_taken"), name
    for body in ({"name": "", "permissions": []}, {"name": "X", "permissions": ["everything"]}, {"name": "X"}):
        assert (await api.post("/api/roles", json=body)).status_code == 422


async def test_roles_of_others_are_not_there(organisation, api, sign_in, make_organisation, make_member):
    await sign_in(organisation)
    theirs = await make_role(api)
    other = await make_organisation()
    member = await make_member(other, Role.REVIEWER)
    await sign_in(other)
    assert (await api.put(f"/api/roles/{theirs['key']}", json={"name": "X", "permissions": []})).status_code == 404
    assert (await api.delete(f"/api/roles/{theirs['key']}")).status_code == 404
    assert theirs["key"] not in (await api.get("/api/roles")).text
    assert (await api.post(f"/team/members/{member.person_id}/role/{theirs['key']}")).status_code == 422
    body = {"email": "x@example.com", "role": theirs["key"]}
    assert (await api.post("/api/team/invitations", json=body)).status_code == 422


async def test_the_pages_make_change_and_delete(organisation, browser_client, with_role):
    browser = await browser_client(organisation)
    form = await browser.page("/settings/roles/new")
    assert form.text.count('name="permissions"') == len(Permission)
    wrong = await browser.submit("/settings/roles", {"name": "", "permissions": ["team_manage"]})
    assert wrong.status_code == 422
    made = await browser.submit("/settings/roles", {"name": "Screener", "permissions": ["sessions_view", "mail_view"]})
    assert made.status_code == 303
    page = await browser.page("/settings/roles")
    assert "Screener" in page.text
    held = await with_role(organisation, OFFICE)
    home = f"/settings/roles/{held.role.id}"
    edit = await browser.page(home)
    assert "Give them instead" in edit.text
    kept = await browser.submit(f"{home}/delete", {})
    assert kept.status_code == 409
    renamed = await browser.submit(home, {"name": "Reception", "permissions": ["team_manage"]})
    assert renamed.status_code == 303
    assert "Reception" in (await browser.page("/team")).text
    gone = await browser.submit(f"{home}/delete", {"move_to": "reviewer"})
    assert gone.status_code == 303
    assert "is gone" in (await browser.page("/settings/roles")).text
    assert "Reception" not in (await browser.page("/settings/roles")).text
