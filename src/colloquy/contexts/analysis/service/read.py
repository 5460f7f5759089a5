"""What others may know of judgements, as values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.models import JudgementSetRow
from colloquy.contexts.analysis.policy import Element, Judgement, Quality, verify_quotes
from colloquy.contexts.analysis.policy.assessing import Pass
from colloquy.contexts.analysis.policy.injection import Attempt
from colloquy.contexts.analysis.policy.stored import elements_of, from_json, qualities_of
from colloquy.contexts.analysis.service.words import words_of
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class StoredJudgements:
    """What an evaluator made of one answer, and what it went by. `version` counts from 1 per answer.

    `elements` and `qualities` say how a told answer is built; they are empty where knowledge alone is asked for.
    `passes` are the readings behind it: one by the rules, two by models. `stood_in` says why the rules read although a
    model was to (`all_failed` or `budget_spent`). `flags` are the places where the answer speaks to whoever marks it,
    and `speaks_to_assessor` whether there are any: it moved no level, but a person should see it. `run_id` names the
    run of scoring again that asked for it, None in the normal course. `input_hash` names everything that was read.
    `words_gone_at`: when its quotes were taken out, at the end of their time.
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
    input_hash: str
    passes: tuple[Pass, ...] = ()
    flags: tuple[Attempt, ...] = ()
    stood_in: str | None = None
    run_id: UUID | None = None
    elements: tuple[Element, ...] = ()
    qualities: tuple[Quality, ...] = ()
    words_gone_at: datetime | None = None


async def judgements(
    db: AsyncSession, scope: Scope, session_id: UUID, *, runs: Collection[UUID] = ()
) -> dict[UUID, StoredJudgements]:
    """The newest judgements of each answer of the session, by answer; answers without any are left out.

    Of judgements made again only those of the given `runs` are looked at. Only judgements of the words that the
    answer has now are given. Their quotes are checked against these words once more: one that is not there is
    dropped, and with its last quote goes the level. Where the words' time is over, levels stand without quotes.
    """
    session = await sessions.session(db, scope, session_id)
    rows = () if session is None else await queries.sets(db, scope, session_id)
    if session is None or not rows:
        return {}
    words = await words_of(db, scope, session.answers)
    found: dict[UUID, StoredJudgements] = {}
    for row in rows:
        said = words.get(row.answer_id)
        counts = row.run_id is None or row.run_id in runs
        if counts and row.words_gone_at is not None and row.answer_id not in found:
            found[row.answer_id] = stored_of(row)  # nothing is left to hold it against, and no quote to hold
        if not counts or row.answer_id in found or said is None or said.hash != row.transcript_hash:
            continue
        stored = stored_of(row)
        found[row.answer_id] = replace(stored, judgements=verify_quotes(stored.judgements, said.answer))
    return found


async def judgement_history(db: AsyncSession, scope: Scope, session_id: UUID) -> list[StoredJudgements]:
    """Every version of every judgement of the session as it was stored, each answer's newest first."""
    return [stored_of(row) for row in await queries.sets(db, scope, session_id)]


def stored_of(row: JudgementSetRow) -> StoredJudgements:
    """The judgements that a row describes."""
    return StoredJudgements(
        answer_id=row.answer_id,
        version=row.version,
        evaluator=row.evaluator,
        prompt_version=row.prompt_version,
        rubric_version=row.rubric_version,
        transcript_hash=row.transcript_hash,
        judgements=from_json(row.judgements),
        speaks_to_assessor=row.speaks_to_assessor,
        made_at=row.made_at,
        input_hash=row.input_hash,
        passes=tuple(Pass(**one) for one in row.passes),
        flags=tuple(Attempt(**one) for one in row.flags),
        stood_in=row.stood_in,
        run_id=row.run_id,
        elements=elements_of(row.elements),
        qualities=qualities_of(row.qualities),
        words_gone_at=row.words_gone_at,
    )
