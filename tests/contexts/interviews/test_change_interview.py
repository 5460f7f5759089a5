"""PATCH and DELETE of interviews, publish, close, reopen, duplicate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.kit import clock

COMMANDS = [
    ("patch", "", {"title": "Taken over"}),
    ("delete", "", None),
    ("post", "/publish", None),
    ("post", "/close", None),
    ("post", "/reopen", None),
    ("post", "/duplicate", None),
    ("post", "/questions", {"text": "Theirs?"}),
    ("post", "/questions/order", {"order": []}),
    ("post", "/competencies/from-library", {"keys": ["teamwork"]}),
    ("post", "/competencies", {"name": "X", "anchors": [{"level": level, "text": "t"} for level in (1, 3, 5)]}),
    ("post", "/public-link", {}),
    ("delete", "/public-link", None),
    ("post", "/invitations", {"people": "a@example.com"}),
]


async def ask(api, command, interview_id):
    method, path, body = command
    return await api.request(method, f"/api/interviews/{interview_id}{path}", json=body)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]}{command[1]}")
async def test_reviewers_and_strangers_change_nothing(api, make_organisation, sign_in, make_interview, command):
    organisation = await make_organisation("Theirs")
    interview_id = await make_interview(organisation, "Untouched", template="sales_customer")
    await sign_in(organisation)
    before = (await api.get(f"/api/interviews/{interview_id}")).json()

    await sign_in(organisation, Role.REVIEWER)
    refused = await ask(api, command, interview_id)
    await sign_in(await make_organisation("Ours"))
    unseen = await ask(api, command, interview_id)

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (unseen.status_code, unseen.json()["code"]) == (404, "interview_not_found")
    await sign_in(organisation)
    assert (await api.get(f"/api/interviews/{interview_id}")).json() == before


async def test_only_what_is_sent_changes(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, "Before", template="software_engineer")
    await sign_in(organisation, Role.RECRUITER)
    address = f"/api/interviews/{interview_id}"
    before = (await api.get(address)).json()

    after = (await api.patch(address, json={"description": "About\r\nus"})).json()

    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"description", "updated_at"}
    assert after["description"] == "About\nus"
    assert after["rubric_version"] == before["rubric_version"]


@pytest.mark.parametrize(
    "body", [{"title": ""}, {"title": None}, {"retention_days": 4000}, {"state": "published"}, {"closes_at": "soon"}]
)
async def test_a_change_outside_the_limits_is_refused_whole(api, make_organisation, sign_in, make_interview, body):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, "Before")
    await sign_in(organisation)

    response = await api.patch(f"/api/interviews/{interview_id}", json={"role_title": "New", **body})

    assert response.status_code == 422
    assert (await api.get(f"/api/interviews/{interview_id}")).json()["role_title"] == ""


async def test_what_is_missing_is_listed_and_nothing_is_published(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"

    empty = await api.post(f"{address}/publish")
    await api.post(f"{address}/questions", json={"text": "Why?"})
    vague = await api.post(f"{address}/publish")

    assert (empty.status_code, empty.json()["code"]) == (409, "interview_incomplete")
    assert [missing["code"] for missing in empty.json()["missing"]] == ["has_questions"]
    assert [(missing["code"], missing["number"]) for missing in vague.json()["missing"]] == [
        ("question_has_competencies", 1)
    ]
    assert (await api.get(address)).json()["state"] == "draft"


async def test_the_life_of_an_interview(api, make_organisation, sign_in, make_interview, queued):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template="sales_customer")
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"

    async def step(name: str) -> tuple[int, str]:
        response = await api.post(f"{address}/{name}")
        return response.status_code, response.json().get("state", "")

    assert [await step(name) for name in ("close", "reopen")] == [(409, "draft"), (409, "draft")]
    assert await step("publish") == (200, "published")
    assert [await step(name) for name in ("publish", "reopen")] == [(409, "published"), (409, "published")]
    assert await step("close") == (200, "closed")
    assert await step("close") == (409, "closed")
    assert await step("reopen") == (200, "published")
    assert await queued(organisation.id) == ["events.deliver"] * 2  # created, published


async def test_reopening_takes_a_passed_closing_time_away(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, published=True)
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"
    await api.patch(address, json={"closes_at": (clock.now() + timedelta(hours=1)).isoformat()})

    with clock.travelled(timedelta(hours=2)):
        await sign_in(organisation)
        kept = await api.patch(address, json={"title": "Closed, renamed"})
        reopened = (await api.post(f"{address}/reopen")).json()

    assert kept.status_code == 200  # a closing time that has passed does not stand in the way of a new title
    assert (reopened["state"], reopened["closes_at"]) == ("published", None)


async def test_a_draft_whose_closing_time_has_passed_is_not_published(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, template="sales_customer")
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"
    await api.patch(address, json={"closes_at": (clock.now() + timedelta(hours=1)).isoformat()})

    with clock.travelled(timedelta(hours=2)):
        await sign_in(organisation)
        response = await api.post(f"{address}/publish")

    assert (response.status_code, response.json()["missing"][0]["code"]) == (409, "closes_in_the_future")


async def test_only_drafts_are_deleted_and_once(api, make_organisation, sign_in, make_interview, owner_connection):
    organisation = await make_organisation()
    draft = await make_interview(organisation, template="software_engineer")
    opened = await make_interview(organisation, published=True)
    await sign_in(organisation)

    assert (await api.delete(f"/api/interviews/{draft}")).status_code == 204
    assert (await api.delete(f"/api/interviews/{draft}")).status_code == 404
    refused = await api.delete(f"/api/interviews/{opened}")

    assert (refused.status_code, refused.json()["code"]) == (409, "interview_wrong_state")
    for table in ("questions", "competencies"):
        rows = owner_connection.execute(f"select 1 from {table} where interview_id = %s", (draft,)).fetchall()
        assert rows == []


async def test_a_duplicate_asks_the_same_and_is_its_own(api, make_organisation, sign_in, make_interview):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, "Original", template="team_lead_operations", published=True)
    await sign_in(organisation)
    original = (await api.get(f"/api/interviews/{interview_id}")).json()

    response = await api.post(f"/api/interviews/{interview_id}/duplicate")
    copy = response.json()

    assert (response.status_code, copy["title"], copy["state"]) == (201, "Original (copy)", "draft")
    assert copy["rubric_version"] == original["rubric_version"]
    assert [question["text"] for question in copy["questions"]] == [q["text"] for q in original["questions"]]
    ids = {item["id"] for part in ("questions", "competencies") for item in (*copy[part], *original[part])}
    assert len(ids) == 2 * (len(original["questions"]) + len(original["competencies"]))
    probed = {id_ for question in copy["questions"] for id_ in question["competency_ids"]}
    assert probed <= {competency["id"] for competency in copy["competencies"]}
    await api.delete(f"/api/interviews/{interview_id}/questions/{original['questions'][0]['id']}")
    assert (await api.get(f"/api/interviews/{copy['id']}")).json()["questions"] == copy["questions"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/questions", {"text": "One more?", "assessed": False}),
        ("put", "/questions/{question}", {"text": "Another?", "assessed": False}),
        ("delete", "/questions/{question}", None),
        ("post", "/questions/order", {"order": ["{question}"]}),
        ("post", "/competencies/from-library", {"keys": ["teamwork"]}),
        ("patch", "", {"language": "ru"}),
        ("patch", "", {"retention_days": 181}),
    ],
)
async def test_once_a_candidate_has_started_it_stays_as_it_was_asked(
    api, make_organisation, sign_in, make_interview, candidate_starts, method, path, body
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, published=True)
    await sign_in(organisation)
    address = f"/api/interviews/{interview_id}"
    before = (await api.get(address)).json()
    question = before["questions"][0]["id"]
    await candidate_starts(organisation, interview_id)
    if body and "order" in body:
        body = {"order": [question]}

    response = await api.request(method, address + path.format(question=question), json=body)

    assert (response.status_code, response.json()["code"]) == (409, "interview_has_candidates")
    after = (await api.get(address)).json()
    assert after == {**before, "has_candidates": True}


async def test_with_candidates_it_can_still_be_described_and_kept_for_less(
    api, make_organisation, sign_in, make_interview, candidate_starts
):
    organisation = await make_organisation()
    interview_id = await make_interview(organisation, published=True)
    await candidate_starts(organisation, interview_id)
    await sign_in(organisation)

    changes = {"title": "New title", "description": "More", "retention_days": 30}
    response = await api.patch(f"/api/interviews/{interview_id}", json=changes)
    copy = await api.post(f"/api/interviews/{interview_id}/duplicate")

    assert (response.status_code, response.json()["retention_days"]) == (200, 30)
    assert copy.json()["has_candidates"] is False
