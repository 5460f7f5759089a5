"""Answers are scored again beside what is there; a person adopts the scores, and may take that back."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in
from tests.contexts.scoring.cohorts import lenient, make_cohort
from tests.factories.interviews import TEXT

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Role
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Forbidden, Transient
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import hand_back_stalled


@pytest.fixture
async def cohort(runtime, api, make_organisation, run_jobs):
    """`await cohort(3)`: so many candidates of one interview, scored."""

    async def make(number=3, **options):
        made = await make_cohort(runtime, api, await make_organisation(), number, **options)
        await run_jobs()
        return made

    return make


async def test_a_run_judges_beside_and_moves_nothing_until_a_person_adopts_it(cohort, runtime, run_jobs):
    some = await cohort(3)
    before = await some.scores()

    with lenient(runtime):
        run_id = await some.do(scoring.start_run, note="A new evaluator")
        await run_jobs()

    run = await some.run(run_id)
    assert (run.state, run.total, run.ended, run.counts) == (scoring.RunState.DONE, 3, 3, {"judged": 3})
    assert await some.scores() == before, "nothing counts by itself"
    history = await some.read(analysis.judgement_history, some.people[1])
    assert [(one.version, one.evaluator, one.run_id) for one in history] == [
        (2, "rules:lenient", run_id),
        (1, history[1].evaluator, None),
    ]
    old = history[1]

    await some.do(scoring.adopt_run, run_id, adopted=True)
    await run_jobs()
    after = await some.scores()
    assert {version for version, _ in after.values()} == {2}
    assert all(after[one][1] > before[one][1] for one in some.people if before[one][1] is not None)

    await some.do(scoring.adopt_run, run_id, adopted=False)
    await run_jobs()
    undone = await some.scores()
    assert {one: score for one, (_, score) in undone.items()} == {one: score for one, (_, score) in before.items()}
    assert {version for version, _ in undone.values()} == {3}, "taking back is a version of its own, not an erasure"
    assert (await some.read(analysis.judgement_history, some.people[1]))[1] == old, "nothing is overwritten"
    run = await some.run(run_id)
    assert [one.adopted for one in run.adoptions] == [False, True]


async def test_board_report_and_exports_follow_the_adoption(cohort, runtime, run_jobs, api, sign_in):
    some = await cohort(2)
    await sign_in(some.organisation)
    person = some.people[1]

    async def shown():
        board = (await api.get(f"/api/interviews/{some.interview.id}/sessions")).json()["items"]
        line = next(one for one in board if one["id"] == str(person))
        report = json.loads((await api.get(f"/api/sessions/{person}/report.json")).content)
        table = (await api.get(f"/api/interviews/{some.interview.id}/sessions.csv")).text
        return (
            line["overall_score"],
            [one["level"] for one in line["levels"]],
            report["overall_score"],
            [score["level"] for score in report["answers"][0]["scores"]],
            report["evaluator"],
            next(row for row in table.splitlines() if str(person) in row).split(",")[7],
        )

    before = await shown()
    with lenient(runtime):
        run_id = await some.do(scoring.start_run)
        await run_jobs()
    assert await shown() == before
    await some.do(scoring.adopt_run, run_id, adopted=True)
    await run_jobs()
    adopted = await shown()
    await some.do(scoring.adopt_run, run_id, adopted=False)
    await run_jobs()

    assert await shown() == before
    assert all(new != old for new, old in zip(adopted, before, strict=True))
    assert adopted[4] == "rules:lenient"


async def test_only_the_chosen_candidates_are_scored_again(cohort, run_jobs):
    some = await cohort(3)
    run_id = await some.do(scoring.start_run, [some.people[0]])
    await run_jobs()
    assert [item.session_id for item in (await some.do(scoring.run_of, run_id))[1]] == [some.people[0]]


async def test_people_only_candidates_are_left_out_and_counted(cohort, run_jobs, runtime, api):
    some = await cohort(2)
    await hand_in(runtime, api, some.organisation, interview=some.interview, name="Only people", ai_evaluation=False)
    await run_jobs()

    run = await some.run(await some.do(scoring.start_run))
    assert (run.people_only, run.candidates) == (1, 2)


async def test_consent_is_asked_for_in_the_job_itself(cohort, run_jobs, runtime):
    some = await cohort(2)
    run_id = await some.do(scoring.start_run)
    async with runtime.database.begin(some.scope) as db:
        await privacy.withdraw(db, some.scope, some.people[0], privacy.Purpose.AI_EVALUATION)
    await run_jobs()

    by_session = {item.session_id: item.state for item in (await some.do(scoring.run_of, run_id))[1]}
    assert by_session == {some.people[0]: "not_allowed", some.people[1]: "judged"}
    assert len(await some.read(analysis.judgement_history, some.people[0])) == 1


async def test_what_fails_is_listed_and_can_be_run_again(cohort, run_jobs, runtime):
    some = await cohort(2)
    [broken] = [one.text for one in (await some.read(sessions.session, some.people[0])).answers]
    with lenient(runtime) as evaluator:
        evaluator.trouble[broken] = [Transient("The evaluator is away.") for _ in range(5)]
        run_id = await some.do(scoring.start_run)
        await run_jobs()
        assert sorted(await some.states(run_id)) == ["failed", "judged"]
        run = await some.run(run_id)
        assert (run.state, run.complete, run.candidates) == (scoring.RunState.DONE, 1, 2)

        await some.do(scoring.adopt_run, run_id, adopted=True)
        await run_jobs()
        assert [version for version, _ in (await some.scores()).values()] == [1, 2], "half a candidate is not adopted"

        evaluator.trouble.clear()
        await some.do(scoring.go_on, run_id)
        await run_jobs()
    assert await some.states(run_id) == ["judged", "judged"]
    assert [version for version, _ in (await some.scores()).values()] == [2, 2], "the run is adopted already"


async def test_a_cancelled_run_leaves_the_rest_and_can_be_taken_up(cohort, run_jobs):
    some = await cohort(10)
    run_id = await some.do(scoring.start_run)
    await some.do(scoring.cancel_run, run_id)
    await run_jobs()

    states = await some.states(run_id)
    assert (states.count("judged"), states.count("cancelled")) == (8, 2), "what was being read is finished"
    assert (await some.run(run_id)).state is scoring.RunState.STOPPED

    await some.do(scoring.go_on, run_id)
    await run_jobs()
    assert set(await some.states(run_id)) == {"judged"}
    assert await some.read(_versions, some.people) == dict.fromkeys(some.people, 2)


async def test_a_run_whose_worker_died_in_the_middle_is_finished_once(cohort, run_jobs, runtime):
    some = await cohort(12)
    run_id = await some.do(scoring.start_run)
    with lenient(runtime) as evaluator:
        # The worker is stopped while it reads: its jobs are "doing" and nobody does them.
        async with runtime.database.begin() as db:
            await db.execute(
                text(
                    "update procrastinate_jobs set status = 'doing', worker_id = null where task_name ="
                    " 'analysis.judge_again' and args->>'run_id' = :run and id % 2 = 0"
                ),
                {"run": str(run_id)},
            )
        await run_jobs()
        assert (await some.run(run_id)).state is scoring.RunState.GOING

        async with runtime.database.begin() as db:
            assert await hand_back_stalled(db) > 0
        await run_jobs()
        assert (await some.run(run_id)).counts == {"judged": 12}
        assert len(evaluator.read) == 12, "each answer was read once"
    assert await some.read(_versions, some.people) == dict.fromkeys(some.people, 2)


async def test_a_worker_that_is_stopped_while_it_reads_leaves_nothing_behind(cohort, run_jobs, runtime):
    some = await cohort(10)
    with lenient(runtime) as evaluator:
        run_id = await some.do(scoring.start_run)
        reading, never = asyncio.Event(), asyncio.Event()

        async def stuck():
            reading.set()
            await never.wait()

        texts = [(await some.read(sessions.session, one)).answers[0].text for one in some.people]
        evaluator.meanwhile = dict.fromkeys(texts[5:], stuck)
        worker = asyncio.create_task(runtime.job_runner().run(grace_seconds=0.1))
        async with asyncio.timeout(60):
            await reading.wait()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        assert (await some.run(run_id)).state is scoring.RunState.GOING

        evaluator.meanwhile.clear()
        async with runtime.database.begin() as db:
            await hand_back_stalled(db)
        await run_jobs()
    assert (await some.run(run_id)).counts == {"judged": 10}
    assert await some.read(_versions, some.people) == dict.fromkeys(some.people, 2)


async def _versions(db, scope, people):
    found = await analysis.histories(db, scope, people)
    return {one: max(len(versions) for versions in found[one].values()) for one in people}


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
        assert await scoring.runs_of(db, stranger.owner, some.interview.id) == []


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
        await sessions.erase_on_request(db, some.owner, some.people[0])
    await run_jobs()
    items = (await some.do(scoring.run_of, run_id))[1]
    assert [item.session_id for item in items] == [some.people[1]]
