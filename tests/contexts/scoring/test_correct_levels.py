"""A person's level in the place of the machine's: it counts, the machine's stays, and it can be taken back."""

from __future__ import annotations

import pytest
from tests.factories.answered import STRONG, begin_answering

from colloquy.contexts.identity.public import Role
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.ids import new_id

REASON = "The result he names was his colleague's."


@pytest.fixture
async def scored(runtime, api, make_organisation, run_jobs):
    one = await begin_answering(runtime, api, await make_organisation())
    await one.write(STRONG)
    await one.complete()
    await run_jobs()
    return one


def address(one) -> str:
    return f"/api/sessions/{one.id}/overrides"


def correction(**other):
    return {"competency": "ownership", "level": 1, "reason": REASON} | other


@pytest.mark.parametrize("whole", [True, False])
async def test_a_corrected_level_makes_the_next_version_and_the_machines_numbers_stay(
    api, sign_in, scored, run_jobs, whole
):
    before = await scored.score()
    judged = await scored.judgements()
    person = await sign_in(scored.organisation, Role.REVIEWER)
    place = {} if whole else {"answer_id": str((await scored.answer()).id)}

    response = await api.post(address(scored), json=correction(**place))

    assert response.status_code == 200, response.text
    [held] = response.json()["overrides"]
    assert (held["level"], held["reason"], held["name"]) == (1, REASON, person.name)
    after = await scored.score()
    assert after.version == before.version + 1
    assert after.overall_score < before.overall_score
    assert after.machine.overall_score == before.overall_score
    assert (after.machine.low, after.machine.high) == (before.low, before.high)
    assert await scored.judgements() == judged
    await run_jobs()
    report = (await api.get(f"/api/sessions/{scored.id}/report.json")).json()
    assert (report["overall_score"], report["machine"]["overall_score"]) == (after.overall_score, before.overall_score)
    assert [(one["key"], one["level"], one["by"]) for one in report["overrides"]] == [("ownership", 1, person.name)]
    [level] = [one["level"] for one in report["answers"][0]["scores"] if one["key"] == "ownership"]
    assert level != 1, "the program's own level stands beside it"
    rows = (await api.get(f"/api/sessions/{scored.id}/report.csv")).text
    assert REASON in rows


async def test_a_correction_is_taken_back_and_everything_is_kept(api, sign_in, scored):
    before = await scored.score()
    await sign_in(scored.organisation, Role.REVIEWER)
    await api.post(address(scored), json=correction())
    taken = await api.post(address(scored), json=correction(level=None, reason="I had misheard the sentence."))
    assert taken.json()["overrides"] == []
    assert [one["level"] for one in taken.json()["history"]] == [None, 1]
    after = await scored.score()
    assert (after.version, after.overall_score, after.machine) == (before.version + 2, before.overall_score, None)
    again = await api.post(address(scored), json=correction(level=None))
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_correct")


async def test_the_level_about_one_answer_goes_before_the_one_about_all(scored, api, sign_in):
    await sign_in(scored.organisation, Role.REVIEWER)
    await api.post(address(scored), json=correction(level=1))
    low = (await scored.score()).overall_score
    await api.post(address(scored), json=correction(level=5, answer_id=str((await scored.answer()).id)))
    assert (await scored.score()).overall_score > low


async def test_the_same_correction_again_changes_nothing(api, sign_in, scored):
    await sign_in(scored.organisation, Role.REVIEWER)
    for _ in range(3):
        await api.post(address(scored), json=correction())
    assert await scored.count("overrides") == 1
    assert len(await scored.announced("LevelCorrected")) == 1


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"level": 6}, "body.level"),
        ({"level": 0}, "body.level"),
        ({"reason": "no"}, "body.reason"),
        ({"competency": "charisma"}, "competency"),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused_by_field(api, sign_in, scored, other, field):
    await sign_in(scored.organisation, Role.REVIEWER)
    response = await api.post(address(scored), json=correction(**other))
    assert (response.status_code, list(response.json()["fields"])) == (422, [field])
    assert await scored.count("overrides") == 0


async def test_where_no_program_judged_there_is_nothing_to_correct(runtime, api, sign_in, make_organisation, run_jobs):
    people_only = await begin_answering(runtime, api, await make_organisation(), ai_evaluation=False)
    await people_only.write(STRONG)
    await people_only.complete()
    await run_jobs()
    await sign_in(people_only.organisation, Role.REVIEWER)
    response = await api.post(address(people_only), json=correction())
    assert (response.status_code, response.json()["code"]) == (409, "nothing_to_correct")


async def test_other_organisations_other_answers_and_unfinished_candidates(
    runtime, api, sign_in, make_organisation, scored
):
    await sign_in(scored.organisation, Role.REVIEWER)
    elsewhere = await api.post(address(scored), json=correction(answer_id=str(new_id())))
    assert elsewhere.status_code == 409
    answering = await begin_answering(runtime, api, scored.organisation)
    assert (await api.post(address(answering), json=correction())).json()["code"] == "not_handed_in"
    await sign_in(await make_organisation())
    assert (await api.post(address(scored), json=correction())).status_code == 404
    async with scored.transaction() as db:
        assert await scoring.overrides(db, scored.scope, scored.id) == []
