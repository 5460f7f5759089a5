"""Sessions as the company's people see them, where people alone evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions.service.read import Session
from colloquy.kit.db import Scope


async def with_people_alone(db: AsyncSession, scope: Scope, found: Iterable[Session]) -> list[Session]:
    """The sessions, in their order; `human_only` also where the company has chosen people alone since they agreed.

    What a program made before is then shown to nobody of the company, so that candidates of one interview are looked
    at in one way. Not for settling scores, for the candidate's own explanation, or for statistics of the program's
    effect: what it did, it did.
    """
    chosen: dict[UUID, bool] = {}
    shown = []
    for one in found:
        if one.interview_id not in chosen:
            chosen[one.interview_id] = (await privacy.applied(db, scope, one.interview_id)).people_only
        shown.append(replace(one, human_only=True) if chosen[one.interview_id] and not one.human_only else one)
    return shown
