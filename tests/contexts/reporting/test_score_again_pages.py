"""Scoring again, comparing and calibrating as people do it: through pages and the API."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID

import pytest
from tests.contexts.scoring.cohorts import lenient, make_cohort, unblind

from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.ids import new_id


@pytest.fixture
async def cohort(runtime, api, make_organisation, run_jobs):
    async def make(number=3, **options):
        made = await make_cohort(runtime, api, await make_organisation(), number, **options)
        await run_jobs()
        return made

    return make


@pytest.fixture
async def scored_again(cohort, runtime, run_jobs):
    """A cohort with one run by another evaluator, done and not adopted; and the run's id."""
    some = await cohort(3)
    with lenient(runtime):
        run_id = await some.do(scoring.start_run, note="A kinder evaluator")
        await run_jobs()
    return some, run_id


def home(some) -> str:
    return f"/interviews/{some.interview.id}"


async def test_a_recruiter_scores_again_reads_what_changed_and_uses_it(cohort, runtime, run_jobs, browser_client):
    some = await cohort(3)
    browser = await browser_client(some.organisation, Role.RECRUITER)
    page = await browser.page(f"{home(some)}/again")
    assert "3 candidates are scored again." in page.text

    with lenient(runtime):
        begun = await browser.submit(f"{home(some)}/again", {"note": "A kinder evaluator"})
        run = begun.headers["location"]
        assert "Reading answers once more" in (await browser.page(run)).text
        await run_jobs()
    page = await browser.page(run)
    for words in ("These scores do not count yet", "A kinder evaluator", "Too few to tell", "rules:lenient"):
        assert words in page.text

    before = await some.scores()
    await browser.submit(f"{run}/adopt", {})
    await run_jobs()
    assert "These scores count" in (await browser.page(run)).text
    after = await some.scores()
    assert any(after[one][1] > before[one][1] for one in some.people)

    await browser.submit(f"{run}/leave", {})
    await run_jobs()
    assert {one: score for one, (_, score) in (await some.scores()).items()} == {
        one: score for one, (_, score) in before.items()
    }


async def test_the_chosen_ones_alone_are_scored_again(cohort, browser_client):
    some = await cohort(3)
    browser = await browser_client(some.organisation)
    page = await browser.page(f"{home(some)}/again?sessions={some.people[0]}&sessions={some.people[2]}")
    assert "2 candidates are scored again." in page.text
    begun = await browser.submit(f"{home(some)}/again", {"sessions": f"{some.people[0]},{some.people[2]}"})
    run_id = UUID(begun.headers["location"].rpartition("/")[2])
    assert {item.session_id for item in (await some.do(scoring.run_of, run_id))[1]} == {some.people[0], some.people[2]}


async def test_with_nobody_to_score_the_page_says_what_it_is_for(cohort, browser_client):
    some = await cohort(1, ai_evaluation=False)
    browser = await browser_client(some.organisation)
    assert "Nobody to score again yet" in (await browser.page(f"{home(some)}/again")).text


async def test_reviewers_have_no_part_in_it(scored_again, browser_client, api, sign_in):
    some, run_id = scored_again
    browser = await browser_client(some.organisation, Role.REVIEWER)
    for address in ("again", f"again/{run_id}", "calibration"):
        assert (await browser.page(f"{home(some)}/{address}")).status_code == 403
    assert "/again" not in (await browser.page(f"{home(some)}/sessions")).text
    await sign_in(some.organisation, Role.REVIEWER)
    runs = f"/api/interviews/{some.interview.id}/runs"
    assert (await api.post(runs, json={})).status_code == 403
    for step in ("adopt", "leave", "cancel", "go-on"):
        assert (await api.post(f"{runs}/{run_id}/{step}")).status_code == 403


async def test_another_tenant_finds_none_of_it(scored_again, make_organisation, api, sign_in):
    some, run_id = scored_again
    await sign_in(await make_organisation("Elsewhere"))
    runs = f"/api/interviews/{some.interview.id}/runs"
    assert (await api.post(runs, json={})).status_code == 404
    assert (await api.get(f"{runs}/{run_id}")).status_code == 404
    assert (await api.get(f"{runs}/{run_id}/drift")).status_code == 404
    assert (await api.post(f"{runs}/{run_id}/adopt")).status_code == 404
    assert (await api.get(f"/api/sessions/{some.people[0]}/judgements")).status_code == 404


async def test_a_program_scores_again_and_reads_the_drift(cohort, runtime, run_jobs, api, sign_in):
    some = await cohort(3)
    await sign_in(some.organisation)
    runs = f"/api/interviews/{some.interview.id}/runs"
    with lenient(runtime):
        begun = await api.post(runs, json={"note": "By a program"})
        assert begun.status_code == 202
        run = f"{runs}/{begun.json()['id']}"
        assert (await api.post(runs, json={})).json()["code"] == "run_going"
        await run_jobs()

    assert (await api.get(run)).json()["state"] == "done"
    drift = (await api.get(f"{run}/drift")).json()
    assert drift["compared"] == 3
    assert drift["levels"]["enough"] is False
    assert drift["levels"]["shift"]["value"] > 0
    assert drift["levels"]["shift"]["low"] is None
    assert [one["key"] for one in drift["competencies"]]
    table = list(csv.reader(io.StringIO((await api.get(f"{run}/drift.csv")).text.lstrip("\ufeff"))))
    assert table[0][:4] == ["session_id", "candidate_name", "question_number", "competency"]
    assert len(table) - 1 == len(drift["changes"])
    adopted = (await api.post(f"{run}/adopt")).json()
    assert (adopted["adopted"], adopted["complete"]) == (True, 3)
    assert [one["adopted"] for one in (await api.post(f"{run}/leave")).json()["adoptions"]] == [False, True]
    assert [one["id"] for one in (await api.get(runs)).json()["items"]] == [begun.json()["id"]]


async def test_what_a_program_sends_is_checked(cohort, api, sign_in):
    some = await cohort(1)
    await sign_in(some.organisation)
    runs = f"/api/interviews/{some.interview.id}/runs"
    for wrong in ({"session_ids": []}, {"note": "x" * 501}, {"unknown": 1}):
        assert (await api.post(runs, json=wrong)).status_code == 422
    assert (await api.post(runs, json={"session_ids": [str(new_id())]})).status_code == 404


async def test_every_judgement_stands_with_what_it_went_by(scored_again, browser_client, api, sign_in):
    some, _run_id = scored_again
    browser = await browser_client(some.organisation)
    address = f"/sessions/{some.people[1]}/judgements"
    page = await browser.page(address)
    assert page.text.count("Version 1") == 1
    assert page.text.count("Version 2") == 1
    checked = await browser.page(f"{address}?check=1")
    assert "Input: the same" in checked.text
    assert "Judgement: the same" in checked.text, "the rules' own judgement is made once more"
    assert "Judgement: cannot be repeated" in checked.text, "that of another evaluator is not"

    await sign_in(some.organisation)
    [answer] = (await api.get(f"/api{address}?check=true")).json()["answers"]
    assert [(one["version"], one["counts"], one["run"], one["judgement"]) for one in answer["versions"]] == [
        (2, False, 1, "not_replayable"),
        (1, True, None, "same"),
    ]


async def test_candidates_stand_side_by_side(cohort, browser_client):
    some = await cohort(3)
    browser = await browser_client(some.organisation, Role.REVIEWER)
    chosen = ",".join(map(str, some.people[:2]))
    page = await browser.page(f"{home(some)}/compare?sessions={chosen}")
    assert page.status_code == 200
    for words in ("Person 0", "Person 1", "project number 0", "project number 1"):
        assert words in page.text
    assert "Person 2" not in page.text

    nameless = await browser.page(f"{home(some)}/compare?sessions={chosen}&names=hidden")
    assert "Candidate A" in nameless.text
    assert "Candidate B" in nameless.text
    assert not re.search(r"Person \d|candidate-[0-9a-f]+@", nameless.text)


@pytest.mark.parametrize("number", [0, 1, 5])
async def test_two_to_four_can_be_compared(cohort, browser_client, number):
    some = await cohort(1)
    browser = await browser_client(some.organisation)
    chosen = ",".join(str(new_id()) for _ in range(number))
    answer = await browser.page(f"{home(some)}/compare?sessions={chosen}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{home(some)}/sessions")


async def test_who_is_not_of_this_interview_is_not_compared(cohort, browser_client):
    some, other = await cohort(1), await cohort(1)
    browser = await browser_client(some.organisation)
    chosen = f"{some.people[0]},{other.people[0]}"
    assert (await browser.page(f"{home(some)}/compare?sessions={chosen}")).status_code == 404


async def test_blind_reviewers_see_no_levels_anywhere(cohort, browser_client, api, sign_in, runtime, run_jobs):
    some = await cohort(3)
    recruiter = await browser_client(some.organisation, Role.RECRUITER)
    with lenient(runtime):
        run_id = await some.do(scoring.start_run)
        await run_jobs()
    await unblind(runtime, some.organisation, some.interview, blind_review=True)

    chosen = ",".join(map(str, some.people[:2]))
    compared = await recruiter.page(f"{home(some)}/compare?sessions={chosen}")
    assert compared.text.count("Levels are hidden") == 2
    assert "machine-level" not in compared.text
    drift = await recruiter.page(f"{home(some)}/again/{run_id}")
    assert "3 candidates wait for your own scorecards" in drift.text
    assert "The largest changes" not in drift.text
    calibration = await recruiter.page(f"{home(some)}/calibration")
    assert "0 candidates are looked at." in calibration.text
    assert "level-bars" not in calibration.text
    assert (await recruiter.page(f"/sessions/{some.people[0]}/judgements")).status_code in {403, 409, 400, 422}
    await sign_in(some.organisation)
    assert (await api.get(f"/api/sessions/{some.people[0]}/judgements")).json()["code"] == "scorecard_first"


async def test_calibration_shows_who_is_strict(cohort, browser_client, make_member):
    some = await cohort(4)
    [competency, *_] = (await some.read(interviews.interview, some.interview.id)).competencies
    strict = await make_member(some.organisation, Role.REVIEWER, name="Stella Strict")
    kind = await make_member(some.organisation, Role.REVIEWER, name="Karl Kind")
    async with some.runtime.database.begin(some.scope) as db:
        for person in some.people:
            await scoring.save_review(db, strict, person, {competency.key: 2})
            await scoring.save_review(db, kind, person, {competency.key: 4})

    browser = await browser_client(some.organisation, Role.RECRUITER)
    page = await browser.page(f"{home(some)}/calibration")
    assert "Stella Strict" in page.text
    assert "Karl Kind" in page.text
    assert "Too few to tell" in page.text, "four shared marks are too few"
    assert "-2" in page.text.replace("−", "-")
    assert "Question 1" in page.text

    nobody = await browser.page(f"{home(some)}/calibration?from=2001-01-01&to=2001-12-31")
    assert "Nothing to compare yet" in nobody.text


async def test_the_rubric_is_revised_beside_the_old_one(cohort, browser_client):
    some = await cohort(1)
    browser = await browser_client(some.organisation, Role.RECRUITER)
    fields = {}
    interview = await some.read(interviews.interview, some.interview.id)
    for one in interview.competencies:
        fields[f"weight-{one.id}"] = str(one.weight)
        fields[f"description-{one.id}"] = one.description
        fields |= {f"anchor_{anchor.level}-{one.id}": anchor.text for anchor in one.anchors}
    question = interview.questions[0]
    fields[f"expected_points-{question.id}"] = "Names a cause\nGives a figure"

    assert (await browser.submit(f"{home(some)}/rubric", fields)).status_code == 422, "the reason is missing"
    done = await browser.submit(f"{home(some)}/rubric", {**fields, "note": "Two clearer points"})
    assert done.status_code == 303
    again = await browser.submit(f"{home(some)}/rubric", {**fields, "note": "Two clearer points"})
    assert again.status_code == 409, "nothing changed"
    page = await browser.page(f"{home(some)}/rubric")
    assert "Two clearer points" in page.text
    assert interview.rubric_version in page.text
    after = await some.read(interviews.interview, some.interview.id)
    assert after.questions[0].expected_points == ("Names a cause", "Gives a figure")
    assert after.questions[0].text == question.text


async def test_reviewers_and_strangers_do_not_revise(cohort, browser_client, make_organisation):
    some = await cohort(1)
    reviewer = await browser_client(some.organisation, Role.REVIEWER)
    assert (await reviewer.submit(f"{home(some)}/rubric", {"note": "Mine"})).status_code == 403
    stranger = await browser_client(await make_organisation("Elsewhere"))
    assert (await stranger.submit(f"{home(some)}/rubric", {"note": "Mine"})).status_code == 404
