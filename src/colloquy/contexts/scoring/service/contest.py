"""A candidate contests the evaluation; a person answers. No program ever does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import ContestNotFound, ContestOver, NotHandedIn, TooManyContests
from colloquy.contexts.scoring.events import ContestAnswered, Contested
from colloquy.contexts.scoring.models import ContestRow
from colloquy.contexts.scoring.policy.contesting import MOST_OPEN, About, ContestOutcome, text_problem
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Contest:
    """What a candidate says is wrong. `answer_id` is None when it is about the whole; `outcome`, `reply` and
    `replied_at` are None until a person has answered; `replied_by` is their name, empty when the account is gone.
    """

    id: UUID
    session_id: UUID
    answer_id: UUID | None
    about: About
    text: str
    made_at: datetime
    outcome: ContestOutcome | None
    reply: str | None
    replied_by: str
    replied_at: datetime | None


async def contest(
    db: AsyncSession, scope: Scope, session_id: UUID, about: About, text: str, *, answer_id: UUID | None = None
) -> UUID:
    """Keeps what the candidate says and tells the team; the caller has made sure that it is the candidate.

    Saying the same again while nobody has answered changes nothing. Returns its id. Raises SessionNotFound,
    NotHandedIn, AnswerNotFound, TooManyContests, and Malformed when the text is too short or too long.
    """
    session = await sessions.session(db, scope, session_id)
    if session is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    if not session.state.handed_in:
        raise NotHandedIn(_("Hand the interview in first: nothing is evaluated before."))
    if answer_id is not None and all(answer.id != answer_id for answer in session.answers):
        raise sessions.AnswerNotFound(_("There is no such answer."))
    text = text.strip()
    if problem := text_problem(text):
        raise Malformed(_("Nothing was sent."), fields={"text": problem})
    await queries.take_turns(db, scope, session_id)
    waiting = [row for row in await queries.contests(db, scope, [session_id]) if row.outcome is None]
    same = next((row for row in waiting if (row.answer_id, row.about, row.text) == (answer_id, about, text)), None)
    if same is not None:
        return same.id
    if len(waiting) >= MOST_OPEN:
        raise TooManyContests(
            _("%(number)s of your messages wait for an answer. Wait for these first.", number=MOST_OPEN)
        )
    row = ContestRow(
        id=new_id(),
        org_id=scope.org_id,
        session_id=session_id,
        answer_id=answer_id,
        about=about.value,
        text=text,
        made_at=clock.now(),
    )
    db.add(row)
    await db.flush()
    await publish(db, Contested(scope.org_id, session_id, row.id))
    return row.id


async def answer_contest(
    db: AsyncSession, actor: Actor, session_id: UUID, contest_id: UUID, outcome: ContestOutcome, reply: str
) -> None:
    """A person's answer; the candidate is told. It is given once.

    Raises Forbidden, ContestNotFound, ContestOver, and Malformed when the reply is too short or too long.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    row = await queries.lock_contest(db, actor.scope, session_id, contest_id)
    if row is None:
        raise ContestNotFound(_("There is no such message of the candidate."))
    reply = reply.strip()
    if row.outcome is not None:
        if (row.outcome, row.reply, row.replied_by) == (outcome.value, reply, actor.person_id):
            return
        raise ContestOver(_("This was answered already. Reload the page to see the answer."))
    if problem := text_problem(reply):
        raise Malformed(_("The answer was not sent."), fields={"reply": problem})
    row.outcome, row.reply, row.replied_by, row.replied_at = outcome.value, reply, actor.person_id, clock.now()
    await db.flush()
    await publish(db, ContestAnswered(actor.scope.org_id, session_id, contest_id, outcome.value))


async def contests(db: AsyncSession, scope: Scope, session_id: UUID) -> tuple[Contest, ...]:
    """Everything that the candidate contests, the oldest first."""
    rows = await queries.contests(db, scope, [session_id])
    names = await identity.person_names(db, scope, {row.replied_by for row in rows if row.replied_by})
    return tuple(
        Contest(
            id=row.id,
            session_id=row.session_id,
            answer_id=row.answer_id,
            about=About(row.about),
            text=row.text,
            made_at=row.made_at,
            outcome=ContestOutcome(row.outcome) if row.outcome else None,
            reply=row.reply,
            replied_by=names.get(row.replied_by, "") if row.replied_by else "",
            replied_at=row.replied_at,
        )
        for row in rows
    )


async def open_contests(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many wait for an answer, by session; sessions without any are left out."""
    found: dict[UUID, int] = {}
    for row in await queries.contests(db, scope, session_ids):
        if row.outcome is None:
            found[row.session_id] = found.get(row.session_id, 0) + 1
    return found
