"""The ends of retention: recordings, words, traces of access and at last the session itself go by themselves.

Each session has one job for it, which waits until the next clock ends, looks again, and puts itself off. One chain, not
a job a clock: nothing has to be kept in step when an interview is completed, days are shortened, or a hold is placed. A
sweep a day finds sessions whose job was lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.events import MediaForgotten, TracesForgotten, WordsForgotten
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.service import erase, holding
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import publish
from colloquy.kit.jobs import enqueue

_HELD_AGAIN = timedelta(days=1)
_SWEEP = 500


async def begin(db: AsyncSession, row: SessionRow, interview: interviews.Interview) -> None:
    """Notes what the candidate is told about the four clocks, and has the session looked at when the first one ends."""
    scope = Scope(row.org_id)
    days = await days_now(db, scope, interview)
    await retention.tell(db, scope, row.id, days)
    await look_at(db, scope, row.id, min(retention.ends(days, row.opened_at, None).values()))


async def days_now(db: AsyncSession, scope: Scope, interview: interviews.Interview) -> retention.Days:
    """What somebody who begins this interview now is kept by: what the notice says, and no longer."""
    applied = await privacy.applied(db, scope, interview.id)
    return await retention.days_now(db, scope, interview.id, interview.retention_days, applied.jurisdictions)


async def look_at(db: AsyncSession, scope: Scope, session_id: UUID, at: datetime) -> None:
    """Has the session looked at then; once, though the look before is taken twice."""
    once = f"sessions.end_retention:{session_id}:{at.isoformat()}"
    await enqueue(db, "sessions.end_retention", at=at, once=once, org_id=scope.org_id, session_id=session_id)


async def days_of(db: AsyncSession, row: SessionRow, interview: interviews.Interview) -> retention.Days:
    """What holds for this candidate: no longer than they were told, unless they agreed to more."""
    scope = Scope(row.org_id)
    clocks = (await retention.session_clocks(db, scope, [row.id], interview.retention_days))[row.id]
    longer = None
    if await privacy.longer_retention(db, scope, row.id):
        longer = (await privacy.applied(db, scope, interview.id)).longer_retention_days
    return retention.holding(clocks.told, await days_now(db, scope, interview), longer)


async def end(db: AsyncSession, scope: Scope, session_id: UUID, *, chained: bool = True) -> bool:
    """Ends the clocks whose time is over, and comes back for the next one. True when the session was erased now.

    Under a legal hold nothing ends, and a day later it is looked at again. `chained`: this is the session's own job,
    which has to queue the next one.
    """
    row = await queries.lock_session(db, scope, session_id)
    if row is None:
        return False
    if await holding.holds_on(db, row):
        if chained:
            await look_at(db, scope, session_id, clock.now() + _HELD_AGAIN)
        return False
    interview = await interviews.interview(db, scope, row.interview_id)
    if interview is None:
        return await erase.erase(db, scope, session_id, why=erase.Why.RETENTION) is not None
    days = await days_of(db, row, interview)
    ends = retention.ends(days, row.opened_at, row.completed_at)
    now = clock.now()
    if ends[retention.Clock.RECORD] <= now:
        return await erase.erase(db, scope, session_id, why=erase.Why.RETENTION) is not None
    clocks = (await retention.session_clocks(db, scope, [session_id], interview.retention_days))[session_id]
    over = {
        retention.Clock.MEDIA: clocks.media_ended_at,
        retention.Clock.WORDS: clocks.words_ended_at,
        retention.Clock.LOGS: clocks.logs_ended_at,
    }
    for which, ended_at in over.items():
        if ended_at is None and ends[which] <= now:
            await _FORGET[which](db, row)
            await retention.ended(db, scope, session_id, clocks.told, which)
    if chained:
        await look_at(db, scope, session_id, min(at for at in ends.values() if at > now))
    return False


async def days_changed(db: AsyncSession, scope: Scope) -> None:
    """Somebody changed the days: the organisation's sessions are looked at once more, soon."""
    await enqueue(db, "sessions.sweep_retention", once=f"retention:{scope.org_id}", org_id=scope.org_id)


async def sweep(database: Database, scope: Scope) -> int:
    """Looks at every session of the organisation; how many there were. A second time changes nothing.

    Finds what a lost job left, and days that were shortened. Each session is a transaction of its own.
    """
    seen, after = 0, None
    while True:
        async with database.begin(scope) as db:
            ids = list(await queries.ids_after(db, scope, after, _SWEEP))
        for session_id in ids:
            async with database.begin(scope) as db:
                await end(db, scope, session_id, chained=False)
        seen += len(ids)
        if len(ids) < _SWEEP:
            return seen
        after = ids[-1]


async def _media(db: AsyncSession, row: SessionRow) -> None:
    scope = Scope(row.org_id)
    await media.forget_files(db, scope, await queries.recording_ids(db, scope, row.id))
    await publish(db, MediaForgotten(org_id=scope.org_id, session_id=row.id))


async def _words(db: AsyncSession, row: SessionRow) -> None:
    scope = Scope(row.org_id)
    await media.forget_transcripts(db, scope, await queries.recording_ids(db, scope, row.id))
    await inference.forget_answers(db, scope, row.id)
    for answer in await queries.answers(db, scope, [row.id]):
        answer.text = answer.draft = answer.draft_value = None
        if answer.kind == interviews.AnswerKind.LINK:
            answer.value = None
    await db.flush()
    await publish(db, WordsForgotten(org_id=scope.org_id, session_id=row.id))


async def _traces(db: AsyncSession, row: SessionRow) -> None:
    scope = Scope(row.org_id)
    await privacy.forget_addresses(db, scope, row.id)
    await retention.forget_networks(db, scope, row.id)
    await inference.forget_session(db, scope, row.id)
    await queries.forget_devices(db, scope, row.id)
    invited = await interviews.is_invitation(db, scope, row.link_id)
    await publish(
        db, TracesForgotten(org_id=scope.org_id, session_id=row.id, invitation_id=row.link_id if invited else None)
    )


_FORGET = {retention.Clock.MEDIA: _media, retention.Clock.WORDS: _words, retention.Clock.LOGS: _traces}
