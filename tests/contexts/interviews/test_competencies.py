"""The competencies of an interview through the API."""

from __future__ import annotations

import pytest

ANCHORS = [{"level": level, "text": f"Level {level}"} for level in (5, 1, 3)]
OWN = {"name": "Data modelling", "kind": "technical", "weight": 3, "anchors": ANCHORS}


@pytest.fixture
async def address(api, make_organisation, sign_in, make_interview) -> str:
    organisation = await make_organisation()
    interview_id = await make_interview(organisation)
    await sign_in(organisation)
    return f"/api/interviews/{interview_id}"


async def names(api, address: str) -> list[str]:
    return [competency["name"] for competency in (await api.get(address)).json()["competencies"]]


async def test_ready_made_ones_are_copied_in_the_interviews_language_and_once(api, address):
    await api.patch(address, json={"language": "ru"})
    keys = {"keys": ["teamwork", "learning", "teamwork"]}

    first = await api.post(f"{address}/competencies/from-library", json=keys)
    second = await api.post(f"{address}/competencies/from-library", json=keys)

    assert first.status_code == 200
    assert second.json() == first.json()
    assert [competency["name"] for competency in first.json()] == ["Работа в команде", "Умение учиться"]
    assert {len(competency["anchors"]) for competency in first.json()} == {5}


async def test_a_key_that_the_library_does_not_have_adds_nothing(api, address):
    response = await api.post(f"{address}/competencies/from-library", json={"keys": ["teamwork", "charisma"]})

    assert (response.status_code, list(response.json()["fields"])) == (422, ["keys"])
    assert await names(api, address) == []


async def test_ones_own_gets_a_key_and_its_anchors_in_order(api, address):
    response = await api.post(f"{address}/competencies", json=OWN)
    russian = await api.post(f"{address}/competencies", json={**OWN, "name": "Моделирование данных"})
    another = await api.post(f"{address}/competencies", json={**OWN, "name": "Данные"})

    made = response.json()
    assert (response.status_code, made["key"], made["kind"], made["weight"]) == (
        201,
        "own-data-modelling",
        "technical",
        3,
    )
    assert [anchor["level"] for anchor in made["anchors"]] == [1, 3, 5]
    assert [russian.json()["key"], another.json()["key"]] == ["own", "own-2"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "n" * 121},
        {"kind": "charm"},
        {"weight": 11},
        {"anchors": []},
        {"anchors": ANCHORS[:2]},
        {"anchors": [*ANCHORS, {"level": 6, "text": "beyond"}]},
        {"anchors": [*ANCHORS[:2], {"level": 3, "text": "  "}]},
        {"anchors": [{"level": 1, "text": "a" * 1001}, *ANCHORS]},
        {"key": "chosen"},
    ],
)
async def test_one_outside_its_limits_is_refused(api, address, change):
    response = await api.post(f"{address}/competencies", json={**OWN, **change})

    assert (response.status_code, response.json()["code"]) == (422, "malformed")
    assert await names(api, address) == []


async def test_names_are_told_apart(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    other = (await api.post(f"{address}/competencies", json={**OWN, "name": "Other"})).json()

    again = await api.post(f"{address}/competencies", json={**OWN, "name": "DATA modelling"})
    renamed = await api.put(f"{address}/competencies/{other['id']}", json=OWN)
    same = await api.put(f"{address}/competencies/{made['id']}", json={**OWN, "weight": 1})

    assert (again.status_code, again.json()["code"]) == (409, "competency_exists")
    assert (renamed.status_code, renamed.json()["code"]) == (409, "competency_exists")
    assert (same.status_code, same.json()["weight"], same.json()["key"]) == (200, 1, made["key"])


async def test_a_change_of_an_anchor_is_a_new_rubric(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    before = (await api.get(address)).json()["rubric_version"]

    anchors = [*ANCHORS[:2], {"level": 3, "text": "Something else"}]
    await api.put(f"{address}/competencies/{made['id']}", json={**OWN, "anchors": anchors})

    assert (await api.get(address)).json()["rubric_version"] != before


async def test_one_that_is_removed_leaves_the_questions_and_comes_back_to_them(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    await api.post(f"{address}/questions", json={"text": "How?", "competency_ids": [made["id"]]})
    one = f"{address}/competencies/{made['id']}"

    assert [(await api.delete(one)).status_code for _ in range(2)] == [204, 404]
    assert (await api.get(address)).json()["questions"][0]["competency_ids"] == []
    assert (await api.post(f"{one}/restore")).status_code == 200
    assert (await api.post(f"{one}/restore")).status_code == 404
    assert (await api.get(address)).json()["questions"][0]["competency_ids"] == [made["id"]]


async def test_one_does_not_come_back_beside_its_successor(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    await api.delete(f"{address}/competencies/{made['id']}")
    await api.post(f"{address}/competencies", json=OWN)

    response = await api.post(f"{address}/competencies/{made['id']}/restore")

    assert (response.status_code, response.json()["code"]) == (409, "competency_exists")


async def test_what_an_open_interview_needs_is_not_removed(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    await api.post(f"{address}/questions", json={"text": "How?", "competency_ids": [made["id"]]})
    await api.post(f"{address}/publish")

    response = await api.delete(f"{address}/competencies/{made['id']}")

    assert (response.status_code, response.json()["code"]) == (409, "interview_incomplete")
    assert await names(api, address) == ["Data modelling"]


async def test_there_are_at_most_twenty(api, address):
    for number in range(20):
        response = await api.post(f"{address}/competencies", json={**OWN, "name": f"Skill {number}"})
        assert response.status_code == 201

    own = await api.post(f"{address}/competencies", json=OWN)
    ready = await api.post(f"{address}/competencies/from-library", json={"keys": ["teamwork"]})

    assert {own.json()["code"], ready.json()["code"]} == {"limit_reached"}


async def test_another_interviews_competency_is_not_there(api, address):
    made = (await api.post(f"{address}/competencies", json=OWN)).json()
    other = (await api.post("/api/interviews", json={"title": "Other"})).json()["id"]

    for method, path in (("put", ""), ("delete", ""), ("post", "/restore")):
        response = await api.request(
            method, f"/api/interviews/{other}/competencies/{made['id']}{path}", json=OWN if method == "put" else None
        )
        assert (response.status_code, response.json()["code"]) == (404, "competency_not_found")
