"""Reads of the product's web process beside bare FastAPI, over the driver and over the ORM, in turn, in one run.

    python -m tests.bench.bench_reads [--requests 2000] [--rounds 3] [--sessions 50]

Prints one JSON object. `me` is one row with everything on (request id, metrics, log, access token, the sign-in
looked up, row-level security, two statements); `sessions` the board of an interview with so many candidates who have
reports; `interviews` the list of interviews. `driver` and `orm` answer the same rows and check nothing (`bare.py`).
Each server has a process of its own, all on one PostgreSQL; servers are pinned to one core and the client to the
others where there are several. CPU is that of the server's process (user and system, its threads included);
`cpu_ratio` is ours over theirs, the median of the rounds, and `rate_ratio` ours over theirs in requests a second by
one connection.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
from typing import Any

import httpx
import psutil
from tests.bench import client
from tests.bench.product import Installation, cpu_seconds, free_port, installation, python, serving
from tests.factories.answered import STRONG
from tests.factories.candidates import begin
from tests.factories.identity import bearer
from tests.factories.interviews import TEXT, MadeInterview, publish_interview
from tests.factories.work import run_jobs

from colloquy.kit.crypto import Secret
from colloquy.kit.db import app_url, conninfo
from colloquy.roles.web import application

CONTENDERS = ("ours", "driver", "orm")
CONNECTIONS = 8
INTERVIEWS = 12


async def seed(product: Installation, sessions: int) -> MadeInterview:
    """An interview whose candidates all have reports, and eleven more interviews for the list."""
    runtime = product.runtime
    for _ in range(INTERVIEWS - 1):
        await publish_interview(runtime, product.organisation, TEXT)
    made = await publish_interview(runtime, product.organisation, TEXT)
    transport = httpx.ASGITransport(application(runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as api:
        for number in range(sessions):
            candidate = await begin(api, made.token, name=f"Candidate {number}", email=f"c{number}@example.com")
            await candidate.agree()
            await candidate.write((await candidate.room())["question"], STRONG)
            await candidate.complete()
    await run_jobs(runtime)
    return made


async def requests_of(product: Installation, made: MadeInterview) -> dict[str, dict[str, bytes]]:
    """For each read, what each contender is asked."""
    owner = product.organisation.owner
    token = await bearer(product.runtime.database, product.runtime.provided.get(Secret), owner)
    signed_in = {"Authorization": token}

    def everyone(path: str, bare: str) -> dict[str, bytes]:
        return {"ours": client.get(path, signed_in), "driver": client.get(bare), "orm": client.get(bare)}

    return {
        "me": everyone("/api/me", f"/me/{owner.person_id}"),
        "sessions": everyone(f"/api/interviews/{made.id}/sessions", f"/sessions/{made.id}"),
        "interviews": everyone("/api/interviews", f"/interviews/{product.organisation.id}"),
    }


@contextlib.contextmanager
def servers(product: Installation) -> Any:
    """Process and port of each contender."""
    # Libpq knows no "+" in a scheme and SQLAlchemy no keywords, so each is told the owner's address in its own form.
    database = {"driver": conninfo(app_url(product.where.migrating, role=None)), "orm": product.where.migrating}
    with contextlib.ExitStack() as stack:
        running: dict[str, tuple[psutil.Process, int]] = {}
        for name in CONTENDERS:
            port = free_port()
            command = (
                python("-m", "colloquy", "web")
                if name == "ours"
                else python("-m", "tests.bench.bare", name, str(port), database[name])
            )
            process = stack.enter_context(serving(command, product.environment(port), port, "/readyz"))
            running[name] = (process, port)
        apart([process for process, _ in running.values()])
        yield running


def apart(processes: list[psutil.Process]) -> None:
    """Servers on one core, the client on another: one is then not measured through the other."""
    cores = psutil.Process().cpu_affinity() or []
    if len(cores) > 1:
        for process in processes:
            for thread in process.threads():
                psutil.Process(thread.id).cpu_affinity(cores[:1])
        psutil.Process().cpu_affinity(cores[1:])


async def measure(
    running: dict[str, tuple[psutil.Process, int]], asked: dict[str, bytes], requests: int, rounds: int
) -> dict[str, Any]:
    """One read by all contenders in turn."""
    cpu: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    alone: dict[str, list[client.Latencies]] = {name: [] for name in CONTENDERS}
    together: dict[str, list[client.Latencies]] = {name: [] for name in CONTENDERS}
    for number in range(rounds + 1):
        for name in CONTENDERS if number % 2 else CONTENDERS[::-1]:
            process, port = running[name]
            if not number:  # the first round warms up
                await client.load(port, asked[name], requests=max(CONNECTIONS, requests // 4), connections=CONNECTIONS)
                continue
            before = cpu_seconds(process)
            alone[name].append(await client.load(port, asked[name], requests=requests, connections=1))
            cpu[name].append((cpu_seconds(process) - before) / requests * 1e6)
            several = await client.load(port, asked[name], requests=requests, connections=CONNECTIONS)
            together[name].append(several)
    figures: dict[str, Any] = {}
    for name in CONTENDERS:
        figures[name] = {
            "cpu_us": round(statistics.median(cpu[name])),
            "one_connection": merged(alone[name]).figures(),
            f"{CONNECTIONS}_connections": merged(together[name]).figures(),
        }
    for other in CONTENDERS[1:]:
        figures[f"cpu_ratio_to_{other}"] = round(
            statistics.median(a / b for a, b in zip(cpu["ours"], cpu[other], strict=True)), 2
        )
        figures[f"rate_ratio_to_{other}"] = round(
            statistics.median(b.wall / a.wall for a, b in zip(alone["ours"], alone[other], strict=True)), 2
        )
    return figures


def merged(rounds: list[client.Latencies]) -> client.Latencies:
    return client.Latencies([each for one in rounds for each in one.each], sum(one.wall for one in rounds))


async def main() -> None:
    parser = argparse.ArgumentParser(description="Reads beside bare FastAPI.")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=50)
    given = parser.parse_args()
    figures: dict[str, Any] = {"requests": given.requests, "rounds": given.rounds, "sessions_on_board": given.sessions}
    async with installation() as product:
        made = await seed(product, given.sessions)
        reads = await requests_of(product, made)
        with servers(product) as running:
            for read, asked in reads.items():
                answers = {name: json.loads(await client.ask(running[name][1], asked[name])) for name in CONTENDERS}
                rows = {name: len(body["items"]) for name, body in answers.items() if "items" in body}
                if len(set(rows.values())) > 1:
                    raise SystemExit(f"{read}: the contenders answer different rows: {rows}")
                figures[read] = await measure(running, asked, given.requests, given.rounds)
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
