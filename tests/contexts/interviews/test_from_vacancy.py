"""From a vacancy to a draft: the bank at once, a model as a job, the bank again when no model is of use."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from tests.factories.models import ScriptedModels, models_saying

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import library

VACANCY = "{role}\nWe look for somebody who knows the trade."


@pytest.fixture
async def signed_in(sign_in, make_organisation):
    organisation = await make_organisation()
    await sign_in(organisation)
    return organisation


@pytest.fixture
def role():
    return library.bank_roles("en")[0]


def drafted(**more):
    question = {
        "text": "Tell me about a pipe that burst on your watch.",
        "type": "behavioural",
        "difficulty": 2,
        "competencies": ["problem_solving", "pipes"],
        "points": ["Shuts the water off first", "Finds the cause"],
        "follow_ups": ["What did you change afterwards?"],
        "answer": "I shut the water off and then looked for the cause.",
    }
    return {
        "title": "Plumber",
        "competencies": [
            {"key": "problem_solving"},
            {
                "key": "pipes",
                "name": "Pipes",
                "description": "Knows pipes.",
                "kind": "technical",
                "anchors": {"1": "Names none.", "3": "Names some.", "5": "Knows all."},
            },
        ],
        "questions": [question, {**question, "text": "How old are you, by the way?"}],
        **more,
    }


async def propose(api, **given):
    return await api.post("/api/vacancies", json={"language": "en", **given})


async def test_the_bank_proposes_at_once_and_the_interview_has_everything(api, signed_in, role):
    answer = await propose(api, vacancy=VACANCY.format(role=role.name))
    assert answer.status_code == 202
    made = answer.json()
    assert (made["source"], made["proposal"]["roles"][0]) == ("question bank", role.name)
    chosen = [n for n, one in enumerate(made["proposal"]["questions"]) if one["chosen"]]
    assert len(chosen) == 6

    accepted = await api.post(f"/api/vacancies/{made['id']}/interview", json={"title": "Ours", "questions": chosen[:3]})
    interview = (await api.get(f"/api/interviews/{accepted.json()['id']}")).json()
    assert (interview["title"], interview["state"], len(interview["questions"])) == ("Ours", "draft", 3)
    first, offered = interview["questions"][0], made["proposal"]["questions"][0]
    assert (first["text"], first["expected_points"]) == (offered["text"], offered["points"])
    assert first["guide"] == {name: offered[name] for name in ("type", "difficulty", "answer", "follow_ups")}
    probed = {key for one in made["proposal"]["questions"][:3] for key in one["competencies"]}
    assert {one["key"] for one in interview["competencies"]} == probed
    assert all(len(one["anchors"]) == 5 for one in interview["competencies"])
    assert (await api.get(f"/api/vacancies/{made['id']}")).status_code == 404


async def test_an_interview_made_so_can_be_published(api, signed_in, role):
    made = (await propose(api, role=role.key)).json()
    chosen = [n for n, one in enumerate(made["proposal"]["questions"]) if one["chosen"]]
    accepted = await api.post(f"/api/vacancies/{made['id']}/interview", json={"title": "Ours", "questions": chosen})
    assert (await api.post(f"/api/interviews/{accepted.json()['id']}/publish")).status_code == 200


async def test_an_unknown_role_is_said_to_be_unknown(api, signed_in):
    made = (await propose(api, vacancy="Astronaut for Mars")).json()
    assert (made["proposal"]["roles"], made["proposal"]["questions"]) == ([], [])


@pytest.mark.parametrize(
    ("given", "field"),
    [({}, "vacancy"), ({"role": "astronaut"}, "role"), ({"vacancy": "x", "language": "xx"}, "language")],
)
async def test_what_cannot_be_proposed_says_what_to_change(api, signed_in, given, field):
    answer = await propose(api, **given)
    assert answer.status_code == 422
    assert field in answer.text


async def test_a_model_drafts_in_the_background(runtime, api, signed_in, run_jobs):
    with models_saying(runtime, ScriptedModels({"test:writer": lambda _: drafted()})) as models:
        made = (await propose(api, vacancy="Plumber wanted")).json()
        assert made["proposal"] is None
        await run_jobs()
    shown = (await api.get(f"/api/vacancies/{made['id']}")).json()
    assert (shown["source"], shown["stood_in"]) == ("test:writer", None)
    assert [one["text"] for one in shown["proposal"]["questions"]] == ["Tell me about a pipe that burst on your watch."]
    ready = {one.key: one.name for one in library.competencies("en")}
    assert {one["key"]: one["name"] for one in shown["proposal"]["competencies"]} == {
        "problem_solving": ready["problem_solving"],
        "pipes": "Pipes",
    }
    assert "Plumber wanted" in models.asked[0][1].prompt


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (lambda _: None, "all_failed"),
        (lambda _: drafted(questions=[{**drafted()["questions"][1]}] * 2), "unusable"),
    ],
)
async def test_the_bank_stands_in_for_a_model_that_is_of_no_use(runtime, api, signed_in, run_jobs, role, says, why):
    with models_saying(runtime, ScriptedModels({"test:writer": says})):
        made = (await propose(api, vacancy=VACANCY.format(role=role.name))).json()
        await run_jobs()
    shown = (await api.get(f"/api/vacancies/{made['id']}")).json()
    assert (shown["source"], shown["stood_in"]) == ("question bank", why)
    assert len(shown["proposal"]["questions"]) >= 6


async def test_a_proposal_is_its_organisations_alone(api, signed_in, sign_in, make_organisation, role):
    made = (await propose(api, role=role.key)).json()
    await sign_in(await make_organisation())
    address = f"/api/vacancies/{made['id']}"
    assert (await api.get(address)).status_code == 404
    assert (await api.post(f"{address}/interview", json={"title": "Mine", "questions": [0]})).status_code == 404


async def test_reviewers_propose_nothing(api, sign_in, make_organisation, role):
    await sign_in(await make_organisation(), Role.REVIEWER)
    assert (await propose(api, role=role.key)).status_code == 403
    assert (await api.get(f"/api/vacancies/{uuid4()}")).status_code == 403
    assert (await api.get("/api/question-bank")).status_code == 200


async def test_a_question_of_the_bank_joins_an_interview_that_is_there(
    make_organisation, make_interview, browser_client, role
):
    organisation = await make_organisation()
    address = f"/interviews/{await make_interview(organisation)}/bank"
    browser = await browser_client(organisation)
    listed = await browser.page(f"{address}?role={role.key}")
    key = re.search(r'<article class="card stack stack-2" id="(\w+)"', listed.text).group(1)
    assert "In this interview" not in listed.text

    answer = await browser.submit(f"{address}/{key}", {"kind": "text", "query": f"role={role.key}"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?role={role.key}#{key}")
    assert "In this interview" in (await browser.page(f"{address}?role={role.key}")).text
    assert "Nothing fits these filters" in (await browser.page(f"{address}?q=zzzz")).text


async def test_the_pages_lead_from_a_vacancy_to_the_editor(make_organisation, browser_client, role):
    browser = await browser_client(await make_organisation())
    assert "/interviews/from-vacancy" in (await browser.page("/interviews/new")).text
    wish = {"vacancy": VACANCY.format(role=role.name), "language": "en", "role": "", "kind": "video", "wanted": "4"}
    proposed = await browser.submit("/interviews/from-vacancy", wish)
    home = proposed.headers["location"]
    shown = await browser.page(home)
    assert shown.text.count(" checked") == 4
    nothing = await browser.submit(home, {"title": "Ours"})
    assert (nothing.status_code, "Choose at least one question." in nothing.text) == (422, True)
    made = await browser.submit(home, {"title": "Ours", "questions": ["0", "2"]})
    editor = await browser.page(made.headers["location"])
    assert editor.text.count('class="question-text"') == 2
    empty = await browser.submit("/interviews/from-vacancy", {**wish, "vacancy": " "})
    assert (empty.status_code, "Paste the vacancy, or choose a role." in empty.text) == (422, True)
