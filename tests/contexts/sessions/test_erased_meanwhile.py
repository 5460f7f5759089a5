"""A candidate may be erased while something is being done with the answers: then it ends quietly and leaves nothing."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from tests.contexts.sessions.erased import STAYS, given_up, takes
from tests.factories.answered import STRONG, WatchedEvaluator, begin_answering, evaluating_with
from tests.factories.candidates import SAMPLES, TUS, begin
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.media.service import erase as media_erase
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.jobs import enqueue
from colloquy.providers.speech.port import SpeechToText
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.transcoder.port import Transcoder

WEBM = (SAMPLES / "weak" / "answer-1.webm").read_bytes()
SHORT = (SAMPLES / "weak" / "answer-2.webm").read_bytes()
AUDIO = replace(VIDEO, kind=interviews.AnswerKind.AUDIO)
PIECE = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


class Interrupted:
    """A provider that lets its recording be erased in the middle of one of its works."""

    def __init__(self, real, work: str, act) -> None:
        self._real, self._work, self._act = real, work, act

    def __getattr__(self, name):
        real = getattr(self._real, name)
        if name != self._work:
            return real

        async def interrupted(*args, **kwargs):
            done = await real(*args, **kwargs)
            await self._act()
            return done

        return interrupted


@contextmanager
def _interrupted(runtime, port, work, act):
    real = runtime.provided.get(port)
    runtime.provided.put(port, Interrupted(real, work, act))
    try:
        yield
    finally:
        runtime.provided.put(port, real)


@pytest.mark.parametrize(
    ("port", "work"),
    [(Transcoder, "inspect"), (Transcoder, "normalise"), (SpeechToText, "transcribe")],
    ids=["processed", "rendered", "transcribed"],
)
async def test_a_recording_erased_while_it_is_worked_on_leaves_nothing_behind(
    runtime, api, make_organisation, sign_in, run_jobs, files, traces, port, work
):
    await run_jobs()  # recordings that earlier tests left would be interrupted in this one's place
    made = await publish_interview(runtime, await make_organisation(), AUDIO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], SHORT)
    await candidate.complete()
    scope = made.organisation.scope
    (recording_id,) = await takes(runtime, scope, candidate.session_id)
    await sign_in(made.organisation)
    seen = []

    async def erase() -> None:
        seen.append(await files(scope, recording_id))
        assert (await api.delete(f"/api/sessions/{candidate.session_id}")).status_code == 204
        # The job that removes the files is done before this work goes on to store more of them.
        store, spool = runtime.provided.get(ObjectStore), runtime.provided.get(UploadSpool)
        await media_erase.erase_files(runtime.database, store, spool, scope, recording_id)

    with _interrupted(runtime, port, work, erase):
        await run_jobs()

    assert len(seen) == 1
    assert "original" in seen[0]
    assert await files(scope, recording_id) == []
    assert traces(candidate.session_id) <= STAYS.keys()
    assert await given_up(runtime, scope) == 0


async def test_an_answer_erased_while_it_is_judged_is_not_judged(
    runtime, api, make_organisation, sign_in, run_jobs, traces
):
    words = f"{STRONG} It was erased while it was judged."
    answering = await begin_answering(runtime, api, await make_organisation())
    await sign_in(answering.organisation)
    await answering.write(words)

    async def erase() -> None:
        assert (await api.delete(f"/api/sessions/{answering.id}")).status_code == 204

    evaluator = WatchedEvaluator(meanwhile={words: erase})
    with evaluating_with(runtime, evaluator):
        await run_jobs()

    assert evaluator.times(words) == 1
    assert traces(answering.id) <= STAYS.keys()
    assert await given_up(runtime, answering.scope) == 0


async def test_news_about_an_erased_answer_changes_nothing(runtime, api, make_organisation, sign_in):
    answering = await begin_answering(runtime, api, await make_organisation())
    await sign_in(answering.organisation)
    await answering.write(STRONG)
    answer = await answering.answer()
    assert (await api.delete(f"/api/sessions/{answering.id}")).status_code == 204

    async with answering.transaction() as db:
        assert await sessions.answer_analysed(db, answering.scope, answer.id) is False
        await sessions.answer_scored(db, answering.scope, answer.id)
        await sessions.answer_needs_human(db, answering.scope, answer.id, "code", "message")
        await sessions.answer_failed(db, answering.scope, answer.id, "code", "message")
        await sessions.session_scored(db, answering.scope, answering.id)
    assert await answering.announced("AnswerEnded") == []
    run_again = await api.post(f"/api/sessions/{answering.id}/answers/{answer.id}/run-again")
    assert run_again.status_code == 404


async def test_erasing_waits_for_a_judgement_that_is_being_written(runtime, api, make_organisation, sign_in):
    answering = await begin_answering(runtime, api, await make_organisation())
    await sign_in(answering.organisation)
    await answering.write(STRONG)
    answer = await answering.answer()

    async with runtime.database.begin(answering.scope) as db:
        assert await sessions.answer_analysed(db, answering.scope, answer.id)
        erasing = asyncio.create_task(api.delete(f"/api/sessions/{answering.id}"))
        await _until_somebody_waits(runtime)
        # What a row that refers to the session does as it is written.
        await db.execute(text("select 1 from sessions where id = :id for key share"), {"id": answering.id})

    assert (await erasing).status_code == 204


async def _until_somebody_waits(runtime) -> None:
    async with asyncio.timeout(10):
        while True:
            async with runtime.database.begin() as db:
                if await db.scalar(text("select count(*) from pg_locks where not granted")):
                    return
            await asyncio.sleep(0.02)


async def test_an_upload_that_is_still_arriving_is_removed_when_it_has_ended(
    runtime, api, make_organisation, sign_in, run_jobs, files, bring_forward
):
    made = await publish_interview(runtime, await make_organisation(), VIDEO)
    scope = made.organisation.scope
    candidate = await begin(api, made.token)
    await candidate.agree()
    take = await candidate.open_take((await candidate.room())["question"])
    (recording_id,) = await takes(runtime, scope, candidate.session_id)
    arriving, may_end = asyncio.Event(), asyncio.Event()

    async def slowly():
        yield WEBM[:70_000]
        arriving.set()
        while not may_end.is_set():  # one that went silent would be cut; this one has something to say
            await asyncio.sleep(0.1)
            yield b"more"

    spool = runtime.provided.get(UploadSpool)
    async with runtime.database.begin() as db:
        upload = await media.open_upload(db, take["upload_url"].rpartition("/")[2])
    sending = asyncio.create_task(media.append(runtime.database, spool, upload, 0, slowly()))
    await arriving.wait()
    await sign_in(made.organisation)
    assert (await api.delete(f"/api/sessions/{candidate.session_id}")).status_code == 204
    await run_jobs()
    may_end.set()
    assert await sending > 70_000
    assert await files(scope, recording_id) == ["spool"]

    await bring_forward(scope)
    await run_jobs()

    assert await files(scope, recording_id) == []
    assert (await api.patch(take["upload_url"], content=b"more", headers=PIECE)).status_code == 404
    assert await given_up(runtime, scope) == 0


async def test_files_are_removed_twice_without_harm(runtime, api, make_organisation, run_jobs, files):
    made = await publish_interview(runtime, await make_organisation(), AUDIO)
    scope = made.organisation.scope
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], SHORT)
    (recording_id,) = await takes(runtime, scope, candidate.session_id)
    assert await files(scope, recording_id) == ["spool"]
    async with runtime.database.begin(scope) as db:
        await media.erase_recordings(db, scope, [recording_id])
        await media.erase_recordings(db, scope, [recording_id])
        await enqueue(db, "media.erase", queue="erasure", org_id=scope.org_id, recording_id=recording_id)

    await run_jobs()

    assert await files(scope, recording_id) == []
    assert await given_up(runtime, scope) == 0
