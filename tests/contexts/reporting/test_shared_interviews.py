"""An interview that is shared with some: for everybody else of the team it is not there, at any address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Actor, CustomRole, Permission, Role
from colloquy.contexts.identity.queries import roles, teams
from colloquy.contexts.interviews.events import CandidateInvited, InterviewPublished
from colloquy.contexts.scoring.events import ReportReady
from colloquy.contexts.sessions.events import SessionErased
from colloquy.contexts.webhooks.policy.drafts import EndpointDraft
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import change
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id

NAMES = re.compile(r"\{(interview_id|session_id|recording_id)\}")
EVERYTHING_ELSE = frozenset(Permission) - {Permission.INTERVIEWS_ALL}


@dataclass(frozen=True)
class Hidden:
    """An interview with a candidate, hidden from `outsider`, who may do everything else in the organisation."""

    organisation: Any
    interview_id: UUID
    session_id: str
    ids: dict[str, str]
    outsider: Actor


@pytest.fixture
async def with_role(database, make_member):
    """`await with_role(organisation, permissions)`: somebody with a role of just these permissions."""

    async def make(organisation, permissions=EVERYTHING_ELSE, **kwargs) -> Actor:
        member = await make_member(organisation, Role.REVIEWER, **kwargs)
        role = CustomRole(new_id(), f"Role {new_id().hex[-6:]}", frozenset(permissions))
        async with database.begin(organisation.scope) as db:
            assert await roles.put(db, organisation.scope, role)
            await teams.set_role(db, organisation.scope, member.person_id, role)
        return Actor(member.person_id, member.name, member.email, role, organisation.scope)

    return make


async def share(api, interview_id, visibility, *people, expect=200):
    body = {"visibility": visibility, "people": [{"person_id": str(one), "level": level} for one, level in people]}
    response = await api.put(f"/api/interviews/{interview_id}/sharing", json=body)
    assert response.status_code == expect, response.text
    return response.json()


@pytest.fixture
async def hidden(runtime, api, sign_in, make_organisation, run_jobs, with_role) -> Hidden:
    organisation = await make_organisation()
    interview = await publish_interview(runtime, organisation, TEXT)
    done = await hand_in(runtime, api, organisation, interview=interview)
    await run_jobs()
    await sign_in(organisation)
    await share(api, interview.id, "shared")
    found = (await api.get(f"/api/interviews/{interview.id}")).json()
    session = (await api.get(f"/api/sessions/{done.session_id}")).json()
    ids = {
        "interview_id": str(interview.id),
        "session_id": str(done.session_id),
        "question_id": found["questions"][0]["id"],
        "competency_id": found["competencies"][0]["id"],
        "answer_id": session["answers"][0]["id"],
        "key": "problem_solving",
        "direction": "up",
    }
    return Hidden(organisation, interview.id, str(done.session_id), ids, await with_role(organisation))


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with the hidden things' ids; what has none gets an id of nothing."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: ids.get(found[1], str(new_id())), path)


def example(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """The smallest value that the schema accepts."""
    if "$ref" in schema:
        return example(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return example(next(one for one in several if one.get("type") != "null"), document)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        return {name: example(schema["properties"][name], document) for name in schema.get("required", [])}
    if schema.get("type") == "array":
        return [example(schema["items"], document) for _ in range(schema.get("minItems", 0))]
    return plain(schema)


def plain(schema: dict[str, Any]) -> Any:
    formats = {"uuid": str(new_id()), "date-time": "2030-01-01T12:00:00Z"}
    types = {
        "null": None,
        "integer": int(max(schema.get("minimum", 1), 1)),
        "number": max(schema.get("minimum", 1), 1),
        "boolean": True,
    }
    text = "2026" if "pattern" in schema else "x" * max(schema.get("minLength", 0), 25)
    return formats.get(schema.get("format", ""), types.get(schema.get("type", ""), text))


def operations(app) -> list[tuple[str, str, Any]]:
    """Every operation of the API for the team that names an interview, a session or a recording: with a body."""
    document = app.openapi()
    found = []
    for path, methods in document["paths"].items():
        if not NAMES.search(path) or path.startswith("/api/public/"):
            continue
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = example(content["schema"], document) if content else None
            asked = [one for one in operation.get("parameters", []) if one["in"] == "query" and one.get("required")]
            query = "&".join(f"{one['name']}={example(one['schema'], document)}" for one in asked)
            found.append((method.upper(), f"{path}?{query}" if query else path, body))
    return found


def team_pages(app) -> list[tuple[str, str]]:
    """Every page that names one of them."""
    found = set()
    for route, path in all_routes(app.router.routes):
        if NAMES.search(path) and not path.startswith(("/media/", "/api/")):
            found |= {(method, path) for method in route.methods - {"HEAD", "OPTIONS"}}
    return sorted(found)


def all_routes(routes, prefix: str = "") -> Iterator[tuple[Any, str]]:
    for route in routes:
        if inside := getattr(route, "original_router", None):
            yield from all_routes(inside.routes, prefix + route.include_context.prefix)
        elif getattr(route, "methods", None):
            yield route, prefix + route.path


async def test_every_operation_of_the_api_answers_as_if_nothing_were_there(app, api, sign_in, hidden):
    walked = operations(app)
    assert len(walked) > 40
    await sign_in(hidden.outsider)
    told = {}
    for method, path, body in walked:
        response = await api.request(method, filled(path, hidden.ids), json=body)
        if response.status_code != 404:
            told[method, path] = (response.status_code, response.text[:200])
    assert told == {}


async def test_every_page_answers_as_if_nothing_were_there(app, api, sign_in, hidden):
    walked = team_pages(app)
    assert len(walked) > 40
    await sign_in(hidden.outsider)
    told = {}
    for method, path in walked:
        # Some forms lead to the page again, whatever is there: that page is the answer.
        address, look = filled(path, hidden.ids), {"accept": "text/html"}
        response = await api.request(method, address, headers=look, follow_redirects=True)
        if response.status_code != 404:
            told[method, path] = (response.status_code, response.text[-300:])
    assert told == {}


async def test_the_same_reads_find_what_is_there_for_the_owner(app, api, sign_in, hidden):
    """Without this, the two tests above could pass by asking for nothing."""
    await sign_in(hidden.organisation)
    whole = [(m, p) for m, p, _ in operations(app) if m == "GET"] + [o for o in team_pages(app) if o[0] == "GET"]
    named = [(m, p) for m, p in whole if set(re.findall(r"\{(\w+)", p)) <= set(hidden.ids) - {"key", "direction"}]
    assert len(named) > 30
    missing = [
        path
        for method, path in named
        if (await api.request(method, filled(path, hidden.ids), follow_redirects=True)).status_code == 404
    ]
    assert [path for path in missing if "/transcript.vtt" not in path and "/public-link" not in path] == []


async def test_lists_letters_and_downloads_leave_it_out(api, sign_in, hidden):
    await sign_in(hidden.organisation)
    assert str(hidden.interview_id) in (await api.get("/api/interviews")).text
    await sign_in(hidden.outsider)
    for address in ("/api/interviews", "/interviews", "/waiting", "/mail", "/api/reviews/waiting", "/settings/usage"):
        response = await api.get(address, headers={"accept": "text/html"} if "api" not in address else {})
        assert response.status_code == 200, address
        assert str(hidden.interview_id) not in response.text
        assert hidden.session_id not in response.text
        assert "Ada Lovelace" not in response.text


@pytest.mark.parametrize(
    ("level", "review", "decide", "edit"),
    [("view", 403, 403, 403), ("review", 200, 403, 403), ("edit", 200, 200, 200)],
)
async def test_a_level_limits_what_the_role_allows(api, sign_in, hidden, level, review, decide, edit):
    await sign_in(hidden.organisation)
    await share(api, hidden.interview_id, "shared", (hidden.outsider.person_id, level))
    await sign_in(hidden.outsider)
    assert (await api.get(f"/api/sessions/{hidden.session_id}")).status_code == 200
    home = f"/api/sessions/{hidden.session_id}"
    assert (
        await api.post(f"{home}/review", json={"levels": {"problem_solving": 4}, "comment": "Mine."})
    ).status_code == review
    assert (
        await api.post(f"{home}/decision", json={"outcome": "hold", "reason": "Held until the second talk is over."})
    ).status_code == decide
    changed = await api.patch(f"/api/interviews/{hidden.interview_id}", json={"title": "Another"})
    assert changed.status_code == edit


async def test_no_level_gives_what_the_role_does_not_allow(api, sign_in, hidden, make_member):
    reviewer = await make_member(hidden.organisation, Role.REVIEWER)
    await sign_in(hidden.organisation)
    await share(api, hidden.interview_id, "shared", (reviewer.person_id, "edit"))
    await sign_in(reviewer)
    assert (await api.get(f"/api/interviews/{hidden.interview_id}")).status_code == 200
    refused = await api.patch(f"/api/interviews/{hidden.interview_id}", json={"title": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_level_limits_every_change_of_the_interview_and_its_sessions(app, api, sign_in, hidden):
    """Whoever may only look is refused by each operation that changes something, whatever their role."""
    await sign_in(hidden.organisation)
    await share(api, hidden.interview_id, "shared", (hidden.outsider.person_id, "view"))
    await sign_in(hidden.outsider)
    passed = {}
    for method, path, body in operations(app):
        if method == "GET":
            continue
        response = await api.request(method, filled(path, hidden.ids), json=body)
        if response.status_code not in {403, 404, 409}:
            passed[method, path] = (response.status_code, response.text[:200])
    assert passed == {}


async def test_whoever_erases_erases_also_what_is_out_of_sight_then(api, sign_in, hidden, owner_connection):
    await sign_in(hidden.organisation)
    await share(api, hidden.interview_id, "shared", (hidden.outsider.person_id, "edit"))
    await sign_in(hidden.outsider)
    origins = "select count(*) from consents where session_id = %s and given_from is not null"
    assert owner_connection.execute(origins, (hidden.session_id,)).fetchone()[0] > 0
    assert (await api.delete(f"/api/sessions/{hidden.session_id}")).status_code == 204
    assert owner_connection.execute(origins, (hidden.session_id,)).fetchone()[0] == 0
    kept = "select count(*) from erased_sessions where session_id = %s"
    assert owner_connection.execute(kept, (hidden.session_id,)).fetchone()[0] == 1


async def test_the_maker_keeps_sight_of_it_and_whoever_shares_too(
    api, sign_in, make_organisation, make_member, runtime
):
    organisation = await make_organisation()
    maker = await make_member(organisation, Role.RECRUITER)
    colleague = await make_member(organisation, Role.RECRUITER)
    await sign_in(maker)
    made = await api.post("/api/interviews", json={"title": "Quiet hire", "language": "en"})
    assert made.status_code == 201, made.text
    interview_id = made.json()["id"]
    await share(api, interview_id, "shared")
    assert (await api.get(f"/api/interviews/{interview_id}")).status_code == 200
    await sign_in(colleague)
    assert (await api.get(f"/api/interviews/{interview_id}")).status_code == 404
    await sign_in(maker)
    await share(api, interview_id, "shared", (colleague.person_id, "edit"))
    await sign_in(colleague)
    after = await share(api, interview_id, "shared")
    assert after["people"] == [{"person_id": str(colleague.person_id), "level": "edit"}]
    await share(api, interview_id, "team")
    await sign_in(await make_member(organisation, Role.REVIEWER))
    assert (await api.get(f"/api/interviews/{interview_id}")).status_code == 200


async def test_strangers_cannot_be_chosen(api, sign_in, hidden, make_organisation):
    other = await make_organisation()
    await sign_in(hidden.organisation)
    await share(api, hidden.interview_id, "shared", (other.owner.person_id, "view"), expect=422)


async def test_an_address_of_a_recording_made_for_somebody_ends_with_their_share(runtime, hidden, api):
    from colloquy.contexts.media.service.addresses import media_address
    from colloquy.kit.crypto import Secret
    from colloquy.kit.db import Scope

    scope = Scope(hidden.organisation.id, hidden.outsider.person_id)
    address = media_address(runtime.provided.get(Secret), scope, new_id(), "playback")
    assert f"viewer={hidden.outsider.person_id}" in address
    assert (await api.get(address)).status_code == 404
    forged = address.replace(str(hidden.outsider.person_id), str(hidden.organisation.owner.person_id))
    assert (await api.get(forged)).status_code in {403, 410}
    assert (await api.get(address.partition("&viewer=")[0])).status_code in {403, 410}


async def test_nobody_is_written_to_about_what_they_may_not_see(
    runtime, api, sign_in, make_organisation, make_member, run_jobs, owner_connection
):
    organisation = await make_organisation()
    inside = await make_member(organisation, Role.RECRUITER)
    outside = await make_member(organisation, Role.RECRUITER)
    interview = await publish_interview(runtime, organisation, TEXT)
    await sign_in(organisation)
    await share(api, interview.id, "shared", (inside.person_id, "edit"))
    await hand_in(runtime, api, organisation, interview=interview)
    await run_jobs()
    written = {
        recipient
        for (recipient,) in owner_connection.execute(
            "select recipient from sendings where org_id = %s", (organisation.id,)
        )
    }
    assert inside.email in written
    assert outside.email not in written


async def test_only_those_who_see_it_can_be_asked_for_a_scorecard(api, sign_in, hidden, make_member):
    reviewer = await make_member(hidden.organisation, Role.REVIEWER)
    await sign_in(hidden.organisation)
    body = {"person_ids": [str(reviewer.person_id)]}
    refused = await api.put(f"/api/interviews/{hidden.interview_id}/panel", json=body)
    assert refused.status_code == 422 or refused.json()["code"] == "not_on_the_team", refused.text
    await share(api, hidden.interview_id, "shared", (reviewer.person_id, "review"))
    assert (await api.put(f"/api/interviews/{hidden.interview_id}/panel", json=body)).status_code == 200


async def test_the_page_shares_without_script(browser_client, hidden):
    browser = await browser_client(hidden.organisation)
    home = f"/interviews/{hidden.interview_id}/sharing"
    page = await browser.page(home)
    assert "Chosen colleagues only" in page.text
    assert "sees every interview" in page.text or "made it" in page.text
    sent = {"visibility": "shared", f"level-{hidden.outsider.person_id}": "view"}
    saved = await browser.submit(home, sent)
    assert saved.status_code == 303
    theirs = await browser_client(hidden.outsider)
    page = await theirs.page(home)
    assert (page.status_code, "<select" in page.text) == (200, False)


async def test_a_delivery_log_is_silent_about_a_hidden_interview(
    runtime, database, hidden, api, sign_in, browser_client, run_jobs, make_organisation
):
    """Also about who was invited, who was erased, and the interview itself: none of these names a session."""
    scope, secret = hidden.organisation.scope, runtime.provided.get(Secret)
    # Nobody listens there; what the log says of the tries is not what this is about.
    draft = EndpointDraft("https://hooks.example.org/in", "", tuple(CATALOGUE))
    async with database.begin(scope) as db:
        endpoint, _ = await change.add_endpoint(db, secret, hidden.organisation.owner, draft)
        await publish(db, InterviewPublished(scope.org_id, hidden.interview_id))
        await publish(db, CandidateInvited(scope.org_id, hidden.interview_id, new_id(), 1))
        await publish(db, ReportReady(scope.org_id, UUID(hidden.session_id), 1))
        await publish(db, SessionErased(scope.org_id, new_id(), None, "request", hidden.interview_id))
        await publish(db, SessionErased(scope.org_id, new_id(), None, "request"))  # as it was announced before
    open_to_all = await publish_interview(runtime, hidden.organisation, TEXT)
    await run_jobs()

    async def logged():
        found = (await api.get("/api/webhook-messages")).json()["items"]
        return {one["id"]: one["type"] for one in found}

    await sign_in(hidden.organisation.owner)
    everything = await logged()
    assert {"interview.published", "candidate.invited", "report.ready", "candidate.erased"} <= set(everything.values())
    await sign_in(hidden.outsider)
    assert (await api.post(f"/api/webhooks/{endpoint.id}/test")).is_success
    await run_jobs()
    theirs = await logged()
    assert sorted(set(theirs.values())) == ["interview.created", "interview.published", "webhook.test"]
    for message_id in set(everything) - set(theirs):
        assert (await api.get(f"/api/webhook-messages/{message_id}")).status_code == 404
    page = await (await browser_client(hidden.outsider)).page("/settings/webhooks/messages")
    assert page.status_code == 200
    assert not any(one in page.text for one in set(everything) - set(theirs))
    seen = Scope(scope.org_id, hidden.outsider.person_id)
    async with database.begin(seen) as db:
        told_of = {str(one) for one in await db.scalars(text("select interview_id from webhook_messages"))}
        tries = {str(one) for one in await db.scalars(text("select message_id from webhook_tries"))}
    assert told_of == {str(open_to_all.id), "None"}
    assert tries <= set(theirs)


def test_every_table_about_an_interview_or_a_session_is_hidden_with_it(owner_connection):
    """The one place where an interview is hidden is its policy: a table without it would show what others hide."""
    left_out = {
        "organisations": "nothing of an interview",
        "interviews": "has the condition itself",
    }
    rows = owner_connection.execute(
        "select c.table_name, array_agg(c.column_name::text) from information_schema.columns c"
        " join pg_class t on t.relname = c.table_name and t.relkind in ('r', 'p')"
        " where c.table_schema = 'public' and c.column_name in ('interview_id', 'session_id', 'answer_id',"
        " 'recording_id', 'question_id', 'conversation_id', 'run_id') group by 1"
    ).fetchall()
    policies = {
        name
        for (name,) in owner_connection.execute(
            "select tablename from pg_policies where policyname = 'shared' and permissive = 'RESTRICTIVE'"
        )
    }
    bare = {name for name, _ in rows} - policies - set(left_out)
    assert bare == set(), "give the table the policy of migration 0025, or say here why it shows nothing"


async def test_nobody_is_looked_up_while_no_interview_is_shared(
    api, sign_in, make_organisation, make_member, owner_connection
):
    organisation = await make_organisation()
    member = await make_member(organisation, Role.RECRUITER)
    await sign_in(member)
    assert (await api.get("/api/interviews")).status_code == 200
    (flag,) = owner_connection.execute(
        "select shares_interviews from organisations where id = %s", (organisation.id,)
    ).fetchone()
    assert flag is False
