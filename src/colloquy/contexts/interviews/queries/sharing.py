"""With whom interviews are shared. That others see nothing of them is the database's work: see migration 0025."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Level
from colloquy.contexts.interviews.policy.sharing import Sharing, Visibility
from colloquy.kit.db import Scope


async def sharing(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sharing | None:
    """Who may see the interview; None when there is none."""
    rows = (
        await db.execute(
            text(
                "select i.visibility, i.created_by, s.person_id, s.level from interviews i"
                " left join interview_shares s on s.org_id = i.org_id and s.interview_id = i.id"
                " where i.org_id = :org_id and i.id = :id order by s.shared_at, s.person_id"
            ),
            {"org_id": scope.org_id, "id": interview_id},
        )
    ).all()
    if not rows:
        return None
    people = {row.person_id: Level(row.level) for row in rows if row.person_id is not None}
    return Sharing(Visibility(rows[0].visibility), rows[0].created_by, people)


async def put_shares(
    db: AsyncSession, scope: Scope, interview_id: UUID, people: Mapping[UUID, Level], by: UUID, now: datetime
) -> None:
    """Shares with exactly these people."""
    for person_id, level in people.items():
        await db.execute(
            text(
                "insert into interview_shares (org_id, interview_id, person_id, level, shared_by, shared_at)"
                " values (:org_id, :id, :person_id, :level, :by, :now)"
                " on conflict (org_id, interview_id, person_id) do update set level = excluded.level"
            ),
            {
                "org_id": scope.org_id,
                "id": interview_id,
                "person_id": person_id,
                "level": level.value,
                "by": by,
                "now": now,
            },
        )
    await db.execute(
        text(
            "delete from interview_shares where org_id = :org_id and interview_id = :id"
            " and person_id <> all(cast(:people as uuid[]))"
        ),
        {"org_id": scope.org_id, "id": interview_id, "people": list(people)},
    )


async def set_visibility(db: AsyncSession, scope: Scope, interview_id: UUID, visibility: Visibility) -> None:
    """Shows the interview to the whole team, or to those it is shared with."""
    await db.execute(
        text("update interviews set visibility = :visibility where org_id = :org_id and id = :id"),
        {"org_id": scope.org_id, "id": interview_id, "visibility": visibility.value},
    )
