"""`make hostile`: every hostile file through the real pipeline, then one table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MIB = 1 << 20


def main() -> int:
    """Run the long form in two processes that yield to everything else; the tests' exit status."""
    with TemporaryDirectory() as folder:
        ran = subprocess.run(
            (sys.executable, "-m", "pytest", "tests/hostile/test_corpus.py", "-n", "2", "-q"),
            env=os.environ | {"COLLOQUY_HOSTILE": "long", "COLLOQUY_HOSTILE_OUT": folder},
            preexec_fn=lambda: os.nice(10),
            check=False,
        )
        shards = [json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))]
    sys.stdout.write("\n".join(table(shards)) + "\n")
    return ran.returncode


def table(shards: list[dict[str, Any]]) -> list[str]:
    """What became of each family, and the worst of each cost."""
    outcomes = [outcome for shard in shards for outcome in shard["outcomes"]]
    families: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for outcome in outcomes:
        families[outcome["family"]].append(outcome)
    lines = [
        "",
        "| family | files | taken | refused | crashed | most CPU, s | refused as |",
        "|---|---|---|---|---|---|---|",
    ]
    for family, members in [*sorted(families.items()), ("**all**", outcomes)]:
        codes = Counter(outcome["code"] for outcome in members)
        taken, crashed = codes.pop("processed", 0), sum(outcome["trouble"] is not None for outcome in members)
        codes.pop("crashed", None)
        most = max((outcome["cpu_seconds"] for outcome in members), default=0.0)
        named = ", ".join(f"{code} {count}" for code, count in codes.most_common())
        if family == "**all**":
            named = f"{len(codes)} codes"
        lines.append(f"| {family} | {len(members)} | {taken} | {codes.total()} | {crashed} | {most:.1f} | {named} |")
    largest = max((shard["largest"] for shard in shards), default=0) / MIB
    calls = sum(shard["calls"] for shard in shards)
    reads = sum(shard["reads"] for shard in shards)
    lines.append(f"\nLargest child {largest:.0f} MiB; calls to the listener {calls}; reads of the canary {reads}.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
