"""The line of an answer that a language model judges, with a vendor that can fall silent, and what is billed for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.factories.interviews import TEXT, publish_interview
from tests.faults import candidates, killing
from tests.faults.edges import Edge, Stage, cut_the_dead, kill_at, killed
from tests.faults.failing_models import judged_well, temperature
from tests.faults.lines import Place
from tests.providers.llm.vendor_server import Fault, Taken, VendorServer

from colloquy.contexts.inference.public import Task, Tier
from colloquy.contexts.inference.service import change_keys, change_models
from colloquy.kit.crypto import Secret

JUDGE = Stage("analysis.judge", "org_models", "judgement_sets")
BILLED = Stage("analysis.judge", "org_models", "model_calls", "new.requests > 0")
_KILLED_UNBILLED = 1
"""Calls that the vendor answered and whose worker died before it could write that down."""


async def judged(place: Place) -> int:
    """An answer in writing whose readings are cut at every edge of both calls; how many kills."""
    async with VendorServer(judged_well).running() as vendor:
        organisation = await place.make_organisation()
        await _model(place, organisation, vendor)
        made = await publish_interview(place.runtime, organisation, TEXT)
        session_id = await candidates.answers(place.api, made, place.ledger)

        await _kill(place, JUDGE, Edge.BEFORE_THE_CALL)
        assert vendor.taken == []
        await _kill_in_the_call(place, vendor, lambda _: Fault.SILENT)
        await _kill(place, BILLED, Edge.BEFORE_THE_COMMIT)
        await _kill_in_the_call(place, vendor, lambda asked: Fault.SILENT if temperature(asked) > 0 else None)
        await _kill(place, JUDGE, Edge.AFTER_THE_CALL)
        await _kill(place, JUDGE, Edge.BEFORE_THE_COMMIT)
        await _kill(place, JUDGE, Edge.AFTER_THE_COMMIT)
        await place.settle(organisation.id)
        _billed(place, organisation.id, vendor.taken)
        await place.ended_well(organisation.id, session_id, heard=False)
        with killing.connect(place.where) as look:
            evaluator = look.execute(
                b"select evaluator, stood_in from judgement_sets where session_id = %s", (session_id,)
            ).fetchone()
        assert evaluator == ("openai:gpt-4o", None)
    return 7


async def _model(place: Place, organisation: Any, vendor: VendorServer) -> None:
    url = vendor.url("openai")
    secret = place.runtime.provided.get(Secret)
    async with place.runtime.database.begin(organisation.scope) as db:
        draft = change_models.ModelDraft("openai", "gpt-4o", url, Tier.BEST, [Task.EVALUATE], 0)
        await change_models.add_model(db, organisation.owner, draft)
        await change_keys.add_key(db, secret, organisation.owner, change_keys.KeyDraft("openai", url, "one", "sk-one"))


async def _kill(place: Place, stage: Stage, edge: Edge) -> None:
    await asyncio.to_thread(kill_at, place.where, place.workers, stage, edge)
    await place.hand_back()


async def _kill_in_the_call(place: Place, vendor: VendorServer, fault: Callable[[Any], Fault | None]) -> None:
    """The request has arrived at the vendor, who says nothing yet."""
    vendor.fault = fault
    before = len(vendor.taken)
    doomed = await asyncio.to_thread(place.workers.start, registered=False)
    ends = time.monotonic() + killing.PATIENCE_SECONDS
    while not any(one.fault is Fault.SILENT for one in vendor.taken[before:]):
        assert time.monotonic() < ends, "the vendor was never asked"
        await asyncio.sleep(0.01)
    await asyncio.to_thread(killed, doomed)
    vendor.fault = lambda _: None
    with killing.connect(place.where) as look:
        await asyncio.to_thread(cut_the_dead, look)
    await place.hand_back()


def _billed(place: Place, org_id: Any, taken: list[Taken]) -> None:
    """Each reading is billed once, by a call that the vendor answered, as it said. What was killed is not billed."""
    answered = [one for one in taken if one.text is not None]
    with killing.connect(place.where) as look:
        calls = look.execute(
            b"select outcome, requests, input_tokens, output_tokens, cost_microdollars from model_calls"
            b" where org_id = %s and requests > 0",
            (org_id,),
        ).fetchall()
        spent = look.execute(b"select microdollars from model_spending where org_id = %s", (org_id,)).fetchone()
    assert [call[:4] for call in calls] == [("answered", 1, 120, 30)] * 2, f"billed {calls}"
    assert len(answered) == len(calls) + _KILLED_UNBILLED, f"{len(answered)} answered, {len(calls)} billed"
    assert spent is not None
    assert Decimal(spent[0]) == sum(call[4] for call in calls)
