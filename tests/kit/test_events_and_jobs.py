"""Events reach every handler once; jobs are tried again, given up, and can be run again."""

import json
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text

from colloquy.kit import clock, events
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Refusal, Transient
from colloquy.kit.events import Event, Handler, Handlers
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import Job, JobRunner, dead_letters, enqueue, hand_back_stalled, run_again
from colloquy.kit.jobs.runner import LONGEST_WAIT_SECONDS, wait
from colloquy.kit.provided import Provided


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    name: ClassVar[str] = "LampLit"
    routing_key: ClassVar[str] = "tests.lamp.lit"

    lamp_id: UUID


def _provided(database, handlers=()):
    provided = Provided()
    provided.put(Database, database)
    provided.put(Handlers, Handlers(handlers))
    return provided


async def _until_done(database, provided, *jobs, rounds=8):
    for _ in range(rounds):
        await JobRunner(database, provided, (*events.JOBS, *jobs)).run(until_idle=True)
        async with database.begin() as db:
            await db.execute(text("update procrastinate_jobs set scheduled_at = null where status = 'todo'"))


async def test_a_second_delivery_does_nothing(database):
    scope, seen = Scope(new_id()), []

    async def light(db, event):
        seen.append(event.lamp_id)

    handlers = Handlers([Handler("tests.light", LampLit, light)])
    lamp = new_id()
    async with database.begin(scope) as db:
        event_id = await events.publish(db, LampLit(org_id=scope.org_id, lamp_id=lamp))
    for _ in range(3):
        await events.deliver(database, handlers, org_id=scope.org_id, event_id=event_id)
    assert seen == [lamp]


async def test_a_handler_that_fails_is_tried_again_alone(database):
    scope, calls = Scope(new_id()), []

    async def good(db, event):
        calls.append("good")

    async def shaky(db, event):
        calls.append("shaky")
        if calls.count("shaky") == 1:
            raise Transient("not just now")

    handlers = Handlers([Handler("tests.good", LampLit, good), Handler("tests.shaky", LampLit, shaky)])
    async with database.begin(scope) as db:
        event_id = await events.publish(db, LampLit(org_id=scope.org_id, lamp_id=new_id()))
    with pytest.raises(Transient):
        await events.deliver(database, handlers, org_id=scope.org_id, event_id=event_id)
    await events.deliver(database, handlers, org_id=scope.org_id, event_id=event_id)
    assert calls == ["good", "shaky", "shaky"]


def test_two_handlers_may_not_share_a_name():
    async def handle(db, event): ...

    with pytest.raises(ValueError, match="Two handlers"):
        Handlers([Handler("tests.same", LampLit, handle)] * 2)


async def test_a_job_is_tried_five_times_then_given_up_where_people_see_it(database):
    scope, tries, gave_up = Scope(new_id()), [], []

    async def fail(*, org_id: UUID) -> None:
        tries.append(org_id)
        raise Transient("The weather is bad.")

    async def mark(*, org_id: UUID, reason: str) -> None:
        gave_up.append(reason)

    job = Job("tests.fail", fail, gave_up=mark)
    async with database.begin(scope) as db:
        await enqueue(db, "tests.fail", org_id=scope.org_id)
    provided = _provided(database)
    await _until_done(database, provided, job)
    assert (len(tries), gave_up) == (5, ["The weather is bad."])

    async with database.begin(scope) as db:
        (letter,) = await dead_letters(db, scope)
        assert (letter.job, letter.tries, letter.reason) == ("tests.fail", 5, "The weather is bad.")
        assert await run_again(db, Scope(new_id()), letter.id) is False
        assert await run_again(db, scope, letter.id) is True
        assert await run_again(db, scope, letter.id) is False
    await _until_done(database, provided, job)
    assert len(tries) == 10


async def test_a_refusal_is_not_tried_again(database):
    scope, tries = Scope(new_id()), []

    async def refuse(*, org_id: UUID) -> None:
        tries.append(org_id)
        raise Refusal("Not this one.")

    async with database.begin(scope) as db:
        await enqueue(db, "tests.refuse", org_id=scope.org_id)
    await _until_done(database, _provided(database), Job("tests.refuse", refuse))
    assert len(tries) == 1


@pytest.mark.parametrize("before", range(5))
def test_waits_grow_and_honour_what_the_other_side_asked(before):
    assert 0 < wait(ValueError(), before) <= min(LONGEST_WAIT_SECONDS, 2 * 2**before)
    assert wait(Transient("later", retry_after=300), before) >= 300


async def test_jobs_of_a_dead_worker_go_back_without_counting_a_try(database, owner_connection):
    scope = Scope(new_id())
    async with database.begin(scope) as db:
        await enqueue(db, "tests.orphan", org_id=scope.org_id)
    owner_connection.execute(
        "update procrastinate_jobs set status = 'doing' where args->>'org_id' = %s", (str(scope.org_id),)
    )
    async with database.begin() as db:
        assert await hand_back_stalled(db) >= 1
    row = owner_connection.execute(
        "select status::text, attempts from procrastinate_jobs where args->>'org_id' = %s", (str(scope.org_id),)
    ).fetchone()
    assert row == ("todo", 0)
    owner_connection.execute("delete from procrastinate_jobs where args->>'org_id' = %s", (str(scope.org_id),))


async def test_a_dead_workers_job_goes_back_beside_one_that_is_to_wait_once(database, owner_connection):
    scope = Scope(new_id())
    for _ in range(2):
        async with database.begin(scope) as db:
            await enqueue(db, "tests.once", once=f"once:{scope.org_id}", org_id=scope.org_id)
        owner_connection.execute(
            "update procrastinate_jobs set status = 'doing' where args->>'org_id' = %s", (str(scope.org_id),)
        )
    async with database.begin(scope) as db:
        await enqueue(db, "tests.once", once=f"once:{scope.org_id}", org_id=scope.org_id)
    async with database.begin() as db:
        assert await hand_back_stalled(db) >= 2
    gone = owner_connection.execute(
        "delete from procrastinate_jobs where args->>'org_id' = %s returning status::text", (str(scope.org_id),)
    )
    assert gone.fetchall() == [("todo",)] * 3


async def test_a_job_that_fails_is_tried_again_beside_one_that_is_to_wait_once(database):
    scope, runs = Scope(new_id()), []

    async def work(*, org_id: UUID) -> None:
        runs.append(org_id)
        if len(runs) == 1:
            async with database.begin(scope) as db:
                await enqueue(db, "tests.once_more", once=f"once:{org_id}", org_id=org_id)
            raise Transient("Not yet.")

    async with database.begin(scope) as db:
        await enqueue(db, "tests.once_more", once=f"once:{scope.org_id}", org_id=scope.org_id)
    await _until_done(database, _provided(database), Job("tests.once_more", work), rounds=3)
    assert len(runs) == 3, "the try that failed, that one again, and the one that was queued meanwhile"


async def test_a_job_whose_end_could_not_be_noted_goes_back_though_its_worker_lives(database, owner_connection):
    org_id, ran = new_id(), []

    async def work(*, org_id: UUID) -> None:
        ran.append(org_id)

    runner = JobRunner(database, _provided(database), [Job("tests.unnoticed", work)])
    async with database.begin(Scope(org_id)) as db:
        await enqueue(db, "tests.unnoticed", org_id=org_id)
    [kept] = owner_connection.execute(
        "select to_jsonb(j) || jsonb_build_object('status', 'doing') from procrastinate_jobs j"
        " where task_name = 'tests.unnoticed' and args->>'org_id' = %s",
        [str(org_id)],
    ).fetchone()
    await runner.run(until_idle=True)
    assert ran == [org_id]
    # As if the database had been away when the queue was to be told.
    owner_connection.execute(
        "insert into procrastinate_jobs select (jsonb_populate_record(null::procrastinate_jobs, %s)).*",
        [json.dumps(kept)],
    )
    assert await runner.hand_back_unnoticed(0.0) == 0, "it was over a moment ago"
    assert await runner.hand_back_unnoticed(float("inf")) == 1
    assert await runner.hand_back_unnoticed(float("inf")) == 0, "once"
    gone = owner_connection.execute(
        "delete from procrastinate_jobs where id = %s returning status::text, worker_id", [kept["id"]]
    )
    assert gone.fetchall() == [("todo", None)]


def test_the_clock_travels_and_comes_back():
    from datetime import timedelta

    before = clock.now()
    with clock.travelled(timedelta(days=1)):
        assert clock.now() - before >= timedelta(days=1)
    assert clock.now() - before < timedelta(hours=1)
