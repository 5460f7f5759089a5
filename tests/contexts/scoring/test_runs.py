"""Runs of scoring again: who may, which of them count, what they changed, and rubrics that are revised."""

from __future__ import annotations

import pytest
from tests.contexts.scoring.cohorts import lenient
from tests.factories.interviews import TEXT

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Forbidden
from colloquy.kit.ids import new_id


async def test_one_run_at_a_time(cohort):
    some = await cohort(1)
    run_id = await some.do(scoring.start_run)
    with pytest.raises(scoring.RunGoing):
        await some.do(scoring.start_run)
    with pytest.raises(scoring.RunGoing):
        await some.do(scoring.adopt_run, run_id, adopted=True)


async def test_adopting_twice_is_adopting_once(cohort, run_jobs):
    some = await cohort(1)
    run_id = await some.do(scoring.start_run)
    await run_jobs()
    for _ in range(2):
        await some.do(scoring.adopt_run, run_id, adopted=True)
        await run_jobs()
    assert len((await some.run(run_id)).adoptions) == 1


async def test_a_later_run_that_is_taken_back_leaves_the_earlier_one_standing(cohort, run_jobs, runtime):
    some = await cohort(1)
    runs = []
    for name in ("rules:first", "rules:second"):
        with lenient(runtime, name):
            runs.append(await some.do(scoring.start_run))
            await run_jobs()

    async def judge():
        [stored] = (await some.read(scoring.judgements, some.people[0])).values()
        return stored.evaluator

    said = []
    for place, adopted in ((0, True), (1, True), (1, False), (1, True), (0, False), (1, False)):
        await some.do(scoring.adopt_run, runs[place], adopted=adopted)
        said.append(await judge())
    assert said[:4] == ["rules:first", "rules:second", "rules:first", "rules:second"]
    assert said[4] == "rules:second"
    assert said[5] not in {"rules:first", "rules:second"}


async def test_only_who_decides_may(cohort, make_member, make_organisation):
    some = await cohort(1)
    reviewer = await make_member(some.organisation, Role.REVIEWER)
    recruiter = await make_member(some.organisation, Role.RECRUITER)
    with pytest.raises(Forbidden):
        await some.do(scoring.start_run, actor=reviewer)
    run_id = await some.do(scoring.start_run, actor=recruiter)
    for use_case, options in (
        (scoring.cancel_run, {}),
        (scoring.go_on, {}),
        (scoring.run_of, {}),
        (scoring.cohort_drift, {}),
        (scoring.adopt_run, {"adopted": True}),
    ):
        with pytest.raises(Forbidden):
            await some.do(use_case, run_id, actor=reviewer, **options)


async def test_another_tenant_finds_nothing(cohort, make_organisation, runtime):
    some, stranger = await cohort(1), await make_organisation("Elsewhere")
    run_id = await some.do(scoring.start_run)
    async with runtime.database.begin(stranger.scope) as db:
        with pytest.raises(interviews.InterviewNotFound):
            await scoring.start_run(db, stranger.owner, some.interview.id)
        for use_case, options in (
            (scoring.cancel_run, {}),
            (scoring.go_on, {}),
            (scoring.adopt_run, {"adopted": True}),
        ):
            with pytest.raises(scoring.RunNotFound):
                await use_case(db, stranger.owner, some.interview.id, run_id, **options)
        with pytest.raises(scoring.RunNotFound):
            await scoring.run_of(db, stranger.owner, some.interview.id, run_id)
        with pytest.raises(interviews.InterviewNotFound):
            await scoring.runs_of(db, stranger.owner, some.interview.id)


async def test_a_candidate_of_another_interview_is_none_of_this_one(cohort):
    some, other = await cohort(1), await cohort(1)
    with pytest.raises(sessions.SessionNotFound):
        await some.do(scoring.start_run, [other.people[0]])
    with pytest.raises(sessions.SessionNotFound):
        await some.do(scoring.start_run, [new_id()])


async def test_nothing_judged_is_nothing_to_score_again(cohort):
    some = await cohort(1, ai_evaluation=False)
    with pytest.raises(scoring.NothingToScoreAgain):
        await some.do(scoring.start_run)


async def test_the_drift_is_that_of_the_new_levels(cohort, run_jobs, runtime):
    some = await cohort(4)
    with lenient(runtime):
        run_id = await some.do(scoring.start_run)
        await run_jobs()

    found = await some.do(scoring.cohort_drift, run_id)
    assert found.compared == 4
    assert {name for name, _ in found.after} == {"rules:lenient"}
    judged = {one: await some.read(analysis.judgement_history, one) for one in some.people}
    moved = [
        (old.level, new.level)
        for versions in judged.values()
        for new, old in zip(versions[0].judgements, versions[1].judgements, strict=True)
        if old.level and new.level
    ]
    assert found.levels.n == len(moved)
    assert found.levels.shift.value == pytest.approx(sum(new - old for old, new in moved) / len(moved))
    assert not found.levels.enough, "four candidates are too few"
    assert {(one.old, one.new) for one in found.changes} <= set(moved)
    scores = await some.scores()
    assert found.overall.n == sum(score is not None for _, score in scores.values())


async def test_a_revised_rubric_applies_to_who_is_scored_again_and_to_nobody_else(cohort, run_jobs):
    some = await cohort(2)
    interview = await some.read(interviews.interview, some.interview.id)
    first = interview.rubric_version
    points = {interview.questions[0].id: ("Names the connection pool", "Gives a figure")}
    revised = await some.do(interviews.revise_rubric, interviews.RubricDraft(points=points, note="Clearer points"))
    assert revised.rubric_version != first

    run_id = await some.do(scoring.start_run, [some.people[0]])
    await run_jobs()
    await some.do(scoring.adopt_run, run_id, adopted=True)
    await run_jobs()

    found = await some.read(scoring.scores_of, some.people)
    assert found[some.people[0]].rubric_version == revised.rubric_version
    assert found[some.people[1]].rubric_version == first
    as_it_was = await some.read(interviews.with_rubric, revised, first)
    assert as_it_was.questions[0].expected_points == TEXT.expected_points


async def test_what_candidates_erase_is_gone_from_the_runs(cohort, run_jobs):
    some = await cohort(2)
    run_id = await some.do(scoring.start_run)
    await run_jobs()
    async with some.runtime.database.begin(some.scope) as db:
        secret = some.runtime.provided.get(Secret)
        await sessions.erase_on_request(db, secret, some.owner, some.people[0])
    await run_jobs()
    items = (await some.do(scoring.run_of, run_id))[1]
    assert [item.session_id for item in items] == [some.people[1]]
