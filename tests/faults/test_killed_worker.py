"""R2: the worker is killed (SIGKILL) at every edge of every stage: all of it ends once and whole.

The edges are four: before the job's call to the outside, after it, before the commit (all of it written), and after the
commit before the queue knows. Calls to a model and to a webhook are also cut while they are under way. The lines of
work are an answer in writing until its letters and webhooks; a recording; an answer that a model judges; a voice
message in a conversation; the end of a clock; an erasure. In each every stage is killed once before it is looked at.

The short form walks each line at the edge where it hurts most: all done, nothing committed. `make faults`
(COLLOQUY_FAULTS=long) walks all edges 20 times; COLLOQUY_FAULTS_ROUNDS makes it another number.

Not among the stages, because no outside effect hangs on them and they look at the state again whenever they run:
what only ends a time by a fenced update (`conversations.end`, `conversations.hand_in`, `sessions.end_time`,
`sessions.expire`, `media.end_upload`, `retention.end_export`), scans that come again by themselves
(`sessions.sweep_retention`, `sessions.holds_ended`, `inference.forget`, `webhooks.tidy`, `audit.check`,
`notifications.remind`), and what is built anew under the same name (`retention.export`, `retention.delete_export`,
`interviews.propose`, `analysis.judge_again`, `scoring.settle`).
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import replace

import pytest
from tests.faults import candidates, erasing, judged, killing, lines
from tests.faults.edges import Edge, kill_at, killed
from tests.faults.forking import workers
from tests.faults.ledger import Ledger, findings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
ONLY_LONG = pytest.mark.skipif(not LONG, reason="long form: make faults")
ROUNDS = range(int(os.environ.get("COLLOQUY_FAULTS_ROUNDS", "20" if LONG else "1")))
LINES = {
    "written": lines.written,
    "recorded": lines.recorded,
    "said": lines.said,
    "ended": erasing.ended,
    "erased": erasing.erased,
}


@pytest.fixture(scope="module")
def kills(measured):
    """Counts by edge, for the table at the end."""
    counted: Counter[str] = Counter()
    yield counted
    edges = ", ".join(f"{edge} {count}" for edge, count in counted.items())
    measured(
        f"R2: worker killed at every edge × stage × {ROUNDS.stop}: 0 lost, each outside effect once",
        f"{counted.total()} kills, all whole after ({edges})",
    )


@pytest.fixture(scope="module")
def made(where, settings):
    with workers(where, settings.data_dir, broken=lines.QUICK_EARS) as some:
        yield some


@pytest.fixture
def receiver():
    with candidates.receiving() as made:
        yield made


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger")
    yield made
    made.close()


@pytest.fixture
def place(runtime, where, api, make_organisation, made, receiver, ledger):
    return lines.Place(runtime, where, api, make_organisation, made, receiver, ledger)


@pytest.mark.parametrize("edge", Edge if LONG else [Edge.BEFORE_THE_COMMIT], ids=lambda edge: edge.replace(" ", "-"))
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_at_an_edge_of_every_stage(place, line, edge, turn, kills):
    kills[edge] += await LINES[line](place, edge)


@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_at_every_edge_of_both_calls_to_a_model(place, turn, kills):
    kills["around calls to a model"] += await judged.judged(place)


@ONLY_LONG
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_while_a_webhook_is_on_its_way(place, turn, kills):
    crowd = await candidates.crowd(place.runtime, await place.make_organisation(), place.receiver)
    place.receiver.answers.clear()
    session_id = await candidates.answers(place.api, crowd.written, place.ledger)
    async with place.healthy():
        assert await asyncio.to_thread(place.receiver.came.wait, killing.PATIENCE_SECONDS)
    place.receiver.answers.set()
    await place.settle(crowd.org_id)
    await place.ended_well(crowd.org_id, session_id)
    assert max(Counter(place.receiver.heard).values()) > 1, "the call that was cut has to be made again, under its id"
    kills["in the call"] += 1


# From here on the protections are taken away, one by one; the same looks must say that something is wrong.


async def test_without_handing_jobs_back_the_session_would_be_stuck(place):
    crowd = await candidates.crowd(place.runtime, await place.make_organisation(), place.receiver)
    session_id = await candidates.answers(place.api, crowd.written, place.ledger)
    judging = next(stage for stage in lines.ANSWERED if stage.job == "analysis.judge")
    await asyncio.to_thread(kill_at, place.where, place.workers, judging, Edge.BEFORE_THE_COMMIT)
    worker = await asyncio.to_thread(place.workers.start)
    with killing.connect(place.where) as look, pytest.raises(AssertionError, match="never came true"):
        await asyncio.to_thread(
            killing.wait_for, look, "select 1 from judgement_sets where session_id = %s", session_id, seconds=6
        )
    found = await findings(place.runtime, place.where, place.ledger, [crowd.org_id])
    with pytest.raises(AssertionError, match=r"'left': .*analysis\.judge doing"):
        found.check()
    await asyncio.to_thread(killed, worker)
    await place.settle(crowd.org_id)
    await place.ended_well(crowd.org_id, session_id)


NO_RECORD_OF_DELIVERIES = """
from colloquy.kit import events
async def hand_over(database, scope, handler, event_id, payload):
    async with database.begin(scope) as db:
        await handler.handle(db, events.rebuild(handler.event, payload))
events._hand_over = hand_over
"""
NO_MEMORY_OF_LETTERS = """
import os
from colloquy.providers.mail import files
def write(folder, letter_id, raw):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{letter_id}.{os.urandom(4).hex()}.eml").write_bytes(raw)
files._write_once = write
"""
NO_LOOK_AT_THE_TRANSCRIPT = """
from colloquy.contexts.media.service import transcribe as t
async def to_transcribe(db, scope, recording_id):
    row = await t.queries.recording(db, scope, recording_id)
    return t.ToTranscribe(row.audio_key, row.language)
async def save_transcript(db, scope, recording_id, transcript):
    row = await t.queries.lock_recording(db, scope, recording_id)
    await t._keep(db, scope, row, transcript, t.judge_transcript(transcript, expected_language=row.language))
t.to_transcribe, t.save_transcript = to_transcribe, save_transcript
"""
NO_KEPT_ANSWERS = """
from colloquy.contexts.inference.service import keeping
async def look(*_):
    return None
keeping.look = look
"""
FILE_AFTER_THE_MARK = """
import asyncio
from colloquy.contexts.retention import public
from colloquy.contexts.retention.service import tombstones as t
async def write_out(database, secret, file, scope):
    async with database.begin(scope) as db:
        rows = await t.queries.unwritten_tombstones(db, scope)
        lines = [t.line(secret, t._tombstone(row)) for row in rows]
        await t.queries.tombstones_written(db, scope, [row.session_id for row in rows], t.clock.now())
    await asyncio.sleep(2 if lines else 0)
    file.append(lines)
t.write_out = public.write_out = write_out
"""


@ONLY_LONG
@pytest.mark.parametrize(
    ("broken", "walk", "says"),
    [
        (
            NO_RECORD_OF_DELIVERIES,
            lambda one: lines.written(one, Edge.AFTER_THE_COMMIT),
            "'(webhooks|letters|doubled)'",
        ),
        (NO_MEMORY_OF_LETTERS, lambda one: lines.written(one, Edge.BEFORE_THE_COMMIT), r"in the folder [23] times"),
        (NO_LOOK_AT_THE_TRANSCRIPT, lambda one: lines.said(one, Edge.AFTER_THE_COMMIT), "transcripts"),
        (NO_KEPT_ANSWERS, judged.judged, "billed"),
    ],
    ids=["no record of deliveries", "no memory of letters", "no look at the transcript", "no kept answers"],
)
async def test_without_its_protection_it_is_seen(place, broken, walk, says):
    with (
        workers(place.where, place.runtime.settings.data_dir, broken=lines.QUICK_EARS + broken) as some,
        pytest.raises(AssertionError, match=says),
    ):
        await walk(replace(place, workers=some))


@ONLY_LONG
async def test_a_tombstone_that_is_marked_before_it_is_written_is_missed(place):
    with workers(place.where, place.runtime.settings.data_dir, broken=lines.QUICK_EARS + FILE_AFTER_THE_MARK) as some:
        place = replace(place, workers=some)
        one = await erasing.asked(place)
        marked = "select 1 from erased_sessions where org_id = %s and written_at is not null"
        with killing.connect(place.where) as look:
            async with place.healthy():
                await asyncio.to_thread(killing.wait_for, look, marked, one.scope.org_id)
        with pytest.raises(AssertionError, match="no tombstone"):
            await erasing.is_gone(place, one)
