"""Interviews are deleted by themselves so many days after they were completed, as candidates are told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from tests.contexts.reporting.candidates import SPOKEN, hand_in
from tests.contexts.sessions.erased import session
from tests.factories.candidates import begin
from tests.factories.identity import unique_email
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions.service import retention
from colloquy.kit import clock

MEDIA = timedelta(days=90)
"""What organisations keep recordings for unless they chose otherwise."""


async def _kept_days(runtime, scope, interview_id) -> timedelta:
    async with runtime.database.begin(scope) as db:
        return timedelta(days=(await interviews.interview(db, scope, interview_id)).retention_days)


async def test_a_completed_interview_is_erased_when_its_time_is_over_and_not_before(
    runtime, api, make_organisation, run_jobs, bring_forward, waits_until, traces
):
    email = unique_email("candidate")
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    scope = made.organisation.scope
    kept = await _kept_days(runtime, scope, made.id)
    candidate = await begin(api, made.token, email=email)
    opened_at = (await session(runtime, scope, candidate.session_id)).opened_at
    assert await waits_until(candidate.session_id) == [opened_at + MEDIA], "the first clock that ends"
    with clock.travelled(timedelta(days=10)):
        await candidate.agree()
        await candidate.write((await candidate.room())["question"], SPOKEN)
        await candidate.complete()
        await run_jobs()
    completed_at = (await session(runtime, scope, candidate.session_id)).completed_at

    with clock.travelled(kept + timedelta(hours=1)):  # so long after it was begun
        await bring_forward(scope)
        await run_jobs()
    assert await session(runtime, scope, candidate.session_id) is not None
    assert await waits_until(candidate.session_id) == [completed_at + kept]

    with clock.travelled(timedelta(days=10) + kept + timedelta(hours=1)):
        await bring_forward(scope)
        await run_jobs()
    assert await session(runtime, scope, candidate.session_id) is None
    assert traces(email) == set()
    assert await waits_until(candidate.session_id) == []
    async with runtime.database.begin(scope) as db:
        why = await db.scalars(text("select payload->>'why' from outbox where name = 'SessionErased'"))
        assert list(why) == ["retention"]


async def test_a_look_that_is_taken_twice_waits_for_the_next_clock_once(runtime, api, make_organisation, waits_until):
    made = await publish_interview(runtime, await make_organisation(), TEXT)
    scope = made.organisation.scope
    candidate = await begin(api, made.token)
    [first] = await waits_until(candidate.session_id)
    with clock.travelled(MEDIA + timedelta(hours=1)):
        for _ in range(2):  # as after a worker that died when it had done it
            async with runtime.database.begin(scope) as db:
                await retention.end(db, scope, UUID(candidate.session_id))
    waiting = await waits_until(candidate.session_id)
    assert len(waiting) == 2
    assert min(waiting) == first


async def test_an_interview_that_was_never_finished_is_erased_as_well(
    runtime, api, make_organisation, run_jobs, bring_forward
):
    done = await hand_in(runtime, api, await make_organisation(), finish=False)
    scope = done.organisation.scope
    kept = await _kept_days(runtime, scope, done.interview.id)
    for after, there in ((kept - timedelta(hours=1), True), (kept + timedelta(hours=1), False)):
        with clock.travelled(after):
            await bring_forward(scope)
            await run_jobs()
        assert (await session(runtime, scope, done.session_id) is not None) is there
