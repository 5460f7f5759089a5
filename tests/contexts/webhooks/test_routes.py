"""Webhooks as JSON."""

from __future__ import annotations

import pytest
from standardwebhooks import Webhook

from colloquy.contexts.identity.public import Role
from colloquy.contexts.webhooks.policy.states import MOST_ENDPOINTS
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE, TEST

GIVEN = {"url": "https://hooks.example.com/new", "description": "Tracking", "event_types": ["report.ready"]}
NOBODY = "01a1fe95-0df6-7196-84d4-30a99d7f64a0"
"""No row has it, and it is the same in every process that collects these tests."""


@pytest.fixture
async def signed_in(make_organisation, sign_in):
    organisation = await make_organisation()
    await sign_in(organisation)
    return organisation


async def test_a_webhook_comes_changes_and_goes_and_its_secret_is_shown_once(api, signed_in):
    made = await api.post("/api/webhooks", json=GIVEN)
    assert made.status_code == 201, made.text
    webhook = made.json()
    assert webhook.pop("secret").startswith("whsec_")
    address = f"/api/webhooks/{webhook['id']}"
    assert (await api.get("/api/webhooks")).json() == [webhook]
    changed = await api.put(address, json={**GIVEN, "event_types": ["session.decided", "report.ready"]})
    assert changed.json() == {**webhook, "event_types": ["session.decided", "report.ready"]}
    assert (await api.delete(address)).status_code == 204
    assert (await api.get(address)).json()["code"] == "webhook_not_found"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "http://hooks.example.com/new"}, "https://"),
        ({"url": "https://10.0.0.8/hooks"}, "COLLOQUY_OUTBOUND_ALLOW=10.0.0.8:443"),
        ({"url": "https://169.254.169.254/latest"}, "COLLOQUY_OUTBOUND_ALLOW"),
        ({"url": "https://a:b@hooks.example.com/"}, "password"),
        ({"url": ""}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["gossip"]}, "event_types"),
        ({"description": "x" * 201}, "description"),
        ({"enabled": "yes"}, "enabled"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
    ids=["plain http", "private", "metadata", "password", "empty", "no event", "no such event", "long", "type", "more"],
)
async def test_what_cannot_be_is_refused_with_a_sentence(api, signed_in, wrong, says):
    refused = await api.post("/api/webhooks", json={**GIVEN, **wrong})

    assert refused.status_code == 422
    assert says in refused.text
    assert (await api.get("/api/webhooks")).json() == []


async def test_there_is_a_limit(api, signed_in):
    for _ in range(MOST_ENDPOINTS):
        assert (await api.post("/api/webhooks", json=GIVEN)).status_code == 201

    assert (await api.post("/api/webhooks", json=GIVEN)).json()["code"] == "too_many_webhooks"


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_webhooks_are_for_those_who_keep_them(api, make_organisation, sign_in, role):
    await sign_in(await make_organisation(), role)

    for path in ("/api/webhooks", "/api/webhook-messages", "/api/webhook-event-types", f"/api/webhooks/{NOBODY}"):
        assert (await api.get(path)).status_code == 403, path
    assert (await api.post("/api/webhooks", json=GIVEN)).status_code == 403


async def test_another_organisations_webhook_and_messages_are_not_there(
    api, hook, run_jobs, make_organisation, sign_in
):
    hooked = await hook()
    await sign_in(hooked.actor)
    sent = await api.post(f"/api/webhooks/{hooked.endpoint_id}/test")
    await run_jobs()
    await sign_in(await make_organisation())

    address, message = f"/api/webhooks/{hooked.endpoint_id}", f"/api/webhook-messages/{sent.json()['message_id']}"
    answers = [
        await api.get(address),
        await api.put(address, json=GIVEN),
        await api.delete(address),
        await api.post(f"{address}/rotate-secret"),
        await api.post(f"{address}/test"),
        await api.post(f"{address}/send-failed", json={"since": "2026-11-01T00:00:00Z"}),
        await api.get(message),
        await api.post(f"{message}/send-again"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert (await api.get(f"/api/webhook-messages?endpoint_id={hooked.endpoint_id}")).json()["items"] == []
    assert (await hooked.endpoint()) is not None


async def test_the_log_has_every_try_with_its_body_and_its_answer(api, hook, receiver, run_jobs, sign_in):
    hooked = await hook()
    await sign_in(hooked.actor)
    receiver.reply = b"HTTP/1.1 503 Away\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n" + b"x" * 2000
    sent = (await api.post(f"/api/webhooks/{hooked.endpoint_id}/test")).json()
    await run_jobs()

    page = (await api.get("/api/webhook-messages?state=pending&type=webhook.test")).json()
    assert [item["id"] for item in page["items"]] == [sent["message_id"]]
    assert (await api.get("/api/webhook-messages?state=delivered")).json()["items"] == []
    found = (await api.get(f"/api/webhook-messages/{sent['message_id']}")).json()
    [one] = found["all_tries"]
    assert (one["status"], one["problem"], len(one["answer"])) == (503, "status", 1024)
    assert found["body"] == receiver.had[0].body.decode()
    assert found["webhook_id"] == receiver.had[0].headers["webhook-id"]
    assert found["next_try_at"] is not None


async def test_the_log_is_read_page_by_page(api, hook, run_jobs, sign_in):
    hooked = await hook()
    await sign_in(hooked.actor)
    for _ in range(5):
        await api.post(f"/api/webhooks/{hooked.endpoint_id}/test")
    first = (await api.get("/api/webhook-messages?limit=3")).json()
    second = (await api.get(f"/api/webhook-messages?limit=3&cursor={first['next_cursor']}")).json()

    ids = [item["id"] for item in (*first["items"], *second["items"])]
    assert (len(first["items"]), len(set(ids)), second["next_cursor"]) == (3, 5, None)


async def test_a_message_is_sent_again_under_its_id(api, hook, receiver, run_jobs, sign_in):
    hooked = await hook()
    await sign_in(hooked.actor)
    sent = (await api.post(f"/api/webhooks/{hooked.endpoint_id}/test")).json()
    await run_jobs()
    again = await api.post(f"/api/webhook-messages/{sent['message_id']}/send-again")
    await run_jobs()

    assert again.status_code == 202
    assert len(receiver.had) == 2
    assert len({had.headers["webhook-id"] for had in receiver.had}) == 1


async def test_everything_that_failed_since_a_moment_is_sent_again(api, hook, receiver, run_jobs, sign_in):
    hooked = await hook()
    await sign_in(hooked.actor)
    receiver.reply = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    address = f"/api/webhooks/{hooked.endpoint_id}"
    for _ in range(2):
        await api.post(f"{address}/test")
    await run_jobs()
    receiver.reply = b"HTTP/1.1 204 Fine\r\nConnection: close\r\n\r\n"
    since = {"since": "2020-01-01T00:00:00Z"}
    off = await api.post(f"{address}/send-failed", json=since)
    on = await api.put(address, json={**GIVEN, "url": receiver.url, "enabled": True})
    queued = await api.post(f"{address}/send-failed", json=since)
    nothing = await api.post(f"{address}/send-failed", json={"since": "2100-01-01T00:00:00Z"})
    await run_jobs()

    assert (off.json()["code"], on.json()["stopped"]) == ("webhook_off", None)
    assert (queued.json(), nothing.json()) == ({"messages": 2}, {"messages": 0})
    assert [one.state for one in await hooked.messages()] == ["delivered", "delivered"]


async def test_a_new_secret_by_the_api_signs_beside_the_one_before(api, hook, receiver, run_jobs, sign_in):
    hooked = await hook()
    await sign_in(hooked.actor)
    rotated = (await api.post(f"/api/webhooks/{hooked.endpoint_id}/rotate-secret")).json()
    await api.post(f"/api/webhooks/{hooked.endpoint_id}/test")
    await run_jobs()

    [had] = receiver.had
    for secret in (hooked.secret, rotated["secret"]):
        Webhook(secret).verify(had.body, had.headers)
    assert rotated["previous_secret_until"] is not None


async def test_the_description_has_a_schema_for_every_event(api, signed_in):
    described = (await api.get("/api/openapi.json")).json()

    assert described["webhooks"].keys() == {*CATALOGUE, TEST}
    types = (await api.get("/api/webhook-event-types")).json()
    assert [one["type"] for one in types] == list(CATALOGUE)
    operation = described["webhooks"]["session.decided"]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    envelope = described["components"]["schemas"][reference]
    assert envelope["properties"]["type"]["const"] == "session.decided"
    assert set(envelope["required"]) == {"type", "timestamp", "data"}
    names = {parameter["name"] for parameter in operation["parameters"]}
    assert names == {"webhook-id", "webhook-timestamp", "webhook-signature"}
