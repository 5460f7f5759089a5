"""Putting what failed to work again: answers, and jobs that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.errors import NothingToRunAgain
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import jobs
from colloquy.kit.i18n import gettext as _
from colloquy.providers.antivirus.port import Antivirus


async def run_again(db: AsyncSession, actor: Actor, session_id: UUID, answer_id: UUID) -> sessions.Answer:
    """The answer, on its way once more. Forbidden, SessionNotFound, AnswerNotFound, NothingToRepeat."""
    actor.require(Permission.SESSIONS_REVIEW)
    session = await visible_session(db, actor, session_id)
    if all(answer.id != answer_id for answer in session.answers):
        raise sessions.AnswerNotFound(_("There is no such answer in this session."))
    await sessions.run_answer_again(db, actor.scope, answer_id)
    await db.flush()
    answer = await sessions.answer(db, actor.scope, answer_id)
    assert answer is not None  # noqa: S101 - it was locked a moment ago, in this transaction
    return answer


@dataclass(frozen=True, slots=True)
class Queue:
    """Work on one queue. `later` counts jobs that were put off on purpose, or wait for their next try."""

    name: str
    waiting: int
    running: int
    later: int


@dataclass(frozen=True, slots=True)
class Operations:
    """Jobs that were given up, how much waits, and what scans files."""

    letters: list[jobs.DeadLetter]
    queues: list[Queue]
    scanning: media.Scanning | None = None


async def operations(db: AsyncSession, actor: Actor, antivirus: Antivirus | None = None) -> Operations:
    """What an operator looks at; with `antivirus`, what it did as well. Forbidden."""
    actor.require(Permission.OPERATIONS_VIEW)
    depths = await jobs.queue_depths(db)
    names = sorted({queue for queue, _ in depths})
    queues = [Queue(name, *(depths.get((name, state), 0) for state in ("todo", "doing", "later"))) for name in names]
    scanning = await media.scanning(db, actor.scope, antivirus) if antivirus is not None else None
    return Operations(await jobs.dead_letters(db, actor.scope), queues, scanning)


async def run_job_again(db: AsyncSession, actor: Actor, letter_id: UUID) -> None:
    """Queues a given-up job once more. Forbidden, NothingToRunAgain."""
    actor.require(Permission.OPERATIONS_VIEW)
    if not await jobs.run_again(db, actor.scope, letter_id):
        raise NothingToRunAgain(_("This job was run again already."))
