"""An answer judged again: the next version stands beside the old, which counts until a person says otherwise."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.factories.answered import STRONG, WEAK, WatchedEvaluator, begin_answering, evaluating_with
from tests.factories.models import ScriptedModels, models_saying

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.sessions.public import AnswerState
from colloquy.kit.errors import Transient


@pytest.fixture
async def answered(runtime, api, make_organisation, run_jobs):
    one = await begin_answering(runtime, api, await make_organisation())
    await one.write(f"{STRONG} {uuid4()}")
    await one.complete()
    await run_jobs()
    return one


@pytest.fixture
def again(run_jobs):
    async def ask(one, run_id=None):
        run_id = run_id or uuid4()
        answer = await one.answer()
        async with one.transaction() as db:
            assert await analysis.judge_again(db, one.scope, one.id, [answer.id], run_id=run_id) == 1
        await run_jobs()
        return run_id

    return ask


async def counted(one, *runs):
    async with one.transaction() as db:
        [stored] = (await analysis.judgements(db, one.scope, one.id, runs=runs)).values()
    return stored


async def outcomes(one):
    return [event["outcome"] for event in await one.announced("JudgedAgain")]


def five(request):
    keys = [one["key"] for one in json.loads(request.prompt)["competencies"]]
    return {
        "judgements": [
            {"competency": key, "level": 5, "reason": "All of it.", "quotes": ["I rolled back the release"]}
            for key in keys
        ]
    }


async def test_a_new_model_reads_beside_the_rules_and_the_old_version_counts(runtime, answered, again):
    with models_saying(runtime, ScriptedModels({"test:new": five})):
        run_id = await again(answered)

    before, after = await counted(answered), await counted(answered, run_id)
    assert (before.version, after.version, after.run_id) == (1, 2, run_id)
    assert before.evaluator.startswith("rules:")
    assert (after.evaluator, len(after.passes)) == ("test:new", 2)
    assert {judgement.level for judgement in after.judgements} == {5}
    assert before.input_hash == after.input_hash
    assert await outcomes(answered) == ["judged"]


async def test_a_run_judges_an_answer_once_however_often_it_is_asked(answered, again):
    run_id = await again(answered)
    await again(answered, run_id)
    assert await answered.count("judgement_sets") == 2
    assert await outcomes(answered) == ["judged"]


async def test_who_withdrew_consent_is_left_alone_and_counted(answered, again):
    await answered.withdraw()
    await again(answered)
    assert await answered.count("judgement_sets") == 1
    assert await outcomes(answered) == ["not_allowed"]


async def test_consent_withdrawn_while_it_is_read_leaves_nothing_of_it(runtime, answered, again):
    watched = WatchedEvaluator()
    words = (await answered.answer()).text
    watched.meanwhile[words] = answered.withdraw
    with evaluating_with(runtime, watched):
        await again(answered)
    assert await answered.count("judgement_sets") == 1
    assert await outcomes(answered) == ["not_allowed"]


async def test_an_answer_without_words_is_not_judged_and_the_run_hears_of_it(answered, again):
    async with answered.transaction() as db:
        await db.execute(text("update answers set text = null where session_id = :id"), {"id": answered.id})
    await again(answered)
    assert await outcomes(answered) == ["not_judged"]


async def test_an_evaluator_that_stays_away_fails_the_run_and_not_the_answer(runtime, answered, again):
    watched = WatchedEvaluator()
    words = (await answered.answer()).text
    watched.trouble[words] = [Transient("Busy.")] * 5
    with evaluating_with(runtime, watched):
        await again(answered)
    assert (await answered.answer()).state in {AnswerState.ANALYSED, AnswerState.SCORED}
    assert await outcomes(answered) == ["failed"]


async def test_a_model_that_is_away_leaves_the_rules_and_says_so(runtime, api, make_organisation, run_jobs):
    with models_saying(runtime, ScriptedModels({"test:away": lambda _: None})):
        one = await begin_answering(runtime, api, await make_organisation())
        await one.write(f"{WEAK} {uuid4()}")
        await run_jobs()
    stored = await counted(one)
    assert (stored.evaluator.partition(":")[0], stored.stood_in) == ("rules", "all_failed")


async def test_readings_that_disagree_send_the_session_to_a_person(runtime, api, make_organisation, run_jobs):
    def two(request):
        made = five(request)
        for judged in made["judgements"]:
            judged["level"] = 2
        return made

    with models_saying(runtime, ScriptedModels({"test:one": five, "test:two": two})):
        one = await begin_answering(runtime, api, await make_organisation())
        await one.write(f"{STRONG} {uuid4()}")
        await one.complete()
        await run_jobs()
    score = await one.score()
    assert score.overall_score is None
    assert score.needs_human
    assert "Two readings of answer 1 disagree." in score.reason
