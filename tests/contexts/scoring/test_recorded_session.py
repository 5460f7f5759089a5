"""A session of recordings: quotes that can be played, and an answer nobody can hear that costs no points."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.factories.answered import STRONG, WatchedEvaluator, evaluating_with
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import VIDEO, publish_interview

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.media import public as media
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.public import AnswerState, SessionState
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText


@pytest.fixture
def evaluator(runtime):
    watched = WatchedEvaluator()
    with evaluating_with(runtime, watched):
        yield watched


@pytest.fixture
async def hearing(runtime, run_jobs):
    """A recogniser that hears the strong answer in every voice, and nothing in silence."""
    await run_jobs()  # what earlier tests left is not to be heard by it
    before = runtime.provided.get(SpeechToText)
    runtime.provided.put(SpeechToText, FakeSpeech(STRONG))
    yield
    runtime.provided.put(SpeechToText, before)


async def test_a_heard_answer_is_quoted_with_times_and_a_silent_one_lowers_nothing(
    runtime, api, make_organisation, hearing, evaluator, run_jobs
):
    made = await publish_interview(runtime, await make_organisation(), VIDEO, VIDEO)
    scope = made.organisation.scope
    candidate = await begin(api, made.token)
    await candidate.agree()
    for sample in ("strong/answer-1.webm", "weak/answer-3.webm"):
        await candidate.answer_with((await candidate.room())["question"], (SAMPLES / sample).read_bytes())
    await candidate.complete()
    await run_jobs()

    session_id = UUID(candidate.session_id)
    async with runtime.database.begin(scope) as db:
        session = await sessions.session(db, scope, session_id)
        found = await analysis.judgements(db, scope, session_id)
        score = await scoring.score(db, scope, session_id)
        heard = await media.transcript(db, scope, session.answers[0].recording_id)
    spoken, silent = session.answers
    assert (spoken.state, silent.state) == (AnswerState.SCORED, AnswerState.NOT_SCORABLE)
    assert list(found) == [spoken.id]
    assert found[spoken.id].transcript_hash == heard.hash
    quotes = [quote for judgement in found[spoken.id].judgements for quote in judgement.quotes]
    assert quotes
    for quote in quotes:
        assert STRONG[quote.start_char : quote.end_char] == quote.text
        assert 0 <= quote.start < quote.end <= heard.transcript.audio_seconds
    assert evaluator.read.count(STRONG) == 1
    assert score.overall_score > 50
    assert (score.judged_share, score.reason) == (0.5, "Answer 2 is not scorable.")
    assert (session.state, session.state_reason) == (SessionState.NEEDS_HUMAN, "Answer 2 is not scorable.")
