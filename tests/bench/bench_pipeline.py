"""From the last byte to the report: what takes time when no model does, and what a recogniser adds.

    python -m tests.bench.bench_pipeline [--rounds 10] [--spoken 3] [--seconds 60]

Prints one JSON object. The product runs in this process as `everything` does: web application and worker in one
event loop, over the embedded PostgreSQL. `typed` and `recorded` are answers whose recogniser answers at once
(providers/speech/fake.py still reads the whole sound), so what is left is everything that is not a model: receiving,
storing, ffmpeg, queueing, judging by rules, scoring, writing the report. Milliseconds to the `ReportReady` event being
visible to another connection, seen every 4 ms: `from_last_byte` from the acknowledgement of the last PATCH (for a
typed answer, of the text), `from_complete` from the acknowledgement of complete-interview. `jobs_ms` is the mean time a
job of each name ran; `events_ms` when each event's transaction began after the last byte. `bare_ms` of `recorded`
is one ffmpeg decode of the same file to a WAV.

`spoken` is the same recording through the bundled recogniser, beside the bare calls in turn: ffmpeg to a WAV, then
the recogniser's process on it. Rendering for playback is no part of the path but runs at the same time (niced to 10).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
from prometheus_client import REGISTRY
from tests.bench.product import Installation, installation, python
from tests.factories.answered import STRONG
from tests.factories.candidates import SAMPLES, CandidateClient, begin
from tests.factories.interviews import TEXT, VIDEO, MadeInterview, publish_interview

from colloquy.kit.db import app_url, conninfo
from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.pocketsphinx import PocketSphinx
from colloquy.providers.speech.port import SpeechToText
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg
from colloquy.roles.process import loop_factory
from colloquy.roles.web import application

SEEN_EVERY = 0.004
LONGEST_WAIT = 600.0
PIECES = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """One answer on its way, in seconds: to the report from the last byte and from complete-interview."""

    from_last_byte: float
    from_complete: float
    events: list[tuple[str, float]]


class Bench:
    """A running product with a worker, a client, and a connection that sees when a report is there."""

    def __init__(self, product: Installation, api: httpx.AsyncClient, watch: psycopg.AsyncConnection[Any]) -> None:
        self.product = product
        self.api = api
        self.watch = watch

    async def typed(self) -> Passage:
        """A typed answer."""
        candidate = await self.candidate(await publish_interview(self.product.runtime, self.product.organisation, TEXT))
        question = (await candidate.room())["question"]
        await candidate.write(question, STRONG)
        return await self.follow(candidate)

    async def recorded(self, recording: bytes) -> Passage:
        """A recorded answer, sent in pieces as a browser does and handed in at once."""
        interview = await publish_interview(self.product.runtime, self.product.organisation, LONG)
        candidate = await self.candidate(interview)
        question = (await candidate.room())["question"]
        take = await candidate.open_take(question)
        await candidate.send(take, recording, pieces=PIECES)
        began = time.perf_counter(), time.time()
        await candidate.post(f"/room/takes/{take['take_id']}/finish", {"duration_seconds": 60.0})
        used = await candidate.post("/room/answers", {"question_id": question["id"], "take_id": take["take_id"]})
        if used.status_code != 200:
            raise SystemExit(f"The answer was refused: {used.text}")
        return await self.follow(candidate, began)

    async def candidate(self, interview: MadeInterview) -> CandidateClient:
        candidate = await begin(self.api, interview.token)
        await candidate.agree()
        return candidate

    async def follow(self, candidate: CandidateClient, began: tuple[float, float] | None = None) -> Passage:
        """Hands the interview in and waits for its report, then for the worker to have nothing left."""
        began = began or (time.perf_counter(), time.time())
        await candidate.complete()
        completed = time.perf_counter()
        await self.until("select 1 from outbox where name = 'ReportReady' and payload->>'session_id' = %s",
                         candidate.session_id)  # fmt: skip
        ready = time.perf_counter()
        rows = await self.watch.execute(
            "select name, extract(epoch from occurred_at)::float from outbox where occurred_at >= to_timestamp(%s)"
            " order by occurred_at, id",
            (began[1],),
        )
        events = [(name, at - began[1]) for name, at in await rows.fetchall()]
        # `%s::text is not null` uses the parameter that `until` always gives.
        await self.until(
            "select 1 where %s::text is not null and not exists (select 1 from procrastinate_jobs"
            " where status = 'doing' or (status = 'todo' and (scheduled_at is null or scheduled_at < now())))",
            candidate.session_id,
        )
        return Passage(ready - began[0], ready - completed, events)

    async def until(self, question: str, parameter: str) -> None:
        """Returns when the question has a row for an answer."""
        ends = time.monotonic() + LONGEST_WAIT
        while await (await self.watch.execute(question, (parameter,))).fetchone() is None:
            if time.monotonic() > ends:
                raise SystemExit(f"Nothing after {LONGEST_WAIT:.0f} s: {question}")
            await asyncio.sleep(SEEN_EVERY)


LONG = replace(VIDEO, answer_seconds=180)


@asynccontextmanager
async def running() -> AsyncIterator[Bench]:
    """The product with its worker listening."""
    async with installation() as product:
        worker = asyncio.create_task(product.runtime.job_runner().run())
        owner = conninfo(app_url(product.where.migrating, role=None))
        transport = httpx.ASGITransport(application(product.runtime))
        try:
            async with (
                await psycopg.AsyncConnection.connect(owner, autocommit=True) as watch,
                httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=60) as api,
            ):
                yield Bench(product, api, watch)
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


def spoken_minute(folder: Path, seconds: int) -> Path:
    """A webm as Chromium records: VP8 at 640 x 480 and Opus, the sample answer's voice repeated to that length."""
    target = folder / "answer.webm"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=640x480:rate=24:duration={seconds}")
    voice = ("-stream_loop", "-1", "-i", str(SAMPLES / "strong" / "answer-2.webm"))
    video = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k")
    sound = ("-c:a", "libopus", "-b:a", "32k", "-ac", "1")
    command = [find_ffmpeg(), "-loglevel", "error", *picture, *voice, "-map", "0:v", "-map", "1:a"]
    subprocess.run([*command, "-t", str(seconds), *video, *sound, str(target)], check=True)
    return target


async def bare_decode(recording: Path, wav: Path) -> float:
    """Seconds of one ffmpeg that takes the sound out of the recording."""
    command = [find_ffmpeg(), "-loglevel", "error", "-y", "-i", str(recording), "-ac", "1", "-ar", "16000", str(wav)]
    return await timed(command)


async def bare_recognise(wav: Path) -> float:
    """Seconds of the recogniser's process on the sound."""
    return await timed(python("-P", "-m", "colloquy.providers.speech.pocketsphinx_worker", str(wav)))


async def timed(command: list[str]) -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if await process.wait() != 0:
        raise SystemExit(f"{command[0]} failed")
    return time.perf_counter() - began


def job_seconds() -> dict[str, tuple[float, float]]:
    """Seconds run and runs so far of each job, from the product's own metrics."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for metric in REGISTRY.collect():
        for sample in metric.samples if metric.name == "colloquy_job_seconds" else ():
            for place, ending in enumerate(("_sum", "_count")):
                if sample.name.endswith(ending):
                    found[sample.labels["job"]][place] += sample.value
    return {job: (seconds, runs) for job, (seconds, runs) in found.items()}


async def series(rounds: int, passage: Callable[[], Awaitable[Passage]]) -> dict[str, Any]:
    """Medians over the rounds, and where the time went."""
    await passage()  # the first one compiles regular expressions and opens connections
    before = job_seconds()
    passages = [await passage() for _ in range(rounds)]
    after = job_seconds()
    events: dict[str, list[float]] = defaultdict(list)
    for one in passages:
        for name, at in one.events:
            events[name].append(at)
    jobs = {
        job: [now - then for now, then in zip(after[job], before.get(job, (0.0, 0.0)), strict=True)] for job in after
    }
    whole = sorted(one.from_last_byte for one in passages)
    return {
        "rounds": rounds,
        "from_last_byte_ms": milliseconds(statistics.median(whole)),
        "from_complete_ms": milliseconds(statistics.median(one.from_complete for one in passages)),
        "fastest_ms": milliseconds(whole[0]),
        "slowest_ms": milliseconds(whole[-1]),
        "jobs_ms": {job: milliseconds(seconds / runs) for job, (seconds, runs) in jobs.items() if runs},
        "events_ms": {name: milliseconds(statistics.median(ats)) for name, ats in events.items()},
    }


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


async def spoken(bench: Bench, recording: Path, data: bytes, rounds: int) -> dict[str, Any]:
    """The bundled recogniser in the product and bare, in turn."""
    bench.product.runtime.provided.put(SpeechToText, PocketSphinx())
    wav = recording.with_name("bare.wav")
    ours: list[float] = []
    decode: list[float] = []
    recognise: list[float] = []
    for _ in range(rounds):
        decode.append(await bare_decode(recording, wav))
        recognise.append(await bare_recognise(wav))
        ours.append((await bench.recorded(data)).from_last_byte)
    bare = [a + b for a, b in zip(decode, recognise, strict=True)]
    return {
        "rounds": rounds,
        "ours_seconds": round(statistics.median(ours), 2),
        "bare_seconds": round(statistics.median(bare), 2),
        "bare_decode_seconds": round(statistics.median(decode), 3),
        "bare_recognise_seconds": round(statistics.median(recognise), 2),
        "overhead_seconds": round(statistics.median(a - b for a, b in zip(ours, bare, strict=True)), 2),
        "ratio": round(statistics.median(a / b for a, b in zip(ours, bare, strict=True)), 2),
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description="From the last byte to the report.")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--spoken", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="colloquy-bench-") as name:
        folder = Path(name)
        recording = spoken_minute(folder, given.seconds)
        data = recording.read_bytes()
        async with running() as bench:
            bench.product.runtime.provided.put(SpeechToText, FakeSpeech(STRONG))
            decodes = [await bare_decode(recording, folder / "bare.wav") for _ in range(given.rounds)]
            figures: dict[str, Any] = {
                "recording": {"seconds": given.seconds, "kib": len(data) >> 10},
                "typed": await series(given.rounds, bench.typed),
                "recorded": await series(given.rounds, lambda: bench.recorded(data)),
            }
            figures["recorded"]["bare_ms"] = milliseconds(statistics.median(decodes))
            if given.spoken:
                figures["spoken"] = await spoken(bench, recording, data, given.spoken)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())
