"""The questions of an interview through the API."""

from __future__ import annotations

import asyncio
import json

import pytest

from colloquy.kit.ids import new_id


@pytest.fixture
async def address(api, make_organisation, sign_in, make_interview) -> str:
    """A draft with one competency, signed in as its owner."""
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    await sign_in(organisation)
    await api.post(f"/api/interviews/{interview_id}/competencies/from-library", json={"keys": ["teamwork"]})
    return f"/api/interviews/{interview_id}"


async def add(api, address: str, **question) -> dict:
    response = await api.post(f"{address}/questions", json={"text": "What happened?", **question})
    assert response.status_code == 201, response.text
    return response.json()


async def texts(api, address: str) -> list[str]:
    return [question["text"] for question in (await api.get(address)).json()["questions"]]


async def test_a_question_keeps_its_rules_and_what_it_probes(api, address):
    competency = (await api.get(address)).json()["competencies"][0]["id"]

    question = await add(
        api,
        address,
        text=" Tell us about a disagreement. ",
        kind="audio",
        think_seconds=600,
        answer_seconds=10,
        takes=10,
        weight=10,
        competency_ids=[competency, competency],
        expected_points=["  names\nthe matter ", "", "says what they did"],
        guide={"type": "behavioural", "difficulty": 2, "answer": " I wrote to them. ", "follow_ups": ["And then? "]},
    )

    assert question == {
        "id": question["id"],
        "number": 1,
        "text": "Tell us about a disagreement.",
        "kind": "audio",
        "think_seconds": 600,
        "answer_seconds": 10,
        "max_characters": 0,
        "takes": 10,
        "weight": 10,
        "assessed": True,
        "competency_ids": [competency],
        "expected_points": ["names the matter", "says what they did"],
        "required": True,
        "source": "camera",
        "upload_allowed": False,
        "options": [],
        "number_rule": {"lowest": None, "highest": None, "unit": ""},
        "topics": [],
        "follow_ups": 2,
        "show_if": None,
        "knock_out": None,
        "guide": {"type": "behavioural", "difficulty": 2, "answer": "I wrote to them.", "follow_ups": ["And then?"]},
    }
    assert (await api.get(address)).json()["questions"] == [question]


async def test_a_typed_question_has_no_clock(api, address):
    question = await add(api, address, kind="text", max_characters=50, think_seconds=60, takes=5)

    rules = {name: question[name] for name in ("max_characters", "answer_seconds", "think_seconds", "takes")}
    assert rules == {"max_characters": 50, "answer_seconds": 0, "think_seconds": 0, "takes": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "  \n "},
        {"text": "x" * 4001},
        {"text": "\ud800"},
        {"kind": "dance"},
        {"think_seconds": 601},
        {"think_seconds": -1},
        {"think_seconds": 1.5},
        {"answer_seconds": 9},
        {"answer_seconds": 1801},
        {"max_characters": 49, "kind": "text"},
        {"max_characters": 10_001, "kind": "text"},
        {"takes": 0},
        {"takes": 11},
        {"takes": "3"},
        {"weight": 0},
        {"assessed": "yes"},
        {"competency_ids": ["nonsense"]},
        {"competency_ids": [str(new_id())]},
        {"expected_points": ["p"] * 21},
        {"expected_points": ["p" * 501]},
        {"unknown": 1},
    ],
)
async def test_a_question_outside_its_limits_is_refused(api, address, change):
    # ASCII escapes: half a surrogate pair can be written in JSON although it is no text.
    response = await api.post(
        f"{address}/questions",
        content=json.dumps({"text": "Fine?", **change}),
        headers={"content-type": "application/json"},
    )

    assert (response.status_code, response.json()["code"]) == (422, "malformed"), response.text
    assert await texts(api, address) == []


async def test_competencies_of_another_interview_are_refused(api, address, make_interview, make_organisation, sign_in):
    mine = (await api.get(address)).json()["competencies"][0]["id"]
    other = (await api.post("/api/interviews", json={"title": "Other"})).json()["id"]

    response = await api.post(f"/api/interviews/{other}/questions", json={"text": "?", "competency_ids": [mine]})

    assert (response.status_code, list(response.json()["fields"])) == (422, ["competency_ids"])


async def test_a_question_is_replaced_in_its_place(api, address):
    first, second = await add(api, address, text="One"), await add(api, address, text="Two")

    response = await api.put(f"{address}/questions/{first['id']}", json={"text": "Uno", "kind": "text"})

    assert (response.status_code, response.json()["number"], response.json()["kind"]) == (200, 1, "text")
    assert await texts(api, address) == ["Uno", second["text"]]


async def test_a_removed_question_comes_back_to_its_place(api, address):
    questions = [await add(api, address, text=text) for text in ("One", "Two", "Three")]
    two = f"{address}/questions/{questions[1]['id']}"

    assert (await api.delete(two)).status_code == 204
    assert (await api.delete(two)).status_code == 404
    assert (await api.put(two, json={"text": "Two?"})).status_code == 404
    assert await texts(api, address) == ["One", "Three"]
    assert (await api.post(f"{two}/restore")).status_code == 200
    assert (await api.post(f"{two}/restore")).json()["code"] == "question_not_found"
    assert await texts(api, address) == ["One", "Two", "Three"]


async def test_an_hour_later_a_removal_is_final(api, address, owner_connection):
    one, two = await add(api, address, text="One"), await add(api, address, text="Two")
    await api.delete(f"{address}/questions/{one['id']}")
    owner_connection.execute(
        "update questions set deleted_at = deleted_at - interval '61 minutes' where id = %s", (one["id"],)
    )

    assert (await api.post(f"{address}/questions/{one['id']}/restore")).status_code == 404
    await api.delete(f"{address}/questions/{two['id']}")
    assert (await api.post(f"{address}/questions/{two['id']}/restore")).status_code == 200
    left = owner_connection.execute("select text from questions where id = any(%s)", ([one["id"], two["id"]],))
    assert left.fetchall() == [("Two",)]


async def test_the_order_names_every_question_once(api, address):
    ids = [(await add(api, address, text=text))["id"] for text in ("One", "Two", "Three")]

    response = await api.post(f"{address}/questions/order", json={"order": [ids[2], ids[0], ids[1]]})
    assert [question["number"] for question in response.json()["questions"]] == [1, 2, 3]
    assert await texts(api, address) == ["Three", "One", "Two"]

    for wrong in (ids[:2], [*ids, ids[0]], [ids[0], ids[0], ids[1]], [*ids[:2], str(new_id())], []):
        refused = await api.post(f"{address}/questions/order", json={"order": wrong})
        assert (refused.status_code, refused.json()["code"]) == (409, "order_changed")
    assert await texts(api, address) == ["Three", "One", "Two"]


async def test_there_are_at_most_fifty(api, address):
    for _ in range(50):
        last = await add(api, address)
    full = await api.post(f"{address}/questions", json={"text": "One more?"})
    assert (full.status_code, full.json()["code"]) == (409, "limit_reached")

    await api.delete(f"{address}/questions/{last['id']}")
    await add(api, address)
    assert (await api.post(f"{address}/questions/{last['id']}/restore")).json()["code"] == "limit_reached"


async def test_the_same_request_with_a_key_adds_one(api, address):
    key = {"Idempotency-Key": "q-1"}

    answers = await asyncio.gather(
        *(api.post(f"{address}/questions", json={"text": "Once?"}, headers=key) for _ in range(4))
    )

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await texts(api, address) == ["Once?"]


async def test_what_candidates_can_open_stays_complete(api, address):
    question = await add(api, address, assessed=False)
    assert (await api.post(f"{address}/publish")).status_code == 200

    vague = await api.post(f"{address}/questions", json={"text": "What does this find out?"})
    emptied = await api.delete(f"{address}/questions/{question['id']}")

    assert (vague.status_code, vague.json()["code"]) == (409, "interview_incomplete")
    assert (emptied.status_code, emptied.json()["code"]) == (409, "interview_incomplete")
    assert await texts(api, address) == [question["text"]]
