"""Admins sign members out: one of them, or everybody else."""

from tests.factories.identity import PASSWORD

from colloquy.contexts.identity.public import Role
from colloquy.kit import clock


async def test_an_admin_signs_a_member_out_everywhere(make_organisation, make_member, browser_client, sign_in, api):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.REVIEWER, name="Rita Reviewer")
    theirs, admin = await browser_client(member), await browser_client(organisation, Role.ADMIN)
    await sign_in(member)
    address = f"/team/members/{member.person_id}/end-sessions"
    assert address in (await admin.page("/team")).text
    assert "Sign Rita Reviewer out everywhere?" in (await admin.page(address)).text
    assert (await theirs.get("/api/me")).status_code == 200  # asking changes nothing
    assert (await admin.submit(address)).headers["location"] == "/team"
    assert (await theirs.get("/api/me")).status_code == 401
    assert (await api.get("/api/me")).status_code == 401
    assert (await theirs.sign_in(member.email)).status_code == 303  # their account is as it was
    log = (await admin.page("/settings/audit")).text
    assert "Signed somebody out everywhere" in log


async def test_everybody_else_is_signed_out_at_once(make_organisation, make_member, browser_client, sign_in, api):
    organisation = await make_organisation()
    members = [await make_member(organisation, role) for role in (Role.REVIEWER, Role.RECRUITER)]
    theirs = [await browser_client(member) for member in members]
    owner, admin = await browser_client(organisation), await browser_client(organisation, Role.ADMIN)
    assert "Sign everybody else out?" in (await admin.page("/team/end-sessions")).text
    await admin.submit("/team/end-sessions")
    assert [(await one.get("/api/me")).status_code for one in (*theirs, owner, admin)] == [401, 401, 200, 200]
    await sign_in(organisation)
    assert (await api.delete("/api/team/sessions")).status_code == 204
    assert (await admin.get("/api/me")).status_code == 401
    assert (await owner.get("/api/me")).status_code == 200


async def test_programs_do_it_too(make_organisation, make_member, browser_client, sign_in, api):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.REVIEWER)
    theirs = await browser_client(member)
    await sign_in(organisation, Role.ADMIN)
    assert (await api.delete(f"/api/team/members/{member.person_id}/sessions")).status_code == 204
    assert (await theirs.get("/api/me")).status_code == 401


async def test_it_takes_the_right_to_manage_the_team_and_reaches_nobody_above_or_elsewhere(
    make_organisation, make_member, browser_client, sign_in, api
):
    organisation, elsewhere = await make_organisation(), await make_organisation("Contoso")
    member = await make_member(organisation, Role.REVIEWER)
    stranger = await make_member(elsewhere, Role.REVIEWER)
    watched = [await browser_client(one) for one in (organisation.owner, member, stranger)]
    await sign_in(organisation, Role.RECRUITER)
    assert (await api.delete(f"/api/team/members/{member.person_id}/sessions")).status_code == 403
    assert (await api.delete("/api/team/sessions")).status_code == 403
    await sign_in(organisation, Role.ADMIN)
    assert (await api.delete(f"/api/team/members/{organisation.owner.person_id}/sessions")).status_code == 403
    assert (await api.delete(f"/api/team/members/{stranger.person_id}/sessions")).status_code == 404
    assert [(await one.get("/api/me")).status_code for one in watched] == [200, 200, 200]


async def test_a_browser_that_acts_elsewhere_stays_there_and_does_not_come_back(
    make_organisation, make_member, browser_client, owner_connection
):
    organisation, elsewhere = await make_organisation(), await make_organisation("Contoso")
    member = await make_member(organisation, Role.REVIEWER)
    owner_connection.execute(
        "insert into memberships (org_id, person_id, role, joined_at) values (%s, %s, 'reviewer', %s)",
        [elsewhere.id, member.person_id, clock.now()],
    )
    theirs, admin = await browser_client(member), await browser_client(organisation, Role.ADMIN)
    assert (await theirs.submit(f"/account/organisations/{elsewhere.id}")).status_code == 303
    await admin.submit(f"/team/members/{member.person_id}/end-sessions")
    assert (await theirs.get("/api/me")).json()["organisation"]["name"] == "Contoso"
    refused = await theirs.submit(f"/account/organisations/{organisation.id}")
    assert (refused.status_code, "has ended your sessions" in refused.text) == (403, True)
    await theirs.submit("/sign-out")
    assert (await theirs.sign_in(member.email, PASSWORD)).status_code == 303
    assert (await theirs.get("/api/me")).json()["organisation"]["id"] == str(organisation.id)
