"""A recogniser hears nobody who has not agreed to being recorded: asked in the job, whatever was asked before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.candidates import SAMPLES, begin
from tests.factories.interviews import AUDIO, publish_interview

from colloquy.contexts.media.service import transcribe
from colloquy.contexts.privacy import public as privacy
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.port import SpeechToText


class Counting(FakeSpeech):
    """Counts who is heard."""

    counted = 0

    async def transcribe(self, *args: Any, **kwargs: Any):
        self.counted += 1
        return await super().transcribe(*args, **kwargs)


@pytest.fixture
def speech(runtime):
    before, counting = runtime.provided.get(SpeechToText), Counting()
    runtime.provided.put(SpeechToText, counting)
    yield counting
    runtime.provided.put(SpeechToText, before)


@pytest.mark.parametrize("agrees", [True, False])
async def test_nobody_is_heard_without_consent(runtime, api, make_organisation, run_jobs, speech, agrees):
    made = await publish_interview(runtime, await make_organisation(), AUDIO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.answer_with((await candidate.room())["question"], (SAMPLES / "weak" / "answer-1.webm").read_bytes())
    scope, session_id = made.organisation.scope, UUID(candidate.session_id)
    async with runtime.database.begin(scope) as db:
        assert await db.scalar(text("select session_id from recordings where org_id = :org"), {"org": scope.org_id})
        if not agrees:
            await privacy.withdraw(db, scope, session_id, privacy.Purpose.RECORD)
    await run_jobs()

    assert speech.counted == int(agrees)
    async with runtime.database.begin(scope) as db:
        [(state, code)] = (await db.execute(text("select state, reason_code from answers"))).all()
    if not agrees:
        assert (state, code) == ("needs_human", transcribe.NO_CONSENT[0])
