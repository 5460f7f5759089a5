"""A stored judgement can be checked: the same input, and from the rules the same judgement."""

from __future__ import annotations

import json

import pytest
from tests.factories.answered import STRONG, WatchedEvaluator, begin_answering, evaluating_with

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.interviews import public as interviews
from colloquy.kit.ids import new_id


@pytest.fixture
async def judged(runtime, api, make_organisation, run_jobs):
    one = await begin_answering(runtime, api, await make_organisation())
    await one.write(STRONG)
    await one.complete()
    await run_jobs()
    return one


async def checked(one, rules=None):
    async with one.transaction() as db:
        prepared = await analysis.to_replay(db, one.scope, one.id)
    return [await analysis.replay(rules or analysis.RulesEvaluator(), each) for each in prepared]


def _found(replayed):
    return [(each.number, each.input.value, each.judgement.value) for each in replayed]


async def test_a_judgement_of_the_rules_is_the_same_again(judged):
    assert _found(await checked(judged)) == [(1, "same", "same")]


async def test_a_judgement_that_was_tampered_with_is_found(judged, owner_connection):
    levels = owner_connection.execute(
        "select judgements from judgement_sets where session_id = %s", [judged.id]
    ).fetchone()[0]
    levels[0]["level"] = 1 if levels[0]["level"] != 1 else 5
    owner_connection.execute("set session_replication_role = replica")  # past the guard of what is written
    owner_connection.execute(
        "update judgement_sets set judgements = %s where session_id = %s", [json.dumps(levels), judged.id]
    )
    assert _found(await checked(judged)) == [(1, "same", "different")]


async def test_words_that_changed_since_are_found(judged, owner_connection):
    owner_connection.execute("update answers set text = text || ' And more.' where session_id = %s", [judged.id])
    assert _found(await checked(judged))[0][1] == "different"


async def test_what_another_version_or_a_model_judged_is_said_to_be_not_replayable(judged):
    class Other(WatchedEvaluator):
        name = "rules:99"

    assert _found(await checked(judged, Other())) == [(1, "same", "not_replayable")]


async def test_after_a_revision_the_old_rubric_is_put_together_again(judged, run_jobs):
    async with judged.transaction() as db:
        interview = await interviews.interview(db, judged.scope, judged.made.id)
        draft = interviews.RubricDraft(points={interview.questions[0].id: ("Another point",)}, note="Other points")
        await interviews.revise_rubric(db, judged.organisation.owner, judged.made.id, draft)
    assert _found(await checked(judged)) == [(1, "same", "same")]


async def test_a_rubric_that_was_not_kept_is_said_to_be(judged, owner_connection):
    owner_connection.execute("set session_replication_role = replica")  # past the guard of what is written
    owner_connection.execute(
        "update judgement_sets set rubric_version = 'fffffffffffffff0' where session_id = %s", [judged.id]
    )
    assert _found(await checked(judged)) == [(1, "not_kept", "not_kept")]


async def test_every_version_is_checked(judged, runtime, run_jobs):
    run_id = new_id()
    with evaluating_with(runtime, WatchedEvaluator(name="rules:other")):
        async with judged.transaction() as db:
            await analysis.judge_again(db, judged.scope, judged.id, [(await judged.answer()).id], run_id=run_id)
        await run_jobs()
    assert _found(await checked(judged)) == [(1, "same", "not_replayable"), (1, "same", "same")]


async def test_another_tenant_has_nothing_to_check(judged, make_organisation, runtime):
    other = await make_organisation("Elsewhere")
    async with runtime.database.begin(other.scope) as db:
        assert await analysis.to_replay(db, other.scope, judged.id) == []
