"""R2: the worker is killed (SIGKILL) at every stage: the session still ends scored, and every effect is made once.

The short form kills once at every job where it hurts most: all work done, outside effects made, nothing committed.
`make faults` (COLLOQUY_FAULTS=long) also kills each job before it begins, while its call to the outside is under way
and after its commit, before the queue knows, all of it 20 times; COLLOQUY_FAULTS_ROUNDS makes it another number.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass

import pytest
from tests.factories.interviews import VIDEO
from tests.faults import candidates, killing
from tests.faults.ledger import LETTERS, SOON, Ledger, findings

from colloquy.contexts.sessions import public as sessions
from colloquy.kit.jobs import hand_back_stalled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
ONLY_LONG = pytest.mark.skipif(not LONG, reason="long form: make faults")
ROUNDS = range(int(os.environ.get("COLLOQUY_FAULTS_ROUNDS", "20" if LONG else "1")))


@dataclass(frozen=True)
class Stage:
    """A job, the table it looks at first and the table it writes last."""

    job: str
    reads: str
    writes: str
    late: bool = False
    when: str = ""


STAGES = (
    Stage("media.process", "recordings", "recordings"),
    Stage("media.render", "recordings", "recordings", late=True),
    Stage("media.transcribe", "recordings", "transcripts"),
    Stage("analysis.judge", "judgement_sets", "judgement_sets"),
    Stage("reporting.build", "scores", "reports"),
    Stage("notifications.send", "sendings", "sendings", late=True, when="new.state = 'sent'"),
    Stage("webhooks.send", "webhook_messages", "webhook_tries", late=True),
    Stage("events.deliver", "outbox", "event_deliveries"),
)


@pytest.fixture(scope="module")
def kills(measured):
    """Counts by edge, for the table at the end."""
    counted: Counter[str] = Counter()
    yield counted
    edges = ", ".join(f"{edge} {count}" for edge, count in counted.items())
    stages = ", ".join(stage.job for stage in STAGES)
    measured(
        f"R2: worker killed at every edge × stage × {ROUNDS.stop}: 0 lost, each outside effect once",
        f"{counted.total()} kills, all whole after ({edges}); stages: {stages}",
    )


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
async def handed_in(runtime, api, make_organisation, receiver, ledger):
    """An interview with one recorded answer, handed in; nothing of it has been worked on yet."""
    crowd = await candidates.crowd(runtime, await make_organisation(), receiver, aloud=VIDEO)
    return crowd.spoken, await candidates.answers(api, crowd.spoken, ledger, spoken=True)


async def _settles(runtime, where, made, session_id, broken=""):
    """Works on with a healthy worker until nothing is left, then says what is there."""
    async with runtime.database.begin() as db:
        await hand_back_stalled(db)
    scope = made.organisation.scope
    with killing.connect(where) as look, killing.worker(where, runtime.settings.data_dir, broken=broken) as healthy:
        killing.wait_for(
            look,
            "select 1 where not exists (select 1 from procrastinate_jobs where status in ('todo', 'doing')"
            f" and {SOON} and args->>'org_id' = %s)",
            str(scope.org_id),
        )
        assert healthy.stop() == 0
    async with runtime.database.begin(scope) as db:
        session = await sessions.session(db, scope, session_id)
    with killing.connect(where) as look:

        def count(query):
            return look.execute(query.encode(), (session_id,)).fetchone()[0]

        reports = count("select count(*) from reports where session_id = %s")
        scores = count("select count(*) from scores where session_id = %s")
        sets = count("select count(*) from judgement_sets where session_id = %s")
        sent = look.execute(
            b"select kind, recipient, state from sendings where org_id = %s", (scope.org_id,)
        ).fetchall()
    return session, reports, scores, sets, sent


async def _check(runtime, where, handed_in, ledger, receiver, broken=""):
    made, session_id = handed_in
    session, reports, scores, sets, sent = await _settles(runtime, where, made, session_id, broken)
    found = await findings(runtime, where, ledger, [made.organisation.id], heard=receiver.heard)
    found.check()
    assert session.state in {sessions.SessionState.SCORED, sessions.SessionState.NEEDS_HUMAN}
    assert session.answers[0].state is sessions.AnswerState.SCORED
    assert (reports, scores, sets) == (1, 1, 1)
    assert {kind for kind, _, _ in sent} == LETTERS


def _held(where, stage):
    if stage.when:
        return killing.held_at_one_write(where, stage.writes, stage.when)
    return killing.held_before_it_commits(where, stage.job, stage.writes, late=stage.late)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_with_all_done_but_the_commit(runtime, where, handed_in, stage, ledger, receiver, kills, turn):
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        _held(where, stage),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, handed_in, ledger, receiver)
    kills["before the commit"] += 1


@ONLY_LONG
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_before_it_begins(runtime, where, handed_in, stage, ledger, receiver, kills, turn):
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_before_it_begins(where, stage.job, stage.reads, late=stage.late),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, handed_in, ledger, receiver)
    kills["before the call"] += 1


@ONLY_LONG
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_after_the_commit_before_the_queue_knows(
    runtime, where, handed_in, stage, ledger, receiver, kills, turn
):
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_after_it_committed(where, stage.job),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, handed_in, ledger, receiver)
    kills["after the commit"] += 1


@ONLY_LONG
@pytest.mark.parametrize("turn", ROUNDS)
async def test_killed_while_a_webhook_is_on_its_way(runtime, where, handed_in, ledger, receiver, kills, turn):
    receiver.answers.clear()
    with killing.worker(where, runtime.settings.data_dir) as doomed:
        assert await asyncio.to_thread(receiver.came.wait, killing.PATIENCE_SECONDS)
        doomed.kill()
    receiver.answers.set()
    killing.bury_the_dead(where)
    await _check(runtime, where, handed_in, ledger, receiver)
    assert max(Counter(receiver.heard).values()) > 1, "the call that was cut has to be made again, under its id"
    kills["in the call"] += 1


async def test_without_handing_jobs_back_the_session_would_be_stuck(runtime, where, handed_in, ledger, receiver):
    """The protection removed: what the other tests rely on is really what saves the work."""
    made, _session_id = handed_in
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_before_it_commits(where, "media.process", "recordings"),
    ):
        doomed.kill()
    with killing.connect(where) as look:
        known = look.execute("select coalesce(max(id), 0) from procrastinate_workers").fetchone()[0]
    with killing.worker(where, runtime.settings.data_dir) as healthy, killing.connect(where) as look:
        killing.wait_for(look, "select 1 from procrastinate_workers where id > %s", known)
        with pytest.raises(AssertionError, match="never came true"):
            killing.wait_for(
                look,
                "select 1 from recordings where org_id = %s and state = 'processed'",
                made.organisation.id,
                seconds=6,
            )
        assert healthy.stop() == 0
    killing.bury_the_dead(where)
    await _check(runtime, where, handed_in, ledger, receiver)


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


@ONLY_LONG
async def test_without_a_record_of_deliveries_the_findings_say_so(runtime, where, handed_in, ledger, receiver):
    """The protection removed: an event that is delivered twice is acted on twice."""
    with (
        killing.worker(where, runtime.settings.data_dir, broken=NO_RECORD_OF_DELIVERIES) as doomed,
        killing.held_after_it_committed(where, "events.deliver"),
        killing.connect(where) as look,
    ):
        killing.wait_for(look, "select 1 from webhook_messages where org_id = %s", handed_in[0].organisation.id)
        doomed.kill()
    killing.bury_the_dead(where)
    with pytest.raises(AssertionError, match="'webhooks'"):
        await _check(runtime, where, handed_in, ledger, receiver, NO_RECORD_OF_DELIVERIES)


@ONLY_LONG
async def test_without_ids_of_letters_the_findings_say_so(runtime, where, handed_in, ledger, receiver):
    """The protection removed: a mailer that does not know what it has sent sends twice."""
    sending = next(stage for stage in STAGES if stage.job == "notifications.send")
    with (
        killing.worker(where, runtime.settings.data_dir, broken=NO_MEMORY_OF_LETTERS) as doomed,
        _held(where, sending),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    with pytest.raises(AssertionError, match="in the folder 2 times"):
        await _check(runtime, where, handed_in, ledger, receiver, NO_MEMORY_OF_LETTERS)
