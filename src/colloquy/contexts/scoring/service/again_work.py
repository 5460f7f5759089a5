"""What a run does by itself: it notes what became of an answer and hands out the next."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.events import JudgedAgain
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.policy.again import ItemState, complete
from colloquy.contexts.scoring.service.again import feed
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.jobs import enqueue


async def judged_again(db: AsyncSession, event: JudgedAgain) -> None:
    """An answer of a run came to an end. The last one of a candidate whose run was adopted makes the numbers."""
    scope = Scope(event.org_id)
    run = await queries.run(db, scope, event.run_id, lock=True)
    item = None if run is None else await queries.run_item(db, scope, event.run_id, event.answer_id)
    if run is None or item is None:
        return  # erased meanwhile
    # A late failure takes nothing back: the answer may have been asked for twice, and once was enough.
    if item.state != ItemState.JUDGED:
        item.state, item.changed_at = ItemState(event.outcome).value, clock.now()
        await db.flush()
    if run.cancelled_at is None:
        await feed(db, scope, run.id)
    items = await queries.run_items(db, scope, [run.id], session_ids=[event.session_id])
    said = next(iter(await queries.adoptions(db, scope, [run.id])), None)
    if said is not None and said.adopted and complete([one.state for one in items]):
        await enqueue(db, "scoring.settle", org_id=event.org_id, session_id=event.session_id)
