"""Consent: what a candidate agreed to, on which notice, and whether it still holds.

A decision is a row of a ledger that nobody can rewrite, the product included. The one in force is the last one. The
network address it came from is the one thing that can be taken out, and only taken out.
Callers own the transaction; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy import queries
from colloquy.contexts.privacy.models import ConsentRow
from colloquy.contexts.privacy.notices import Notice
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id


class Purpose(StrEnum):
    """What consent is asked for. Purposes are decided apart: refusing one leaves the others open.

    To record covers what recording is for: keeping, transcribing by a recogniser, captions. To have a program evaluate
    is apart from it, and so is being kept for longer, which is asked only where the organisation offers it.
    """

    RECORD = "record"
    AI_EVALUATION = "ai_evaluation"
    LONGER_RETENTION = "longer_retention"


class Decision(StrEnum):
    """What somebody decided about a purpose."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """Nobody decided: the session was erased, and with it what the consent was about."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What holds now. Nothing was asked yet: all False, `notice_version` and `at` None."""

    record: bool
    ai_evaluation: bool
    notice_version: str | None
    at: datetime | None
    longer_retention: bool = False


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One decision, as it stands in the ledger for ever. `given_from` is the network address it came from, until the
    session is erased.
    """

    purpose: Purpose
    decision: Decision
    notice_version: str
    notice_hash: str
    given_from: str | None
    at: datetime


async def record_consent(
    db: AsyncSession,
    scope: Scope,
    *,
    session_id: UUID,
    purposes: Mapping[Purpose, bool],
    notice: Notice,
    given_from: str | None,
) -> None:
    """Adds one decision per purpose, made on `notice`, whose text is kept word by word beside it."""
    await queries.keep_notice(db, scope, notice)
    # One by one: the position, not the time, says which came last, and it is given in this order.
    for purpose, agreed in purposes.items():
        decision = Decision.GIVEN if agreed else Decision.REFUSED
        db.add(_row(scope, session_id, purpose, decision, notice.hash, given_from))
        await db.flush()


async def withdraw(db: AsyncSession, scope: Scope, session_id: UUID, purpose: Purpose) -> None:
    """Takes a given consent back from now on. Where none is in force there is nothing to take back."""
    last = await queries.latest(db, scope, session_id, purpose)
    if last is None or last.decision != Decision.GIVEN:
        return
    db.add(_row(scope, session_id, purpose, Decision.WITHDRAWN, last.notice_hash, None))
    await db.flush()


async def consent(db: AsyncSession, scope: Scope, session_id: UUID) -> Consent:
    """What the candidate of this session agrees to now; `at` is the time of the last decision."""
    entries = await ledger(db, scope, session_id)
    if not entries:
        return Consent(record=False, ai_evaluation=False, notice_version=None, at=None)
    in_force = {entry.purpose: entry.decision for entry in entries}
    return Consent(
        record=in_force.get(Purpose.RECORD) is Decision.GIVEN,
        ai_evaluation=in_force.get(Purpose.AI_EVALUATION) is Decision.GIVEN,
        notice_version=entries[-1].notice_version,
        at=entries[-1].at,
        longer_retention=in_force.get(Purpose.LONGER_RETENTION) is Decision.GIVEN,
    )


async def longer_retention(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Whether the candidate agrees now to be kept for longer than the interview's own days."""
    last = await queries.latest(db, scope, session_id, Purpose.LONGER_RETENTION)
    return last is not None and last.decision == Decision.GIVEN


async def ledger(db: AsyncSession, scope: Scope, session_id: UUID) -> list[LedgerEntry]:
    """Every decision of this session, oldest first."""
    return [
        LedgerEntry(
            purpose=Purpose(row.purpose),
            decision=Decision(row.decision),
            notice_version=version,
            notice_hash=row.notice_hash,
            given_from=row.given_from,
            at=row.decided_at,
        )
        for row, version in await queries.ledger(db, scope, session_id)
    ]


async def forget_origin(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Takes the network addresses out of an erased session's decisions. What was agreed to stays provable by ids.

    What was agreed ends with what it was about: a job that comes late finds no consent in force.
    """
    await queries.forget_origin(db, scope, session_id)
    for purpose in Purpose:
        last = await queries.latest(db, scope, session_id, purpose)
        if last is not None and last.decision == Decision.GIVEN:
            db.add(_row(scope, session_id, purpose, Decision.ENDED, last.notice_hash, None))
            await db.flush()


async def forget_addresses(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Takes the network addresses out of a session's decisions, which hold on."""
    await queries.forget_origin(db, scope, session_id)


async def notice_text(db: AsyncSession, scope: Scope, notice_hash: str) -> str | None:
    """The text that a decision was made on, with its title, exactly as shown; None for an unknown hash."""
    row = await queries.notice_shown(db, scope, notice_hash)
    return None if row is None else f"{row.title}\n\n{row.text}"


def _row(
    scope: Scope, session_id: UUID, purpose: Purpose, decision: Decision, notice_hash: str, given_from: str | None
) -> ConsentRow:
    return ConsentRow(
        id=new_id(),
        org_id=scope.org_id,
        session_id=session_id,
        purpose=purpose.value,
        decision=decision.value,
        notice_hash=notice_hash,
        given_from=given_from,
    )
