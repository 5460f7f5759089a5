"""What others may know of judgements, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.policy import Judgement, verify_quotes
from colloquy.contexts.analysis.policy.stored import from_json
from colloquy.contexts.analysis.service.words import words_of
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class StoredJudgements:
    """What an evaluator made of one answer, and what it went by. `version` counts from 1 per answer.

    `speaks_to_assessor`: the answer tells whoever marks it what to do. It moved no level, but a person should see it.
    """

    answer_id: UUID
    version: int
    evaluator: str
    prompt_version: str
    rubric_version: str
    transcript_hash: str
    judgements: tuple[Judgement, ...]
    speaks_to_assessor: bool
    made_at: datetime


async def judgements(db: AsyncSession, scope: Scope, session_id: UUID) -> dict[UUID, StoredJudgements]:
    """The newest judgements of each answer of the session, by answer; answers without any are left out.

    Only judgements of the words that the answer has now are given. Their quotes are checked against these words once
    more: one that is not there is dropped, and with its last quote goes the level.
    """
    session = await sessions.session(db, scope, session_id)
    rows = () if session is None else await queries.sets(db, scope, session_id)
    if session is None or not rows:
        return {}
    words = await words_of(db, scope, session.answers)
    found: dict[UUID, StoredJudgements] = {}
    for row in rows:
        said = words.get(row.answer_id)
        if row.answer_id in found or said is None or said.hash != row.transcript_hash:
            continue
        found[row.answer_id] = StoredJudgements(
            answer_id=row.answer_id,
            version=row.version,
            evaluator=row.evaluator,
            prompt_version=row.prompt_version,
            rubric_version=row.rubric_version,
            transcript_hash=row.transcript_hash,
            judgements=verify_quotes(from_json(row.judgements), said.answer),
            speaks_to_assessor=row.speaks_to_assessor,
            made_at=row.made_at,
        )
    return found


async def judgement_history(db: AsyncSession, scope: Scope, session_id: UUID) -> list[StoredJudgements]:
    """Every version of every judgement of the session as it was stored, for the candidate to see what is kept."""
    return [
        StoredJudgements(
            answer_id=row.answer_id,
            version=row.version,
            evaluator=row.evaluator,
            prompt_version=row.prompt_version,
            rubric_version=row.rubric_version,
            transcript_hash=row.transcript_hash,
            judgements=from_json(row.judgements),
            speaks_to_assessor=row.speaks_to_assessor,
            made_at=row.made_at,
        )
        for row in await queries.sets(db, scope, session_id)
    ]
