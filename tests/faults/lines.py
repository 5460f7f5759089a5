"""Lines of work in which workers are killed: how each begins, its stages, and what must be true when it is over."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
from tests.factories.candidates import SAMPLES, CandidateClient, begin
from tests.factories.interviews import CONVERSATION, VIDEO, publish_interview
from tests.faults import candidates, killing
from tests.faults.candidates import Receiver
from tests.faults.edges import Edge, Stage, in_turn, kill_at, killed
from tests.faults.forking import Workers
from tests.faults.ledger import Ledger, findings, settle

from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.jobs import hand_back_stalled
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg
from colloquy.roles.runtime import Addresses, Runtime

SETTLES_SECONDS = 150.0
SPOKEN = "I found a missing lock then I wrote a test that showed it and I repaired it so lost orders fell"
QUICK_EARS = f"""
from colloquy.providers.speech.choose import Choice
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.roles import choices
import colloquy.providers.llm.structured_building, colloquy.providers.llm.structured_wire
choices.recogniser = lambda settings: Choice(FakeSpeech({SPOKEN!r}), "", False)
"""
"""The recogniser is not what is killed here; a real one needs seconds of a processor for the same edges."""

ANSWERED = (
    Stage("events.deliver", "outbox", "event_deliveries", event="interview.completed"),
    Stage("analysis.judge", "judgement_sets", "judgement_sets"),
    Stage("events.deliver", "outbox", "scores", event="interview.analysis.completed"),
    Stage("reporting.build", "scores", "reports"),
    Stage("notifications.address", "sendings", "sendings"),
    Stage("notifications.send", "sendings", "sendings", "new.state = 'sent'"),
    Stage("webhooks.send", "webhook_messages", "webhook_tries"),
)
RECORDED = (
    Stage("media.process", "recordings", "recordings", "new.state = 'processed'"),
    Stage("media.render", "recordings", "recordings", "new.playback_key is not null"),
    Stage("media.transcribe", "recordings", "transcripts"),
)
SAID = (
    Stage("media.process", "recordings", "recordings", "new.state = 'processed'"),
    Stage("media.transcribe", "recordings", "transcripts"),
    Stage("events.deliver", "outbox", "messages", event="interview.transcript.ready"),
    Stage("conversations.keep_words", "conversations", "answers"),
)


@cache
def short_clip() -> bytes:
    """Eight seconds of somebody speaking into a camera, as a browser's recorder writes them."""
    source = SAMPLES / "strong" / "answer-1.webm"
    command = [find_ffmpeg(), "-v", "error", "-i", source, "-t", "8", "-c", "copy", "-f", "webm", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@dataclass
class Place:
    """Where a line runs: the product in this process takes requests, workers are processes of their own."""

    runtime: Runtime
    where: Addresses
    api: httpx.AsyncClient
    make_organisation: Callable[..., Awaitable[Any]]
    workers: Workers
    receiver: Receiver
    ledger: Ledger

    async def kill(self, stages: tuple[Stage, ...], edge: Edge) -> int:
        """A worker for each stage, killed at this edge of it; how many."""
        kills = 0
        with in_turn(self.where, stages) as now:
            for number, stage in enumerate(stages):
                now(number)
                if stage.has(edge):
                    await asyncio.to_thread(kill_at, self.where, self.workers, stage, edge)
                    await self.hand_back()
                    kills += 1
        return kills

    async def hand_back(self) -> None:
        """What the scheduler does when a heartbeat has stopped."""
        killing.bury_the_dead(self.where)
        async with self.runtime.database.begin() as db:
            await hand_back_stalled(db)

    @asynccontextmanager
    async def healthy(self, workers: Workers | None = None):
        """A worker that nobody kills before the end of the block."""
        one = await asyncio.to_thread((workers or self.workers).start, registered=False)
        try:
            yield
        finally:
            await asyncio.to_thread(killed, one)
            await self.hand_back()

    async def settle(self, org_id: UUID, workers: Workers | None = None) -> None:
        """Works on with a healthy worker until nothing is left."""
        await self.hand_back()
        async with self.healthy(workers):
            await asyncio.to_thread(settle, self.where, [org_id], SETTLES_SECONDS)

    async def ended_well(self, org_id: UUID, session_id: UUID, *, heard: bool = True) -> None:
        """Everything that the findings look at, and that the one answer was judged."""
        told = self.receiver.heard if heard else None
        (await findings(self.runtime, self.where, self.ledger, [org_id], heard=told)).check()
        scope = Scope(org_id)
        async with self.runtime.database.begin(scope) as db:
            session = await sessions.session(db, scope, session_id)
        assert session is not None
        assert session.answers[0].state is sessions.AnswerState.SCORED, session.answers[0]
        counted = "select count(*) from {} where session_id = %s"
        with killing.connect(self.where) as look:
            for table in ("reports", "scores", "judgement_sets"):
                assert look.execute(counted.format(table).encode(), (session_id,)).fetchone() == (1,), table


async def written(place: Place, edge: Edge) -> int:
    """An interview in writing, from the hand-in to letters and webhooks."""
    crowd = await candidates.crowd(place.runtime, await place.make_organisation(), place.receiver)
    session_id = await candidates.answers(place.api, crowd.written, place.ledger)
    kills = await place.kill(ANSWERED, edge)
    await place.settle(crowd.org_id)
    await place.ended_well(crowd.org_id, session_id)
    return kills


async def recorded(place: Place, edge: Edge) -> int:
    """A recorded answer: read, rendered, transcribed."""
    crowd = await candidates.crowd(place.runtime, await place.make_organisation(), place.receiver, aloud=VIDEO)
    session_id = await candidates.answers(place.api, crowd.spoken, place.ledger, spoken=True, data=short_clip())
    kills = await place.kill(RECORDED, edge)
    await place.settle(crowd.org_id)
    await place.ended_well(crowd.org_id, session_id)
    return kills


async def said(place: Place, edge: Edge) -> int:
    """A voice message in a conversation: its words are there once, and the conversation goes on from them."""
    made = await publish_interview(place.runtime, await place.make_organisation(), CONVERSATION)
    candidate = await begin(place.api, made.token, email=f"ada.{uuid4().hex[:12]}@example.com")
    await candidate.agree()
    await candidate.room()
    opened = await place.api.post("/api/interview/chat", json={}, headers=candidate.headers)
    conversation = opened.json()["conversation"]["id"]
    sent = await place.api.post(
        "/api/interview/upload-voice",
        data={"conversation_id": conversation, "client_message_id": str(uuid4())},
        files={"file": ("voice.webm", short_clip(), "audio/webm")},
        headers=candidate.headers,
    )
    assert sent.status_code == 202, sent.text
    kills = await place.kill(SAID, edge)
    await place.settle(made.organisation.id)
    history = await place.api.get(f"/api/interview/{conversation}/history", headers=candidate.headers)
    mine = [one for one in history.json()["messages"] if one["who"] == "candidate"]
    assert [(one["kind"], one["state"], one["text"]) for one in mine] == [("voice", "complete", SPOKEN)]
    await _goes_on(place, candidate, conversation)
    await place.settle(made.organisation.id)
    await place.ended_well(made.organisation.id, UUID(candidate.session_id), heard=False)
    with killing.connect(place.where) as look:
        about = (candidate.session_id,)
        assert look.execute(b"select count(*) from voices where session_id = %s", about).fetchone() == (1,)
        assert look.execute(
            b"select count(*) from transcripts t join voices v using (recording_id) where v.session_id = %s", about
        ).fetchone() == (1,), "transcripts"
    return kills


async def _goes_on(place: Place, candidate: CandidateClient, conversation: str) -> None:
    body = {"conversation_id": conversation}
    spoke = await place.api.post("/api/interview/chat/stream", json=body, headers=candidate.headers)
    assert "event: done" in spoke.text, spoke.text
    ended = await place.api.post("/api/interview/chat/end", json=body, headers=candidate.headers)
    assert ended.json()["conversation"]["handed_in"], ended.text
    session_id = UUID(candidate.session_id)
    place.ledger.answered(session_id, 1, SPOKEN)
    await candidate.complete()
    place.ledger.handed_in(session_id)
