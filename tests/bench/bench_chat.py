"""An interviewer's words through the product beside a byte splice, OpenAI's library and LiteLLM, in turn, in one run.

    python -m tests.bench.bench_chat [--streams 100] [--rounds 3] [--pieces 90] [--requests 60]

Prints one JSON object. One stub (`upstream.py`) is the model for all: it streams OpenAI's chat completions, 50 pieces
a second. `ours` is the product's web role: the candidate's key is checked, their message and the interviewer's turn
are stored, consent is asked for, every word passes the guard, events can be resumed. `adapter` is our reading of the
stream alone, from a bare ASGI application, as `sdk` and `litellm` are (`peers/chat.py`); `splice` copies bytes.

`cpu_us_per_token` is CPU (user and system, threads included) of the server's process over so many streams at once,
the whole turn included, divided by the pieces; `turn_ms` is what a turn costs before and after its words, from the same
with few pieces. `streams_per_core` is what one core carries at 50 pieces a second by that figure. `first_token_ms` is
what a relay adds, alone, between the request and the first piece, to asking the stub directly; `relayed_ms` the same
for ours without what it stores before it asks.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
from tests.bench.product import Installation, cpu_seconds, free_port, installation, python, serving, wait_until_ready
from tests.factories.candidates import begin
from tests.factories.interviews import publish_interview

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.kit.ids import new_id

PER_SECOND = 50
CONTENDERS = ("splice", "ours", "adapter", "sdk", "litellm")
FEW = 8
"""Pieces of the short turns, from which what a turn costs besides its words follows."""
SAID = ["What do you mean?", "What do you mean?", "I don't know.", *["It was like that and then it went on."] * 3]
"""What a candidate says: each is answered by the model, the last three by follow-ups as they lack everything."""
TURNS = len(SAID)
CONVERSATION = QuestionDraft(
    "A conversation.",
    interviews.AnswerKind.CONVERSATION,
    answer_seconds=3600,
    follow_ups=3,
    topics=(interviews.Topic(new_id(), "Tell me about a time you solved a hard problem.", ("Names what was secret",)),),
)
PEERS = Path(__file__).parent / "peers" / "chat.py"
CACHE = Path.home() / ".cache" / "colloquy-bench"


def litellm_python() -> tuple[Path | None, str]:
    """The interpreter of LiteLLM's own environment, made when it is not there; None and why when that fails."""
    interpreter = CACHE / "litellm" / "bin" / "python"
    if not interpreter.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        for command in (
            ["uv", "venv", "-q", "--python", sys.executable, str(CACHE / "litellm")],
            ["uv", "pip", "install", "-q", "--python", str(interpreter), "litellm", "uvicorn[standard]"],
        ):
            done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
            if done.returncode:
                return None, (done.stderr.strip().splitlines() or ["uv failed"])[-1][:200]
    asked = subprocess.run(
        [interpreter, "-c", "import importlib.metadata as m, uvicorn; print(m.version('litellm'))"],
        capture_output=True,
        text=True,
        check=False,
    )
    return (interpreter, asked.stdout.strip()) if asked.returncode == 0 else (None, "its environment is broken")


@dataclass
class Talker:
    """Who asks for streams. `conversation` is for the product alone, and `turns` how often it was asked."""

    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    conversation: str | None = None
    turns: int = 0
    ends: bytes = b"event: done"
    begins: bytes = b"event: token"

    async def turn(self) -> tuple[float, int]:
        """Seconds to the first piece, and how many pieces there were; SystemExit when the answer is not a stream."""
        # A connection of its own for each: between two turns of a person servers close idle ones.
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        began = time.perf_counter()
        writer.write(self._request())
        self.turns += 1
        first, data = 0.0, b""
        while b"\r\n0\r\n\r\n" not in data[-16:]:
            chunk = await reader.read(1 << 16)
            if not chunk:
                raise SystemExit(f"{self.path} ended early: {data[-600:]!r}")
            data += chunk
            if not first and self.begins in data:
                first = time.perf_counter() - began
        writer.close()
        if b" 200 " not in data[:16] or self.ends not in data or b"event: replace" in data:
            raise SystemExit(f"{self.path} was answered with {data[:1500]!r}")
        return first, data.count(self.begins)

    def _request(self) -> bytes:
        form: dict[str, Any] = {"model": "stub", "stream": True, "messages": []}
        if self.conversation is not None:
            form = {"conversation_id": self.conversation, "text": SAID[self.turns], "client_message_id": str(uuid4())}
        body = json.dumps(form).encode()
        head = {"Host": "bench", "Content-Type": "application/json", "Content-Length": str(len(body)), **self.headers}
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def conversations(product: Installation, port: int, count: int) -> list[Talker]:
    """Candidates to whom the interviewer has put the first question."""
    made = await publish_interview(product.runtime, product.organisation, CONVERSATION)
    ready: list[Talker] = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as api:
        for number in range(count):
            candidate = await begin(api, made.token, name=f"C {number}", email=f"c{number}-{uuid4()}@example.com")
            await candidate.agree()
            await candidate.room()
            opened = await api.post("/api/interview/chat", json={}, headers=candidate.headers)
            talker = Talker(port, "/api/interview/chat/stream", candidate.headers, opened.json()["conversation"]["id"])
            greeted = await api.post(talker.path, json={"conversation_id": talker.conversation}, headers=talker.headers)
            if greeted.status_code != 200 or "event: done" not in greeted.text:
                raise SystemExit(f"the greeting was answered with {greeted.status_code}: {greeted.text[:500]}")
            ready.append(talker)
    return ready


def pinned(processes: dict[str, psutil.Process]) -> None:
    """Servers on one core, everything else on the others: one is then not measured through the other."""
    cores = psutil.Process().cpu_affinity() or []
    if len(cores) > 1:
        for process in processes.values():
            for thread in process.threads():
                psutil.Process(thread.id).cpu_affinity(cores[:1])
        psutil.Process().cpu_affinity(cores[1:])


@contextlib.contextmanager
def servers(
    product: Installation, upstream: int, only: list[str]
) -> Iterator[tuple[dict[str, psutil.Process], dict[str, int], str]]:
    """Processes and ports of the contenders, and what is to be said of LiteLLM."""
    interpreter, said = litellm_python() if "litellm" in only else (None, "left out")
    only = [name for name in only if interpreter or name != "litellm"]
    with contextlib.ExitStack() as stack:
        processes: dict[str, psutil.Process] = {}
        ports: dict[str, int] = {}
        for name in only:
            port = ports[name] = free_port()
            # LiteLLM asks the network for prices when it is imported.
            environment = product.environment(port) | {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
            command = [
                str(interpreter) if name == "litellm" else sys.executable,
                str(PEERS),
                name,
                str(port),
                str(upstream),
            ]
            if name == "ours":
                command = python("-m", "colloquy", "web")
                environment |= {
                    "COLLOQUY_LLM": "compatible:stub",
                    "COLLOQUY_LLM_URL": f"http://127.0.0.1:{upstream}/v1",
                    "COLLOQUY_LOG_LEVEL": "warning",
                    "COLLOQUY_DATABASE_POOL": "20",
                }
            processes[name] = stack.enter_context(serving(command, environment, port, "/readyz", seconds=120))
        pinned(processes)
        yield processes, ports, said


def talkers(name: str, port: int, count: int) -> list[Talker]:
    """Clients of a contender that keeps nothing."""
    if name == "splice":
        return [Talker(port, "/v1/chat/completions", ends=b"[DONE]", begins=b'"content"') for _ in range(count)]
    return [Talker(port, "/") for _ in range(count)]


async def at_once(process: psutil.Process, clients: list[Talker], pieces: int) -> tuple[float, int]:
    """CPU microseconds a piece of as many streams at once, begun within a second, and how many events came."""
    before = cpu_seconds(process)

    async def one(number: int) -> int:
        await asyncio.sleep(number / len(clients))
        return (await clients[number].turn())[1]

    events = sum(await asyncio.gather(*(one(number) for number in range(len(clients)))))
    return (cpu_seconds(process) - before) / (len(clients) * pieces) * 1e6, events


def percentiles(samples: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(samples, n=20)
    return {"p50": round(statistics.median(samples) * 1000, 2), "p95": round(cut[18] * 1000, 2)}


@contextlib.contextmanager
def model(pieces: int) -> Iterator[int]:
    """The stub's port."""
    port = free_port()
    command = python("-m", "tests.bench.upstream", str(port), str(pieces), str(PER_SECOND))
    server = subprocess.Popen(command)
    try:
        wait_until_ready(port, "/", server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


async def measure(product: Installation, given: argparse.Namespace, pieces: int, *, latency: bool) -> dict[str, Any]:
    """All contenders in turn, answers of so many pieces."""
    found: dict[str, Any] = {}
    with model(pieces) as upstream, servers(product, upstream, given.only) as (processes, ports, said):
        found["litellm_is"] = said
        clients = {name: talkers(name, port, given.streams) for name, port in ports.items()}
        clients["ours"] = await conversations(product, ports["ours"], given.streams)
        cpu: dict[str, list[float]] = {name: [] for name in processes}
        for number in range(1 + min(given.rounds, TURNS - 1)):
            for name in list(processes) if number % 2 else list(processes)[::-1]:
                spent, events = await at_once(processes[name], clients[name], pieces)
                sys.stderr.write(f"{pieces} pieces, round {number}: {name} {spent:.1f} µs/piece, {events} events\n")
                if number:  # the first round warms up
                    cpu[name].append(spent)
        for name, spent in cpu.items():
            found[name] = {"cpu_us_per_token": round(statistics.median(spent), 1)}
            ratios = [a / b for a, b in zip(spent, cpu["splice"], strict=True)]
            found[name]["ratio_to_splice"] = round(statistics.median(ratios), 2)
        if latency:
            found["first_token_ms"] = await first_tokens(product, given.requests, ports, upstream)
    return found


async def first_tokens(product: Installation, requests: int, ports: dict[str, int], upstream: int) -> dict[str, Any]:
    """What each contender adds to the time to the first piece, one request at a time."""
    asking = {name: talkers(name, port, 1) * requests for name, port in ports.items()}
    asking["direct"] = talkers("splice", upstream, 1) * requests
    spoken = await conversations(product, ports["ours"], -(-requests // (TURNS - 1)))
    asking["ours"] = [talker for talker in spoken for _ in range(TURNS - 1)][:requests]
    seconds: dict[str, list[float]] = {name: [] for name in asking}
    for number in range(requests):
        for name, each in asking.items():
            seconds[name].append((await each[number].turn())[0])
    floor = statistics.median(seconds["direct"])
    return {name: percentiles([s - floor for s in each]) for name, each in seconds.items() if name != "direct"} | {
        "direct": percentiles(seconds["direct"])
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description="Chat relays.")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pieces", type=int, default=90)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument(
        "--only", nargs="*", default=list(CONTENDERS), choices=CONTENDERS, help="splice and ours at least"
    )
    given = parser.parse_args()
    async with installation() as product:
        found = await measure(product, given, given.pieces, latency=False)
        few = await measure(product, given, FEW, latency=True)
    found["first_token_ms"] = few["first_token_ms"]
    ours = found["ours"]
    short, long = few["ours"]["cpu_us_per_token"] * FEW, ours["cpu_us_per_token"] * given.pieces
    ours["cpu_us_per_further_token"] = round((long - short) / (given.pieces - FEW), 1)
    ours["turn_ms"] = round((short - ours["cpu_us_per_further_token"] * FEW) / 1000, 2)
    bare = [few["splice"]["cpu_us_per_token"] * FEW, found["splice"]["cpu_us_per_token"] * given.pieces]
    found["splice"]["cpu_us_per_further_token"] = round((bare[1] - bare[0]) / (given.pieces - FEW), 1)
    for name in CONTENDERS:
        if name in found:
            found[name]["streams_per_core"] = int(1e6 / (found[name]["cpu_us_per_token"] * PER_SECOND))
    found |= {"streams": given.streams, "pieces": given.pieces, "per_second": PER_SECOND}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
