"""POST /api/interviews."""

from __future__ import annotations

import asyncio

import pytest

from colloquy.contexts.identity.public import Role

TEMPLATES = ("software_engineer", "sales_customer", "team_lead_operations")


async def test_a_recruiter_makes_a_blank_draft(api, make_organisation, sign_in, queued):
    organisation = await make_organisation("Acme")
    await sign_in(organisation, Role.RECRUITER)

    response = await api.post("/api/interviews", json={"title": "  Backend\ndeveloper ", "language": "ru"})

    made = response.json()
    assert response.status_code == 201, made
    assert response.headers["location"] == f"/api/interviews/{made['id']}"
    assert (made["title"], made["state"], made["language"], made["company"]) == (
        "Backend developer",
        "draft",
        "ru",
        "Acme",
    )
    assert (made["questions"], made["competencies"], made["retention_days"]) == ([], [], 180)
    assert await queued(organisation.id) == ["events.deliver"]
    assert (await api.get(f"/api/interviews/{made['id']}")).json() == made


@pytest.mark.parametrize("starter", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "ru"])
async def test_every_template_makes_an_interview_that_can_be_published(
    api, make_organisation, sign_in, starter, language
):
    await sign_in(await make_organisation())

    made = (await api.post("/api/interviews", json={"title": "X", "template": starter, "language": language})).json()

    keys = {competency["id"]: competency["key"] for competency in made["competencies"]}
    assert len(made["questions"]) >= 4
    assert all(question["competency_ids"] for question in made["questions"])
    assert {id_ for question in made["questions"] for id_ in question["competency_ids"]} <= keys.keys()
    assert all(len(competency["anchors"]) == 5 for competency in made["competencies"])
    assert made["minutes"] > 5
    published = await api.post(f"/api/interviews/{made['id']}/publish")
    assert (published.status_code, published.json()["state"]) == (200, "published")


async def test_typed_questions_of_a_template_have_characters_in_place_of_seconds(api, make_organisation, sign_in):
    await sign_in(await make_organisation())

    made = (await api.post("/api/interviews", json={"title": "X", "template": TEMPLATES[0]})).json()

    rules = {
        (q["kind"], bool(q["answer_seconds"]), bool(q["max_characters"]), q["takes"] == 1) for q in made["questions"]
    }
    assert ("text", False, True, True) in rules
    assert all(seconds != characters for _, seconds, characters, _ in rules)


async def test_a_reviewer_may_not(api, make_organisation, sign_in):
    await sign_in(await make_organisation(), Role.REVIEWER)

    response = await api.post("/api/interviews", json={"title": "X"})

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert (await api.get("/api/interviews")).json()["items"] == []


async def test_nobody_may_without_signing_in(api):
    response = await api.post("/api/interviews", json={"title": "X"}, headers={"authorization": "Bearer nonsense"})

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "x\0y"}, "title"),
        ({"title": "x", "language": "de"}, "language"),
        ({"title": "x", "retention_days": 0}, "retention_days"),
        ({"title": "x", "retention_days": "180"}, "retention_days"),
        ({"title": "x", "retention_days": True}, "retention_days"),
        ({"title": "x", "closes_at": "2020-01-01T00:00:00Z"}, "closes_at"),
        ({"title": "x", "closes_at": "2099-01-01T00:00:00"}, "closes_at"),
        ({"title": "x", "template": "no such"}, "template"),
        ({"title": "x", "description": "d" * 4001}, "description"),
        ({"title": "x", "surprise": 1}, "surprise"),
    ],
)
async def test_values_outside_their_limits_are_named(api, make_organisation, sign_in, body, field):
    await sign_in(await make_organisation())

    response = await api.post("/api/interviews", json=body)

    assert response.status_code == 422, response.text
    assert any(name.endswith(field) for name in response.json()["fields"]), response.json()
    assert (await api.get("/api/interviews")).json()["items"] == []


async def test_the_same_request_with_a_key_is_carried_out_once(api, make_organisation, sign_in):
    await sign_in(await make_organisation())
    key = {"Idempotency-Key": "monday-1"}

    first = await api.post("/api/interviews", json={"title": "Once"}, headers=key)
    second = await api.post("/api/interviews", json={"title": "Once"}, headers=key)

    assert (second.status_code, second.json()) == (201, first.json())
    assert len((await api.get("/api/interviews")).json()["items"]) == 1


async def test_sent_twice_at_once_it_is_carried_out_once(api, make_organisation, sign_in):
    await sign_in(await make_organisation())
    key = {"Idempotency-Key": "at-once"}

    answers = await asyncio.gather(
        *(api.post("/api/interviews", json={"title": "Once"}, headers=key) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_key_belongs_to_its_request_and_its_person(api, make_organisation, sign_in):
    organisation = await make_organisation()
    key = {"Idempotency-Key": "k"}
    await sign_in(organisation)
    await api.post("/api/interviews", json={"title": "One"}, headers=key)

    other = await api.post("/api/interviews", json={"title": "Two"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    await sign_in(organisation, Role.RECRUITER)
    third = await api.post("/api/interviews", json={"title": "Two"}, headers=key)
    assert (third.status_code, third.json()["title"]) == (201, "Two")


async def test_a_refused_request_leaves_its_key_free(api, make_organisation, sign_in):
    await sign_in(await make_organisation())
    key = {"Idempotency-Key": "again"}

    refused = await api.post("/api/interviews", json={"title": "x", "template": "no such"}, headers=key)
    accepted = await api.post("/api/interviews", json={"title": "x"}, headers=key)

    assert (refused.status_code, accepted.status_code) == (422, 201)


async def test_a_browser_needs_the_csrf_token(make_organisation, browser_client):
    browser = await browser_client(await make_organisation())

    without = await browser.post("/api/interviews", json={"title": "X"})
    with_token = await browser.post(
        "/api/interviews", json={"title": "X"}, headers={"X-CSRF-Token": await browser.csrf()}
    )

    assert (without.status_code, without.json()["code"]) == (403, "csrf_failed")
    assert with_token.status_code == 201


async def test_a_program_that_forgot_its_key_is_told_so(api):
    """Not that a page is too old: nothing rides on a cookie where there is none."""
    for sent in ({"json": {"title": "x"}}, {}):
        refused = await api.post("/api/interviews", **sent)
        assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in"), sent


async def test_a_form_of_another_site_is_refused_though_it_brings_no_cookie(api):
    for sent in ({"data": {"title": "x"}}, {"content": b"{}", "headers": {"content-type": "text/plain"}}):
        refused = await api.post("/api/interviews", **sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed"), sent
