import re
from datetime import timedelta

import pytest
from tests.factories.identity import PASSWORD

from colloquy.contexts.identity.policy import api_keys
from colloquy.contexts.identity.policy.addresses import coarse
from colloquy.contexts.identity.public import Permission, Role
from colloquy.kit import clock
from colloquy.kit.ids import token_hash


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def make_account(api):
    async def make(name="Applicant tracking", role="admin", expect=201):
        response = await api.post("/api/service-accounts", json={"name": name, "role": role})
        assert response.status_code == expect, response.text
        return response.json()

    return make


@pytest.fixture
async def make_key(api):
    async def make(account, scopes=("interviews_view", "interviews_edit"), expect=201, **more):
        body = {"account_id": account["id"], "name": "Production", "scopes": list(scopes), **more}
        response = await api.post("/api/api-keys", json=body)
        assert response.status_code == expect, response.text
        return response.json()

    return make


def come_with(api, key):
    api.headers["authorization"] = f"Bearer {key['secret'] if isinstance(key, dict) else key}"


def test_a_key_is_known_by_its_form_and_a_changed_letter_is_noticed():
    key = api_keys.new_key()
    assert re.fullmatch(r"clq_[0-9A-Za-z]{61}", key)
    assert api_keys.is_key(key)
    assert api_keys.shown(key) == key[:16]
    for place in (4, 20, 40, 58, 64):
        other = "a" if key[place] != "a" else "b"
        assert not api_keys.is_key(key[:place] + other + key[place + 1 :])
    assert not api_keys.is_key(key + "a")
    assert not api_keys.is_key(key.replace("clq_", "clr_"))
    assert len({api_keys.new_key() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("network", "kept"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::/64", "2001:db8:1::/48"), ("unknown", "")],
)
def test_of_a_network_only_the_neighbourhood_is_kept(network, kept):
    assert coarse(network) == kept


async def test_a_key_does_what_its_scopes_say_and_makes_things_as_its_account(
    organisation, api, sign_in, make_account, make_key, database, owner_connection
):
    await sign_in(organisation)
    account = await make_account()
    key = await make_key(account)
    assert key["secret"].startswith(key["prefix"])
    assert timedelta(days=89) < clock.now().fromisoformat(key["expires_at"]) - clock.now() < timedelta(days=91)
    come_with(api, key)
    me = (await api.get("/api/me")).json()
    assert (me["person"]["name"], me["permissions"]) == ("Applicant tracking", ["interviews_edit", "interviews_view"])
    made = await api.post("/api/interviews", json={"title": "By a program", "language": "en"})
    assert made.status_code == 201
    (maker,) = owner_connection.execute(
        "select created_by from interviews where id = %s", (made.json()["id"],)
    ).fetchone()
    assert str(maker) == account["id"]
    refused = await api.get("/api/team")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "team_manage" in refused.json()["detail"]
    await sign_in(organisation)
    [listed] = (await api.get("/api/api-keys")).json()["items"]
    assert "secret" not in listed
    assert listed["last_used_at"] is not None
    assert listed["last_used_network"].endswith(".0/24")
    stored = owner_connection.execute("select key_hash, k::text from api_keys k where id = %s", (key["id"],)).fetchone()
    assert bytes(stored[0]) == token_hash(key["secret"])
    assert key["secret"] not in stored[1]


async def test_a_key_opens_the_api_and_nothing_else(organisation, api, sign_in, make_account, make_key):
    await sign_in(organisation)
    key = await make_key(await make_account(), scopes=[permission.value for permission in Permission])
    come_with(api, key)
    assert (await api.get("/api/interviews")).status_code == 200
    for page in ("/interviews", "/account", "/team", "/settings", "/settings/api-keys"):
        response = await api.get(page)
        assert response.status_code in {303, 401}, page
    for path in ("/account/password", "/account/profile", "/account/sessions/end-others"):
        assert (await api.post(path, data={"name": "X", "language": "en"})).status_code in {303, 401}
    bad = (
        key["secret"][:-1] + ("a" if key["secret"][-1] != "a" else "b"),
        api_keys.new_key(),
        key["prefix"],
        key["secret"] + " ",
        "clq_",
    )
    for wrong in bad:
        come_with(api, wrong)
        assert (await api.get("/api/me")).status_code == 401
    come_with(api, key)
    api.headers["authorization"] = api.headers["authorization"].replace("Bearer", "Basic")
    assert (await api.get("/api/me")).status_code == 401


async def test_an_account_cannot_sign_in_and_is_no_member(
    organisation, api, sign_in, make_account, make_key, owner_connection
):
    await sign_in(organisation)
    account = await make_account()
    members = (await api.get("/api/team")).json()["members"]
    assert account["id"] not in {member["person_id"] for member in members}
    for action in ("role/reviewer", "remove", "restore"):
        assert (await api.post(f"/team/members/{account['id']}/{action}")).status_code == 404
    for email in ("", account["id"], account["name"]):
        answer = await api.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code in {401, 422}
    with pytest.raises(Exception, match="ck_people"):
        owner_connection.execute("update people set password_hash = 'x' where id = %s", (account["id"],))
    with pytest.raises(Exception, match="ck_people"):
        owner_connection.execute("update people set email = 'x@example.com' where id = %s", (account["id"],))


async def test_nobody_makes_an_account_or_a_key_of_more_than_they_may(
    organisation, api, sign_in, make_account, make_key
):
    await sign_in(organisation)
    await make_account(role="owner", expect=403)
    admin, weak = await make_account(), await make_account("Weak", "reviewer")
    await make_key(weak, scopes=["interviews_edit"], expect=422)
    limited = await make_key(admin, scopes=["keys_manage", "interviews_view"])
    strong = await make_key(admin, scopes=["org_manage"])
    come_with(api, limited)
    await make_account(role="recruiter", expect=403)
    await make_key(admin, scopes=["org_manage"], expect=403)
    rotated = await api.post(f"/api/api-keys/{strong['id']}/rotate", json={})
    assert rotated.status_code == 403
    assert (await api.delete(f"/api/api-keys/{strong['id']}")).status_code == 204


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_who_may_not_manage_keys_neither_sees_nor_makes_them(organisation, api, sign_in, browser_client, role):
    await sign_in(organisation, role)
    assert (await api.get("/api/api-keys")).status_code == 403
    assert (await api.get("/api/service-accounts")).status_code == 403
    assert (await api.post("/api/service-accounts", json={"name": "X", "role": "reviewer"})).status_code == 403
    assert (await (await browser_client(organisation, role)).page("/settings/api-keys")).status_code == 403


async def test_keys_of_others_are_not_there(organisation, api, sign_in, make_account, make_key, make_organisation):
    await sign_in(organisation)
    account = await make_account()
    key = await make_key(account)
    await sign_in(await make_organisation())
    assert (await api.get("/api/api-keys")).json()["items"] == []
    assert (await api.delete(f"/api/api-keys/{key['id']}")).status_code == 404
    assert (await api.post(f"/api/api-keys/{key['id']}/rotate", json={})).status_code == 404
    assert (await api.patch(f"/api/service-accounts/{account['id']}", json={"name": "Mine"})).status_code == 404
    assert (await api.delete(f"/api/service-accounts/{account['id']}")).status_code == 404
    await make_key(account, expect=404)
    come_with(api, key)
    assert (await api.get("/api/me")).status_code == 200


async def test_a_key_ends_when_it_is_revoked_when_it_expires_and_with_its_account(
    organisation, api, sign_in, make_account, make_key, owner_connection
):
    await sign_in(organisation)
    account = await make_account()
    revoked, expired, ended = [await make_key(account) for _ in range(3)]
    for _ in range(2):
        assert (await api.delete(f"/api/api-keys/{revoked['id']}")).status_code == 204
    owner_connection.execute(
        "update api_keys set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
        " where id = %s",
        (expired["id"],),
    )
    for key in (revoked, expired):
        come_with(api, key)
        assert (await api.get("/api/me")).status_code == 401
    come_with(api, ended)
    assert (await api.get("/api/me")).status_code == 200
    await sign_in(organisation)
    states = {key["id"]: key["state"] for key in (await api.get("/api/api-keys")).json()["items"]}
    assert states == {revoked["id"]: "revoked", expired["id"]: "expired", ended["id"]: "active"}
    assert (await api.delete(f"/api/service-accounts/{account['id']}")).status_code == 204
    come_with(api, ended)
    assert (await api.get("/api/me")).status_code == 401
    await sign_in(organisation)
    assert (await api.get("/api/service-accounts")).json()["items"] == []
    assert (await api.post(f"/api/api-keys/{ended['id']}/rotate", json={})).status_code == 409


async def test_a_rotated_key_works_beside_its_successor_for_a_while(
    organisation, api, sign_in, make_account, make_key, owner_connection
):
    await sign_in(organisation)
    old = await make_key(await make_account(), days=30)
    answer = await api.post(f"/api/api-keys/{old['id']}/rotate", json={"overlap_hours": 1})
    assert answer.status_code == 201
    new = answer.json()
    assert (new["scopes"], new["name"]) == (old["scopes"], old["name"])
    again = await api.post(f"/api/api-keys/{old['id']}/rotate", json={})
    assert (again.status_code, again.json()["code"]) == (409, "key_ended")
    assert (await api.post(f"/api/api-keys/{new['id']}/rotate", json={"overlap_hours": 2})).status_code == 422
    states = {key["id"]: key for key in (await api.get("/api/api-keys")).json()["items"]}
    assert states[old["id"]]["state"] == "ending"
    ends = clock.now().fromisoformat(states[old["id"]]["expires_at"]) - clock.now()
    assert timedelta(minutes=50) < ends < timedelta(minutes=61)
    for key in (old, new):
        come_with(api, key)
        assert (await api.get("/api/me")).status_code == 200
    await sign_in(organisation)
    at_once = (await api.post(f"/api/api-keys/{new['id']}/rotate", json={"overlap_hours": 0})).json()
    come_with(api, new)
    assert (await api.get("/api/me")).status_code == 401
    come_with(api, at_once)
    assert (await api.get("/api/me")).status_code == 200


@pytest.mark.parametrize("days", [0, -1, 366, "never", None])
async def test_a_key_lives_a_year_at_most(organisation, api, sign_in, make_account, make_key, days):
    await sign_in(organisation)
    await make_key(await make_account(), days=days, expect=422)


async def test_a_key_loses_what_its_accounts_role_loses(
    organisation, api, sign_in, make_account, make_key, owner_connection
):
    await sign_in(organisation)
    role = (await api.post("/api/roles", json={"name": "Bot", "permissions": ["interviews_view", "mail_view"]})).json()
    account = await make_account(role=role["key"])
    key = await make_key(account, scopes=["interviews_view", "mail_view"])
    less = {"name": "Bot", "permissions": ["mail_view"]}
    assert (await api.put(f"/api/roles/{role['key']}", json=less)).status_code == 200
    come_with(api, key)
    assert (await api.get("/api/me")).json()["permissions"] == ["mail_view"]
    assert (await api.get("/api/interviews")).status_code == 403


async def test_the_pages_show_a_key_once_and_rotate_and_revoke_it(organisation, browser_client):
    browser = await browser_client(organisation)
    assert "No service account yet" in (await browser.page("/settings/api-keys")).text
    made = await browser.submit("/settings/api-keys/accounts", {"name": "Payroll", "role": "reviewer"})
    assert made.status_code == 303
    form = made.headers["location"]
    page = await browser.page(form)
    assert 'value="interviews_view"' in page.text
    assert 'value="team_manage"' not in page.text
    home = form.removesuffix("/new")
    wrong = await browser.submit(f"{home}/keys", {"name": "Production", "days": "90"})
    assert wrong.status_code == 422
    shown = await browser.submit(f"{home}/keys", {"name": "Production", "days": "30", "scopes": ["interviews_view"]})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    [secret] = set(re.findall(r"clq_\w{61}", shown.text))
    page = await browser.page("/settings/api-keys")
    assert secret not in page.text
    assert secret[:16] in page.text
    [key_id] = set(re.findall(r"/settings/api-keys/([0-9a-f-]{36})/rotate", page.text))
    rotated = await browser.submit(f"/settings/api-keys/{key_id}/rotate", {"overlap_hours": "24"})
    assert len(set(re.findall(r"clq_\w{61}", rotated.text))) == 1
    assert "Replaced" in (await browser.page("/settings/api-keys")).text
    assert "cannot be undone" in (await browser.page(f"/settings/api-keys/{key_id}/revoke")).text
    assert (await browser.submit(f"/settings/api-keys/{key_id}/revoke")).status_code == 303
    assert "Revoked" in (await browser.page("/settings/api-keys")).text
    assert "What it made stays" in (await browser.page(f"{home}/remove")).text
    assert (await browser.submit(f"{home}/remove")).status_code == 303
    assert "No service account yet" in (await browser.page("/settings/api-keys")).text
