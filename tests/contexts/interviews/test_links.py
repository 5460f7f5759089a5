"""The public link, invitations, and what their secrets leave behind."""

from __future__ import annotations

import asyncio
import base64
from datetime import datetime, timedelta

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id, token_hash


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation("Acme")


@pytest.fixture
async def address(api, organisation, sign_in, make_interview) -> str:
    """A published interview, signed in as its recruiter."""
    interview_id = await make_interview(organisation, "Backend", published=True)
    await sign_in(organisation, Role.RECRUITER)
    return f"/api/interviews/{interview_id}"


@pytest.fixture
def opens(database):
    """`await opens(token)`: what the token opens, or the code of the refusal."""

    async def do(token: str, session_id=None):
        async with database.begin() as db:
            found = await interviews.open_link(db, token)
        if found is None:
            return None
        try:
            interviews.require_usable(found[1], session_id)
        except (interviews.LinkExpired, interviews.LinkUsed) as refusal:
            return refusal.code
        return found

    return do


@pytest.fixture
def binds(database):
    async def do(found, session_id) -> bool:
        scope, link = found
        async with database.begin(scope) as db:
            return await interviews.bind_link(db, scope, link.id, session_id)

    return do


async def invite(api, address: str, people: str = "Ada Byron <ada@example.com>", **more) -> dict:
    response = await api.post(f"{address}/invitations", json={"people": people, **more})
    assert response.status_code == 201, response.text
    return response.json()


async def token_of(api, address: str, invitation: dict) -> str:
    found = await api.get(f"{address}/invitations/{invitation['id']}/address")
    return found.json()["address"].rpartition("/")[2]


async def public_token(api, address: str, **body) -> str:
    made = await api.post(f"{address}/public-link", json=body)
    assert made.status_code == 201, made.text
    return made.json()["address"].rpartition("/")[2]


async def test_a_public_link_admits_everybody_until_it_ends(api, address, organisation, opens, binds):
    token = await public_token(api, address, days=7)

    assert (await api.get(f"{address}/public-link")).json()["address"] == f"http://testserver/{token}"
    scope, link = await opens(token)
    assert (scope, link.kind, link.email) == (organisation.scope, interviews.LinkKind.PUBLIC, None)
    assert [await binds((scope, link), new_id()) for _ in range(2)] == [True, True]
    with clock.travelled(timedelta(days=7, minutes=1)):
        assert await opens(token) == "link_expired"
        assert await binds((scope, link), new_id()) is False


async def test_a_new_public_link_ends_the_old_one(api, address, opens):
    old = await public_token(api, address)
    new = await public_token(api, address)

    assert await opens(old) is None
    assert await opens(new) is not None
    assert (await api.delete(f"{address}/public-link")).status_code == 204
    assert (await api.delete(f"{address}/public-link")).status_code == 204
    assert await opens(new) is None
    assert (await api.get(f"{address}/public-link")).json()["code"] == "public_link_not_found"


async def test_a_secret_has_128_bits_and_is_stored_only_hashed_and_sealed(api, address, owner_connection):
    tokens = [await public_token(api, address) for _ in range(3)]
    invited = await invite(api, address)
    tokens.append(await token_of(api, address, invited["invited"][0]))

    assert len(set(tokens)) == 4
    assert min(len(base64.urlsafe_b64decode(token + "==")) for token in tokens) >= 16
    dump = []
    for table in ("interview_links", "token_routes", "outbox", "idempotency", "procrastinate_jobs"):
        for row in owner_connection.execute(f"select * from {table}").fetchall():
            dump += [bytes(value) if isinstance(value, memoryview) else value for value in row]
    assert token_hash(tokens[-1]) in dump
    for token in tokens:
        assert not any(token.encode() in value for value in dump if isinstance(value, bytes))
        assert not any(token in str(value) for value in dump)


async def test_a_sealed_secret_opens_in_its_own_row_only(api, address, owner_connection, runtime, organisation):
    await invite(api, address, "a@example.com\nb@example.com")
    rows = owner_connection.execute(
        "select id, token_sealed from interview_links where org_id = %s", (organisation.id,)
    ).fetchall()
    (first, _), (_, sealed) = rows
    owner_connection.execute("update interview_links set token_sealed = %s where id = %s", (sealed, first))

    async with runtime.database.begin(organisation.scope) as db:
        with pytest.raises(ValueError, match="not sealed by us"):
            await interviews.invitation_letter_facts(db, organisation.scope, first, runtime.provided.get(Secret))


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "é" * 22, "\0", "\ud800", "x" * 5000])
async def test_a_secret_that_nobody_made_opens_nothing(opens, token):
    assert await opens(token) is None


@pytest.mark.parametrize("days", [0, 366, "14", None])
async def test_a_link_lasts_a_day_to_a_year(api, address, days):
    for path, body in (("public-link", {}), ("invitations", {"people": "a@example.com"})):
        response = await api.post(f"{address}/{path}", json={**body, "days": days})
        assert response.status_code == 422


async def test_everybody_in_a_readable_line_is_invited_and_the_others_are_named(api, address, queued, organisation):
    before = len(await queued(organisation.id))

    answer = await invite(
        api, address, "Ada Byron <ada@example.com>\nnonsense\n\nALAN@example.com, Alan Turing\nada@example.com\nx@y"
    )

    assert [(invited["email"], invited["name"], invited["state"]) for invited in answer["invited"]] == [
        ("ada@example.com", "Ada Byron", "open"),
        ("ALAN@example.com", "Alan Turing", "open"),
    ]
    assert [line["number"] for line in answer["bad_lines"]] == [2, 6]
    assert len(await queued(organisation.id)) == before + 2
    listed = (await api.get(f"{address}/invitations")).json()["items"]
    assert {item["email"] for item in listed} == {"ada@example.com", "ALAN@example.com"}
    expires = datetime.fromisoformat(listed[0]["expires_at"])
    assert timedelta(days=13, hours=23) < expires - clock.now() <= timedelta(days=14)


async def test_nobody_is_invited_twice(api, address):
    await invite(api, address)

    again = await invite(api, address, "ADA@example.com\nnew@example.com")

    assert [invited["email"] for invited in again["invited"]] == ["new@example.com"]
    assert [invited["email"] for invited in again["already"]] == ["ada@example.com"]


async def test_invited_twice_at_once_is_invited_once(api, address):
    answers = await asyncio.gather(*(invite(api, address) for _ in range(5)))

    assert sorted(len(answer["invited"]) for answer in answers) == [0, 0, 0, 0, 1]


async def test_the_same_request_with_a_key_writes_once(api, address, queued, organisation):
    key = {"Idempotency-Key": "monday"}
    first = await api.post(f"{address}/invitations", json={"people": "a@example.com"}, headers=key)
    waiting = await queued(organisation.id)
    second = await api.post(f"{address}/invitations", json={"people": "a@example.com"}, headers=key)

    assert second.json() == first.json()
    assert await queued(organisation.id) == waiting


async def test_at_most_five_hundred_at_once(api, address):
    people = "\n".join(f"p{number}@example.com" for number in range(501))

    response = await api.post(f"{address}/invitations", json={"people": people})

    assert (response.status_code, response.json()["code"]) == (409, "limit_reached")
    assert (await api.get(f"{address}/invitations")).json()["items"] == []


async def test_invitations_are_paged(api, address):
    await invite(api, address, "\n".join(f"p{number}@example.com" for number in range(5)))

    first = (await api.get(f"{address}/invitations?limit=3")).json()
    second = (await api.get(f"{address}/invitations?limit=3&cursor={first['next_cursor']}")).json()

    assert len({item["id"] for item in (*first["items"], *second["items"])}) == 5
    assert second["next_cursor"] is None


@pytest.mark.parametrize("state", ["draft", "closed"])
async def test_links_are_made_only_while_they_lead_somewhere(api, organisation, sign_in, make_interview, state):
    interview_id = await make_interview(organisation, published=state == "closed")
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"
    if state == "closed":
        await api.post(f"{address}/close")

    public = await api.post(f"{address}/public-link", json={})
    invited = await api.post(f"{address}/invitations", json={"people": "a@example.com"})

    assert {public.json()["code"], invited.json()["code"]} == {"interview_wrong_state"}


async def test_an_invitation_belongs_to_the_first_session(api, address, opens, binds):
    token = await token_of(api, address, (await invite(api, address))["invited"][0])
    found = await opens(token)
    sessions = [new_id() for _ in range(20)]

    outcomes = await asyncio.gather(*(binds(found, session_id) for session_id in sessions))

    assert outcomes.count(True) == 1
    winner = sessions[outcomes.index(True)]
    assert await binds(found, winner) is True  # asking again is harmless
    assert await opens(token) == "link_used"
    assert await opens(token, sessions[outcomes.index(False)]) == "link_used"
    assert (await opens(token, winner))[1].used_by_session == winner
    with clock.travelled(timedelta(days=30)):  # who is in stays in
        assert (await opens(token, winner))[1].used_by_session == winner
    assert (await api.get(address)).json()["has_candidates"] is True


async def test_an_expired_invitation_says_so_and_starts_nothing(api, address, opens, binds):
    token = await token_of(api, address, (await invite(api, address, days=1))["invited"][0])
    found = await opens(token)

    with clock.travelled(timedelta(days=1, minutes=1)):
        assert await opens(token) == "link_expired"
        assert await binds(found, new_id()) is False
    assert (await api.get(address)).json()["has_candidates"] is False


async def test_a_revoked_invitation_looks_like_none(api, address, opens, binds):
    invitation = (await invite(api, address))["invited"][0]
    token = await token_of(api, address, invitation)
    found = await opens(token)
    one = f"{address}/invitations/{invitation['id']}"

    assert [(await api.delete(one)).status_code for _ in range(2)] == [204, 204]

    assert await opens(token) is None
    assert await binds(found, new_id()) is False
    assert (await api.post(f"{one}/resend")).json()["code"] == "interview_wrong_state"
    assert (await api.get(f"{one}/address")).status_code == 404
    assert len((await invite(api, address))["invited"]) == 1  # the address is free again


async def test_sending_again_is_a_new_letter_for_the_same_link(
    api, address, opens, queued, organisation, owner_connection
):
    invitation = (await invite(api, address, days=1))["invited"][0]
    token = await token_of(api, address, invitation)
    waiting = len(await queued(organisation.id))

    again = await api.post(f"{address}/invitations/{invitation['id']}/resend")

    assert (again.status_code, again.json()["expires_at"]) == (200, invitation["expires_at"])
    assert len(await queued(organisation.id)) == waiting + 1
    announced = owner_connection.execute(
        "select payload->>'link_id', payload->'sending' from outbox where name = 'CandidateInvited' and org_id = %s"
        " order by occurred_at",
        (organisation.id,),
    ).fetchall()
    assert announced == [(invitation["id"], 1), (invitation["id"], 2)]
    assert await token_of(api, address, invitation) == token
    assert await opens(token) is not None


async def test_sending_an_expired_one_again_makes_it_good_again(
    api, address, opens, sign_in, organisation, owner_connection
):
    invitation = (await invite(api, address, days=1))["invited"][0]
    token = await token_of(api, address, invitation)
    owner_connection.execute(
        "update interview_links set expires_at = now() - interval '1 day' where id = %s", (invitation["id"],)
    )
    assert await opens(token) == "link_expired"

    again = await api.post(f"{address}/invitations/{invitation['id']}/resend")

    assert again.json()["state"] == "open"
    assert await opens(token) not in (None, "link_expired")


async def test_once_used_it_is_neither_sent_nor_revoked(api, address, opens, binds):
    invitation = (await invite(api, address))["invited"][0]
    await binds(await opens(await token_of(api, address, invitation)), new_id())
    one = f"{address}/invitations/{invitation['id']}"

    assert (await api.post(f"{one}/resend")).json()["code"] == "link_used"
    assert (await api.delete(one)).json()["code"] == "link_used"
    assert (await api.get(f"{address}/invitations")).json()["items"][0]["state"] == "started"


async def test_the_letter_has_what_it_needs_and_only_while_it_is_good(
    api, address, opens, binds, runtime, organisation
):
    invitation = (await invite(api, address))["invited"][0]
    token = await token_of(api, address, invitation)
    link_id = (await opens(token))[1].id
    secret, scope = runtime.provided.get(Secret), organisation.scope

    async def facts():
        async with runtime.database.begin(scope) as db:
            return await interviews.invitation_letter_facts(db, scope, link_id, secret)

    found = await facts()
    assert (found.token, found.name, found.email) == (token, "Ada Byron", "ada@example.com")
    assert (found.title, found.company, found.question_count, found.language) == ("Backend", "Acme", 1, "en")
    assert token not in repr(found)
    await api.post(f"{address}/close")
    assert await facts() is None
    await api.post(f"{address}/reopen")
    await binds(await opens(token), new_id())
    assert await facts() is None


async def test_reviewers_do_not_see_secrets(api, address, sign_in, organisation):
    await public_token(api, address)
    invitation = (await invite(api, address))["invited"][0]
    await sign_in(organisation, Role.REVIEWER)

    assert (await api.get(f"{address}/public-link")).status_code == 403
    assert (await api.get(f"{address}/invitations/{invitation['id']}/address")).status_code == 403
    assert (await api.post(f"{address}/invitations/{invitation['id']}/resend")).status_code == 403
    assert (await api.delete(f"{address}/invitations/{invitation['id']}")).status_code == 403
    assert (await api.get(f"{address}/invitations")).status_code == 200


async def test_another_tenant_sees_no_invitations(api, address, sign_in, make_organisation):
    invitation = (await invite(api, address))["invited"][0]
    await sign_in(await make_organisation("Other"))

    for method, path in (
        ("get", ""),
        ("get", f"/{invitation['id']}/address"),
        ("post", f"/{invitation['id']}/resend"),
        ("delete", f"/{invitation['id']}"),
    ):
        response = await api.request(method, f"{address}/invitations{path}")
        assert response.status_code == 404, (method, path)
