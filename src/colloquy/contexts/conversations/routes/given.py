"""What the routes are given, and finding the conversation that a request means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations.errors import (
    ConversationNotFound,
    ConversationOver,
    InterviewerSpeaking,
    TimeOver,
    TooMuchSaid,
)
from colloquy.contexts.conversations.models import ConversationRow
from colloquy.contexts.conversations.service import open as opening
from colloquy.contexts.conversations.service.compose import Compositions, Interviewers
from colloquy.contexts.conversations.service.follow import Reader
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.fanout import Fanout
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import gettext as _

SecretKey = Annotated[Secret, instance(Secret)]
OWN_PROBLEMS = problems(sessions.NotYourSession, ConversationNotFound)
SAY_PROBLEMS = problems(InterviewerSpeaking, ConversationOver, TimeOver, TooMuchSaid, Malformed)
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events", "content": {"text/event-stream": {}}}
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The process's things that conversations need."""

    database: Database
    compositions: Compositions
    fanout: Fanout
    interviewers: Interviewers
    secret: Secret

    def reader(self, scope: Scope, conversation_id: UUID) -> Reader:
        """Somebody who reads this conversation along."""
        return Reader(self.database, self.compositions, self.fanout, scope, conversation_id)


def _parts(
    database: Annotated[Database, instance(Database)],
    compositions: Annotated[Compositions, instance(Compositions)],
    fanout: Annotated[Fanout, instance(Fanout)],
    interviewers: Annotated[Interviewers, instance(Interviewers)],
    secret: SecretKey,
) -> Parts:
    return Parts(database, compositions, fanout, interviewers, secret)


TheParts = Annotated[Parts, Depends(_parts)]


async def locked(
    db: AsyncSession, held: sessions.HeldKey, conversation_id: UUID, tab: str | None
) -> tuple[ConversationRow, str]:
    """The candidate's own conversation, locked with its session, and the session's language.

    NotYourSession, ConversationNotFound; OpenedElsewhere when another tab or device has the interview.
    """
    session = await sessions.lock_own(db, held.key)
    await sessions.require_tab(db, session, tab)
    scope = Scope(session.org_id)
    return await opening.lock_own(db, scope, session.id, conversation_id), session.language


async def readable(db: AsyncSession, held: sessions.HeldKey, conversation_id: UUID) -> ConversationRow:
    """The candidate's own conversation, to look at. NotYourSession, ConversationNotFound."""
    session = await sessions.own(db, held.key)
    if session is None:
        raise sessions.NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    return await opening.own(db, Scope(session.org_id), session.id, conversation_id)
