"""Everything this context stores about a candidate, for the candidate to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.service.read import Session, session
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class HeldTake:
    """A take, chosen or not. `late_seconds`: how long after the think time it began."""

    answer_id: UUID
    number: int
    recording_id: UUID
    source: str
    started_at: datetime
    stopped_at: datetime | None
    late_seconds: float
    device: str


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """What was typed or chosen for a question and not sent."""

    answer_id: UUID
    text: str | None
    value: object


@dataclass(frozen=True, slots=True)
class HeldDevice:
    """A device that has a key to the session."""

    label: str
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldData:
    """A session with all that belongs to it. `code_asked`: codes asked for within an hour."""

    session: Session
    takes: tuple[HeldTake, ...]
    drafts: tuple[HeldDraft, ...]
    devices: tuple[HeldDevice, ...]
    code_asked: int
    updated_at: datetime


async def held_data(db: AsyncSession, scope: Scope, session_id: UUID) -> HeldData | None:
    """All of it, or None when there is no such session (any more). Secrets are not part of it: hashes are stored."""
    row = await queries.session(db, scope, session_id)
    found = await session(db, scope, session_id)
    if row is None or found is None:
        return None
    keys = await queries.keys(db, scope, session_id)
    labels = {key.id: key.label for key in keys}
    code = await queries.code(db, scope, session_id)
    return HeldData(
        session=found,
        takes=tuple(
            HeldTake(
                answer_id=take.answer_id,
                number=take.number,
                recording_id=take.recording_id,
                source=take.source,
                started_at=take.started_at,
                stopped_at=take.stopped_at,
                late_seconds=take.late_seconds,
                device=labels.get(take.key_id, "") if take.key_id else "",
            )
            for take in await queries.takes_of(db, scope, session_id)
        ),
        drafts=tuple(
            HeldDraft(answer.id, answer.draft, answer.draft_value)
            for answer in await queries.answers(db, scope, [session_id])
            if answer.draft is not None or answer.draft_value is not None
        ),
        devices=tuple(HeldDevice(key.label, key.created_at) for key in keys),
        code_asked=0 if code is None else code.asked,
        updated_at=row.updated_at,
    )
