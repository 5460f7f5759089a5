"""Background work: a model drafts an interview from a vacancy. No transaction is open while it does."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews.service import proposing
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import Job

_UNUSABLE = "unusable"


async def propose(database: Database, models: inference.Inference, *, org_id: UUID, draft_id: UUID) -> None:
    """Has an interview proposed for a vacancy; by the question bank when no model gives one that can be used."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        draft = await proposing.waiting(db, scope, draft_id)
    if draft is None:
        return
    stood_in: str | None = None
    try:
        proposal, source = await proposing.by_model(models, scope, draft)
    except inference.NoAnswer as none:
        stood_in = none.code
    except ValueError:
        stood_in = _UNUSABLE
    if stood_in is not None:
        wish = proposing.Wish(draft.vacancy, draft.language, kind=draft.kind, wanted=draft.wanted)
        proposal, source = proposing.by_bank(wish), proposing.BANK
    async with database.begin(scope) as db:
        await proposing.keep(db, scope, draft_id, proposal, source, stood_in)


JOBS = (Job("interviews.propose", propose),)
