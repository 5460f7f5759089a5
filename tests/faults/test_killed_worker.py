"""The worker is killed (SIGKILL) at every stage: the session still ends scored, with one report and one letter each.

The short form kills once at every job where it hurts most: all work done, outside effects made, nothing committed.
`make faults` (COLLOQUY_FAULTS=long) also kills each job before it begins and after its commit, before the queue knows.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import pytest
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import VIDEO, publish_interview
from tests.faults import killing

from colloquy.contexts.sessions import public as sessions
from colloquy.kit.jobs import hand_back_stalled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"


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
    Stage("events.deliver", "outbox", "event_deliveries"),
)


@pytest.fixture
async def handed_in(runtime, api, make_organisation):
    """An interview with one recorded answer, handed in; nothing of it has been worked on yet."""
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    data = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
    await candidate.answer_with((await candidate.room())["question"], data)
    await candidate.complete()
    return made, UUID(candidate.session_id)


async def _settles(runtime, where, made, session_id):
    """Works on with a healthy worker until nothing is left, then says what is there."""
    async with runtime.database.begin() as db:
        await hand_back_stalled(db)
    scope = made.organisation.scope
    with killing.connect(where) as look, killing.worker(where, runtime.settings.data_dir) as healthy:
        killing.wait_for(
            look,
            "select 1 where not exists (select 1 from procrastinate_jobs where status in ('todo', 'doing')"
            # Those that wait for a day or an hour to come are no work.
            " and task_name not in ('media.end_upload', 'sessions.end_retention', 'sessions.expire',"
            " 'notifications.remind') and args->>'org_id' = %s)",
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


def _letters(runtime):
    """Every letter in the mail folder by its message id: a letter sent twice would be two files."""
    return [path.stem for path in (runtime.settings.data_dir / "mail").glob("*.eml")]


async def _check(runtime, where, made, session_id):
    session, reports, scores, sets, sent = await _settles(runtime, where, made, session_id)
    assert session.state in {sessions.SessionState.SCORED, sessions.SessionState.NEEDS_HUMAN}
    assert session.answers[0].state is sessions.AnswerState.SCORED
    assert (reports, scores, sets) == (1, 1, 1)
    assert {state for _, _, state in sent} == {"sent"}
    by_letter = Counter((kind, recipient) for kind, recipient, _ in sent)
    assert set(by_letter.values()) == {1}
    assert {kind for kind, _ in by_letter} == {"interview_completed", "candidate_thanks", "report_ready"}
    assert len(set(_letters(runtime))) == len(_letters(runtime))


def _held(where, stage):
    if stage.when:
        return killing.held_at_one_write(where, stage.writes, stage.when)
    return killing.held_before_it_commits(where, stage.job, stage.writes, late=stage.late)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
async def test_killed_with_all_done_but_the_commit(runtime, where, handed_in, stage):
    made, session_id = handed_in
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        _held(where, stage),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, made, session_id)


@pytest.mark.skipif(not LONG, reason="long form: make faults")
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
async def test_killed_before_it_begins(runtime, where, handed_in, stage):
    made, session_id = handed_in
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_before_it_begins(where, stage.job, stage.reads, late=stage.late),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, made, session_id)


@pytest.mark.skipif(not LONG, reason="long form: make faults")
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.job)
async def test_killed_after_the_commit_before_the_queue_knows(runtime, where, handed_in, stage):
    made, session_id = handed_in
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_after_it_committed(where, stage.job),
    ):
        doomed.kill()
    killing.bury_the_dead(where)
    await _check(runtime, where, made, session_id)


async def test_without_handing_jobs_back_the_session_would_be_stuck(runtime, where, handed_in):
    """The protection removed: what the other tests rely on is really what saves the work."""
    made, session_id = handed_in
    with (
        killing.worker(where, runtime.settings.data_dir) as doomed,
        killing.held_before_it_commits(where, "media.process", "recordings"),
    ):
        doomed.kill()
    with killing.worker(where, runtime.settings.data_dir) as healthy, killing.connect(where) as look:
        with pytest.raises(AssertionError, match="never came true"):
            killing.wait_for(
                look,
                "select 1 from recordings where org_id = %s and state = 'processed'",
                made.organisation.id,
                seconds=6,
            )
        assert healthy.stop() == 0
    killing.bury_the_dead(where)
    await _check(runtime, where, made, session_id)
