"""Questions of every kind through the API: what each keeps, what it refuses, and conditions that stay meaningful."""

from __future__ import annotations

from uuid import UUID

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.kit.ids import new_id

CHOICE = {"text": "May you work here?", "kind": "single_choice", "options": [{"text": "Yes"}, {"text": "No"}]}
YEARS = {"text": "How many years?", "kind": "number", "number_rule": {"lowest": 0, "highest": 60, "unit": "years"}}
TALK = {
    "text": "Let us talk.",
    "kind": "conversation",
    "topics": [{"text": "A system you built.", "points": ["result"]}],
}


@pytest.fixture
async def address(api, sign_in, make_organisation) -> str:
    """A draft of the one who is signed in."""
    await sign_in(await make_organisation())
    made = await api.post("/api/interviews", json={"title": "Kinds"})
    address = f"/api/interviews/{made.json()['id']}"
    await api.post(f"{address}/competencies/from-library", json={"keys": ["ownership"]})
    return address


async def add(api, address: str, **fields) -> dict:
    response = await api.post(f"{address}/questions", json={"text": "Why?", **fields})
    assert response.status_code == 201, response.text
    return response.json()


async def refused(api, address: str, **fields) -> dict:
    response = await api.post(f"{address}/questions", json={"text": "Why?", **fields})
    assert response.status_code == 422, response.text
    return response.json()["fields"]


def asked_when(question: dict, operator: str, value=None, **rule) -> dict:
    return {"conditions": [{"question_id": question["id"], "operator": operator, "value": value}], **rule}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (CHOICE, {"options": [{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}], "assessed": False}),
        ({**CHOICE, "kind": "multiple_choice", "required": False}, {"required": False, "takes": 1}),
        (YEARS, {"number_rule": {"lowest": 0, "highest": 60, "unit": "years"}, "think_seconds": 0}),
        ({"kind": "number"}, {"number_rule": {"lowest": None, "highest": None, "unit": ""}, "answer_seconds": 0}),
        ({"kind": "file", "takes": 5, "max_characters": 60}, {"takes": 1, "max_characters": 0, "assessed": False}),
        ({"kind": "link", "expected_points": ["x"], "weight": 9}, {"expected_points": [], "weight": 2}),
        (TALK, {"answer_seconds": 900, "think_seconds": 0, "takes": 1, "follow_ups": 2, "assessed": True}),
        ({**TALK, "answer_seconds": 3600, "follow_ups": 0}, {"answer_seconds": 3600, "follow_ups": 0}),
        ({"kind": "video", "source": "screen", "upload_allowed": True}, {"source": "screen", "upload_allowed": True}),
        ({"kind": "audio", "source": "screen", "upload_allowed": True}, {"source": "camera", "upload_allowed": True}),
        (
            {"kind": "text", "upload_allowed": True, "options": [{"text": "x"}]},
            {"upload_allowed": False, "options": []},
        ),
    ],
)
async def test_a_question_keeps_the_rules_of_its_kind_alone(api, address, given, kept):
    question = await add(api, address, **given)

    assert {name: question[name] for name in kept} == kept
    assert (await api.get(address)).json()["questions"] == [question]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({**CHOICE, "options": [{"text": "Yes"}]}, "options"),
        ({**CHOICE, "options": [{"text": "Yes"}, {"text": " yes "}]}, "options"),
        ({**CHOICE, "options": [{"id": "a", "text": "Yes"}, {"id": "a", "text": "No"}]}, "options"),
        ({**CHOICE, "options": [{"text": str(number)} for number in range(21)]}, "options"),
        ({**YEARS, "number_rule": {"lowest": 5, "highest": 5}}, "number_rule"),
        ({**TALK, "topics": []}, "topics"),
        ({**TALK, "answer_seconds": 60}, "answer_seconds"),
        ({"kind": "video", "answer_seconds": 1801}, "answer_seconds"),
        ({**TALK, "follow_ups": 4}, "follow_ups"),
        ({**CHOICE, "knock_out": {"operator": "is", "value": "c", "message": "Bye."}}, "knock_out"),
        ({**CHOICE, "knock_out": {"operator": "at_least", "value": 1, "message": "Bye."}}, "knock_out"),
        ({**CHOICE, "knock_out": {"operator": "answered", "message": "Bye."}}, "knock_out"),
        ({**YEARS, "knock_out": {"operator": "at_most", "value": "2", "message": "Bye."}}, "knock_out"),
        ({"kind": "video", "knock_out": {"operator": "is", "value": "a", "message": "Bye."}}, "knock_out"),
    ],
)
async def test_what_does_not_fit_its_kind_is_refused(api, address, given, field):
    assert field in " ".join(await refused(api, address, **given))
    assert (await api.get(address)).json()["questions"] == []


async def test_options_keep_their_ids_while_their_texts_are_edited(api, address):
    question = await add(api, address, **CHOICE)
    options = [{"text": "Not yet"}, {"id": "b", "text": "No, never"}, {"id": "a", "text": "Yes"}]

    changed = await api.put(f"{address}/questions/{question['id']}", json={**CHOICE, "options": options})

    assert [option["id"] for option in changed.json()["options"]] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("operator", "value", "about", "fits"),
    [
        ("is", "a", CHOICE, True),
        ("is_not", "b", CHOICE, True),
        ("is", "z", CHOICE, False),
        ("includes", "a", CHOICE, False),
        ("includes", "a", {**CHOICE, "kind": "multiple_choice"}, True),
        ("is", "a", {**CHOICE, "kind": "multiple_choice"}, False),
        ("at_least", 2, YEARS, True),
        ("at_least", "2", YEARS, False),
        ("answered", None, YEARS, True),
        ("answered", "a", CHOICE, False),
        ("answered", None, {"kind": "video"}, True),
        ("is", "a", {"kind": "video"}, False),
    ],
)
async def test_a_condition_fits_the_question_that_it_is_about(api, address, operator, value, about, fits):
    first = await add(api, address, **about)
    rule = asked_when(first, operator, value)

    answer = await api.post(f"{address}/questions", json={"text": "Then?", "show_if": rule})

    assert (answer.status_code == 201) is fits, answer.text
    if fits:
        assert answer.json()["show_if"] == {"every": True, **rule}
    else:
        assert "show_if" in answer.json()["fields"]


async def test_a_condition_is_about_an_earlier_question_of_this_interview(api, address):
    first, second = await add(api, address, **CHOICE), await add(api, address, **CHOICE)

    later = {**CHOICE, "show_if": asked_when(second, "is", "a")}
    response = await api.put(f"{address}/questions/{first['id']}", json=later)
    assert (response.status_code, list(response.json()["fields"])) == (422, ["show_if"])
    itself = {**CHOICE, "show_if": asked_when(second, "is", "a")}
    assert (await api.put(f"{address}/questions/{second['id']}", json=itself)).status_code == 422
    assert "show_if" in await refused(api, address, show_if=asked_when({"id": str(new_id())}, "answered"))


async def test_what_others_depend_on_stays_and_stays_before_them(api, address):
    first = await add(api, address, **CHOICE)
    other = await add(api, address)
    then = await add(api, address, show_if=asked_when(first, "is", "b"))
    home = f"{address}/questions"

    removed = await api.delete(f"{home}/{first['id']}")
    assert (removed.status_code, removed.json()["code"]) == (409, "question_needed")
    assert "Question 3 is asked only after" in removed.json()["detail"]
    moved = await api.post(f"{home}/order", json={"order": [other["id"], then["id"], first["id"]]})
    assert (moved.status_code, moved.json()["code"]) == (409, "question_needed")
    # The option in the place of the one that was asked about is another: it does not inherit its id.
    replaced = {**CHOICE, "options": [{"id": "a", "text": "Yes"}, {"text": "Never"}]}
    assert "options" in (await api.put(f"{home}/{first['id']}", json=replaced)).json()["fields"]
    assert "kind" in (await api.put(f"{home}/{first['id']}", json={"text": "?", "kind": "video"})).json()["fields"]

    assert (await api.delete(f"{home}/{then['id']}")).status_code == 204
    assert (await api.delete(f"{home}/{first['id']}")).status_code == 204
    alone = await api.post(f"{home}/{then['id']}/restore")
    assert (alone.status_code, alone.json()["code"]) == (409, "question_needed")
    assert (await api.post(f"{home}/{first['id']}/restore")).status_code == 200
    assert (await api.post(f"{home}/{then['id']}/restore")).status_code == 200


async def test_a_copy_asks_the_same_about_its_own_questions(api, address, database, make_organisation):
    first = await add(api, address, **CHOICE)
    await add(api, address, **{**YEARS, "knock_out": {"operator": "at_most", "value": 1, "message": "Thanks."}})
    await add(api, address, **TALK, show_if=asked_when(first, "is_not", "b", every=False))

    copy = (await api.post(f"{address}/duplicate")).json()

    original = (await api.get(address)).json()
    assert copy["questions"][2]["show_if"]["conditions"][0]["question_id"] == copy["questions"][0]["id"] != first["id"]
    for mine, theirs in zip(copy["questions"], original["questions"], strict=True):
        same = {name: value for name, value in mine.items() if name not in {"id", "show_if", "competency_ids"}}
        assert same.items() <= theirs.items()
    assert copy["rubric_version"] == original["rubric_version"]


async def test_an_interview_keeps_its_rules_and_only_equal_ones_once_somebody_started(
    api, address, candidate_starts, make_organisation, sign_in, make_interview
):
    organisation = await make_organisation()
    await sign_in(organisation)
    interview_id = await make_interview(organisation, published=True)
    home = f"/api/interviews/{interview_id}"
    rules = {
        "order": "free",
        "time_limit_minutes": 45,
        "practice": False,
        "reminder_hours": [4, 72, 72, 1],
        "vacancy": {"employment_type": "part_time", "location": " Almaty ", "country": "kz"},
    }

    changed = (await api.patch(home, json=rules)).json()
    kept = {"location": "Almaty", "country": "KZ", "remote": False}
    assert {name: changed[name] for name in ("order", "time_limit_minutes", "practice")} == {
        "order": "free",
        "time_limit_minutes": 45,
        "practice": False,
    }
    assert changed["reminder_hours"] == [72, 4, 1]
    assert changed["vacancy"] == {"employment_type": "part_time", **kept}
    assert (await api.patch(home, json={"vacancy": None})).json()["vacancy"] is None

    await candidate_starts(organisation, interview_id)
    for unequal in ({"order": "fixed"}, {"time_limit_minutes": 60}, {"time_limit_minutes": None}):
        response = await api.patch(home, json=unequal)
        assert (response.status_code, response.json()["code"]) == (409, "interview_has_candidates")
    assert (await api.patch(home, json={"practice": True, "reminder_hours": []})).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order": "random"}, "order"),
        ({"time_limit_minutes": 4}, "time_limit_minutes"),
        ({"time_limit_minutes": 481}, "time_limit_minutes"),
        ({"reminder_hours": [0]}, "reminder_hours"),
        ({"reminder_hours": [337]}, "reminder_hours"),
        ({"reminder_hours": [1, 2, 3, 4, 5]}, "reminder_hours"),
        ({"vacancy": {"employment_type": "full_time", "country": "DE"}}, "vacancy_location"),
        ({"vacancy": {"employment_type": "full_time", "location": "Berlin", "country": "D1"}}, "vacancy_country"),
        ({"vacancy": {"employment_type": "serf", "location": "Berlin", "country": "DE"}}, "vacancy"),
    ],
)
async def test_rules_outside_their_limits_are_refused(api, address, change, field):
    response = await api.patch(address, json=change)

    assert response.status_code == 422, response.text
    assert field in " ".join(response.json()["fields"])


async def test_reviewers_and_other_tenants_change_nothing(api, address, sign_in, make_organisation, database):
    await add(api, address, **CHOICE)
    await sign_in(await make_organisation())
    assert (await api.post(f"{address}/questions", json=CHOICE)).status_code == 404
    assert (await api.patch(address, json={"order": "free"})).status_code == 404

    other = await make_organisation()
    await sign_in(other)
    mine = (await api.post("/api/interviews", json={"title": "Mine"})).json()["id"]
    await sign_in(other, Role.REVIEWER)
    assert (await api.post(f"/api/interviews/{mine}/questions", json=CHOICE)).status_code == 403
    assert (await api.patch(f"/api/interviews/{mine}", json={"order": "free"})).status_code == 403


async def test_what_is_read_back_is_what_the_rest_of_the_product_sees(
    api, address, sign_in, make_organisation, database
):
    organisation = await make_organisation()
    await sign_in(organisation)
    made = (await api.post("/api/interviews", json={"title": "Read", "order": "free"})).json()["id"]
    home = f"/api/interviews/{made}"
    first = await add(api, home, **YEARS, knock_out={"operator": "at_most", "value": 1, "message": "Thanks."})
    await add(api, home, **TALK, show_if=asked_when(first, "at_least", 2))

    async with database.begin(organisation.scope) as db:
        read = await interviews.interview(db, organisation.scope, UUID(made))

    years, talk = read.questions
    assert read.order is interviews.QuestionOrder.FREE
    assert years.number_rule == interviews.NumberRule(0, 60, "years")
    assert years.knock_out == interviews.KnockOut(interviews.Test(interviews.Operator.AT_MOST, 1.0), "Thanks.")
    assert [(topic.text, topic.points) for topic in talk.topics] == [("A system you built.", ("result",))]
    assert interviews.on_path(read.questions, {years.id: 2.0}) == (years, talk)
    assert interviews.on_path(read.questions, {years.id: 1.5}) == (years,)
