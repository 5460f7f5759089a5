"""Erasing a session: the candidate's data go, in every context, and with the session's row nobody can bring them back.

Rows go in one transaction: those of the contexts above by their foreign keys, those of the contexts below by their
own commands. Files and letters follow as jobs of that transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import SessionNotFound
from colloquy.contexts.sessions.events import SessionErased
from colloquy.kit import log
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _

_log = log.get_logger(__name__)


class Why(StrEnum):
    """What made us erase."""

    RETENTION = "retention"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Erased:
    """What there was: how many given answers, and how many recordings, takes that were not used among them."""

    interview_id: UUID
    candidate_name: str
    answers: int
    recordings: int


async def erase(db: AsyncSession, scope: Scope, session_id: UUID, *, why: Why) -> Erased | None:
    """Removes the session and everything that was made of it; None when it is not there (any more).

    What stays are ids without a person: the consent ledger, without network addresses, and the events.
    """
    row = await queries.lock_session(db, scope, session_id)
    if row is None:
        return None
    answers = await queries.answers(db, scope, [session_id])
    recordings = await queries.recording_ids(db, scope, session_id)
    given = sum(answer.submitted_at is not None for answer in answers)
    erased = Erased(row.interview_id, row.name, given, len(recordings))
    # The session before its recordings: everybody who locks both takes them in this order.
    await queries.delete_session(db, scope, session_id)
    await media.erase_recordings(db, scope, recordings)
    await privacy.forget_origin(db, scope, session_id)
    invited = await interviews.forget_invitation(db, scope, row.link_id, session_id)
    await publish(
        db,
        SessionErased(
            org_id=scope.org_id,
            session_id=session_id,
            invitation_id=row.link_id if invited else None,
            why=why.value,
        ),
    )
    _log.info("Session erased", session_id=str(session_id), why=why.value)
    return erased


async def erase_on_request(db: AsyncSession, actor: Actor, session_id: UUID) -> Erased:
    """Erases the session because its candidate, or the company, wants it gone. Forbidden, SessionNotFound."""
    actor.require(Permission.SESSIONS_DECIDE)
    erased = await erase(db, actor.scope, session_id, why=Why.REQUEST)
    if erased is None:
        raise SessionNotFound(_("There is no such session."))
    return erased
