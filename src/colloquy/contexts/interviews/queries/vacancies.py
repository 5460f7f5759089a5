"""The SQL of pasted vacancies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.models import VacancyDraftRow
from colloquy.kit.db import Scope


async def vacancy_draft(
    db: AsyncSession, scope: Scope, draft_id: UUID, *, lock: bool = False
) -> VacancyDraftRow | None:
    """One, or None when it is not this tenant's."""
    wanted = select(VacancyDraftRow).where(VacancyDraftRow.org_id == scope.org_id, VacancyDraftRow.id == draft_id)
    return await db.scalar(wanted.with_for_update() if lock else wanted)


async def forget_before(db: AsyncSession, scope: Scope, moment: datetime) -> None:
    """Deletes what was pasted before that."""
    await db.execute(
        delete(VacancyDraftRow).where(VacancyDraftRow.org_id == scope.org_id, VacancyDraftRow.made_at < moment)
    )
