"""Answers are scored again beside what is there; a person adopts the scores, and may take that back."""

from __future__ import annotations

import asyncio
import contextlib
import json

from sqlalchemy import text
from tests.contexts.reporting.candidates import hand_in
from tests.contexts.scoring.cohorts import lenient

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Transient
from colloquy.kit.jobs import hand_back_stalled


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
