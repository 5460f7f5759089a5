"""Hostile files through the real pipeline: no crash, no read, no call, within limits. `make hostile` runs them all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.hostile import corpus
from tests.hostile.pipeline import CPU_SECONDS, MEMORY_BYTES, Outcome, judge, watching, weighing
from tests.hostile.samples import Sample, Traps

LONG = os.environ.get("COLLOQUY_HOSTILE") == "long"
SHARDS = 4 if LONG else 1
_WITHOUT_SCANNER = frozenset({"processed"})


def complaint(one: Sample, outcome: Outcome) -> str | None:
    """What is wrong with an outcome; None for what should be."""
    if outcome.trouble:
        return f"crashed: {outcome.trouble}"
    expect = (one.expect - {"eicar"}) | (_WITHOUT_SCANNER if "eicar" in one.expect else frozenset())
    if expect and outcome.code not in expect:
        return f"{outcome.code} instead of {' or '.join(sorted(expect))}"
    if outcome.cpu_seconds > CPU_SECONDS:
        return f"took {outcome.cpu_seconds} s of processor"
    return None


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_nothing_hostile_gets_anywhere(shard, runtime, api, make_organisation, tmp_path, capfd):
    scope = (await make_organisation()).scope
    with watching(tmp_path) as (canary, watch), weighing() as children:
        traps = Traps(str(canary), watch.port)
        samples = list(corpus.everything(traps, tmp_path) if LONG else corpus.short(traps, tmp_path))
        outcomes, complaints, all_reads = [], [], 0
        watch.reads()
        for one in samples[shard::SHARDS]:
            outcome = await judge(runtime, api, scope, one)
            all_reads += (reads := watch.reads())
            outcomes.append(outcome)
            wrong = complaint(one, outcome) or (f"the canary was read {reads} times" if reads else None)
            if wrong:
                complaints.append(f"{one.family}, {one.file_name[:40]!a}: {wrong}")
        calls = watch.calls
    said = "".join(capfd.readouterr())
    _keep(shard, outcomes, calls, all_reads, children.largest_bytes)
    assert complaints == []
    assert calls == 0
    assert 0 < children.largest_bytes <= MEMORY_BYTES
    assert canary.read_bytes()[:64].decode("latin-1") not in said


def _keep(shard: int, outcomes: list[Outcome], calls: int, reads: int, largest: int) -> None:
    """For the table of the long form."""
    folder = os.environ.get("COLLOQUY_HOSTILE_OUT")
    if folder:
        lines = [outcome.line() for outcome in outcomes]
        kept = {"calls": calls, "reads": reads, "largest": largest, "outcomes": lines}
        (Path(folder) / f"{shard}.json").write_text(json.dumps(kept))
