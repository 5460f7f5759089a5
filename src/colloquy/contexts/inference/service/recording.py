"""Writing down what was called and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.events import BudgetWarning
from colloquy.contexts.inference.policy import budget as policy
from colloquy.contexts.inference.policy.asking import About
from colloquy.contexts.inference.queries import calls, models
from colloquy.contexts.inference.service.standing import budget_of
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Call:
    """One asking. `cost_microdollars` is None where nobody knows what it cost."""

    task: str
    model: str
    key_id: UUID | None
    about: About
    outcome: str
    latency_seconds: float
    input_tokens: int | None
    output_tokens: int | None
    requests: int
    cost_microdollars: int | None


async def record(db: AsyncSession, scope: Scope, call: Call, now: datetime) -> None:
    """Stores a call, adds it to the month, and announces a limit that it crosses."""
    await calls.add_call(
        db,
        scope,
        {
            "id": new_id(),
            "at": now,
            "task": call.task,
            "model": call.model,
            "key_id": call.key_id,
            "interview_id": call.about.interview_id,
            "session_id": call.about.session_id,
            "input_tokens": call.input_tokens,
            "output_tokens": call.output_tokens,
            "requests": call.requests,
            "cost_microdollars": call.cost_microdollars,
            "latency_ms": round(call.latency_seconds * 1000),
            "outcome": call.outcome,
        },
    )
    cost, unknown = call.cost_microdollars or 0, int(call.cost_microdollars is None)
    if not cost and not unknown:
        return
    month = policy.month(now)
    spent = await models.spend(db, scope, month, cost, unknown)
    limits = budget_of(await models.budget(db, scope))
    for level in policy.crossed(limits, spent - cost, spent):
        limit = limits.limit(level)
        assert limit is not None  # noqa: S101 - a level is crossed at its limit
        await publish(
            db,
            BudgetWarning(
                org_id=scope.org_id,
                month=f"{month:%Y-%m}",
                level=level.value,
                spent_microdollars=spent,
                limit_microdollars=limit,
            ),
        )
