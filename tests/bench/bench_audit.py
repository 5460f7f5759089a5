"""What the audit log costs a transaction: 400 writers in one organisation, with and without an entry each, in turn.

    python -m tests.bench.bench_audit [--writers 400] [--each 10] [--rounds 3]

Prints one JSON object. A transaction enters its tenant, inserts one row and commits, as a candidate's message does at
the least; `noted` adds one entry, whose chain all writers of the organisation share, so their commits follow one
another. `apart` is the same with an organisation for every writer. `ratio` is the rate without entries over the rate
with them, the median of the rounds; `a_second` are transactions a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from typing import Any

from sqlalchemy import text
from tests.bench.product import installation

from colloquy.kit import audit
from colloquy.kit.db import Database, Scope
from colloquy.kit.ids import new_id

_INSERT = text(
    "insert into outbox (id, org_id, name, version, routing_key, payload)"
    " values (:id, :org_id, 'Bench', 1, 'bench', '{}')"
)
_CONNECTIONS = asyncio.Semaphore(20)
"""As many as the pool has: who waits for a connection longer than 30 s would be refused."""


async def _write(database: Database, scope: Scope, times: int, *, noted: bool) -> None:
    session = new_id()
    for _ in range(times):
        async with _CONNECTIONS, database.begin(scope) as db:
            await db.execute(_INSERT, {"id": new_id(), "org_id": scope.org_id})
            if noted:
                audit.note(db, scope, "bench.message", subject=("session", session), actor=("candidate", session))


async def _rate(database: Database, scopes: list[Scope], times: int, *, noted: bool) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(_write(database, scope, times, noted=noted) for scope in scopes))
    return len(scopes) * times / (time.perf_counter() - began)


async def measure(writers: int, times: int, rounds: int) -> dict[str, Any]:
    """The figures of all rounds."""
    rates: dict[str, list[float]] = {"without": [], "noted": [], "apart": []}
    async with installation() as product:
        database, one = product.runtime.database, [product.organisation.scope] * writers
        for _ in range(rounds):
            rates["without"].append(await _rate(database, one, times, noted=False))
            rates["noted"].append(await _rate(database, one, times, noted=True))
            rates["apart"].append(await _rate(database, [Scope(new_id()) for _ in range(writers)], times, noted=True))
    return {
        "writers": writers,
        "a_second": {name: round(statistics.median(found)) for name, found in rates.items()},
        "ratio": {
            name: round(
                statistics.median(plain / found for plain, found in zip(rates["without"], rates[name], strict=True)),
                2,
            )
            for name in ("noted", "apart")
        },
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--writers", type=int, default=400)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(measure(asked.writers, asked.each, asked.rounds))))


if __name__ == "__main__":
    main()
