"""Erasing a session: the candidate's data go, in every context, and with the session's row nobody can bring them back.

Rows go in one transaction: those of the contexts above by their foreign keys, those of the contexts below by their
own commands. Files, letters and whatever work wrote meanwhile follow as jobs of that transaction (see `certify`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.events import SessionErased
from colloquy.contexts.sessions.service import holding
from colloquy.kit import clock, log
from colloquy.kit.db import Scope, as_tenant
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue

_log = log.get_logger(__name__)


class Why(StrEnum):
    """What made us erase."""

    RETENTION = "retention"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Erased:
    """What there was: how many given answers, how many recordings, takes that were not used among them, and rows of
    every kind.
    """

    interview_id: UUID
    candidate_name: str
    answers: int
    recordings: int
    counts: Mapping[str, int]


async def erase(db: AsyncSession, scope: Scope, session_id: UUID, *, why: Why) -> Erased | None:
    """Removes the session and everything that was made of it; None when it is not there (any more).

    What stays are ids without a person: the consent ledger, without network addresses, the last event, and a tombstone
    by which a backup that is restored is erased again. UnderLegalHold when it may not go.
    """
    row = await queries.lock_session(db, scope, session_id)
    if row is None:
        return None
    # Once the session is gone, its eraser sees nothing that belongs to it, and everything has to go.
    scope = await as_tenant(db, scope)
    if await holding.holds_on(db, row):
        raise retention.UnderLegalHold(_("A legal hold is on these data. Nothing of them is deleted until it ends."))
    answers = await queries.answers(db, scope, [session_id])
    given = sum(answer.submitted_at is not None for answer in answers)
    hanging = await retention.hanging(db, scope, session_id)
    takes = await queries.recording_ids(db, scope, session_id)
    name, interview_id, link_id = row.name, row.interview_id, row.link_id
    # The session before its recordings: everybody who locks both takes them in this order.
    await queries.delete_session(db, scope, session_id)
    invited = await interviews.forget_invitation(db, scope, link_id, session_id)
    ids = hanging.ids | hanging.recordings | ({link_id} if invited else set())
    # Before anything is queued that has to run: what waits about the candidate would only find nothing.
    waiting = await retention.clear_queue(db, scope, ids)
    recordings = takes | hanging.recordings
    gone = await media.erase_recordings(db, scope, recordings)
    await privacy.forget_origin(db, scope, session_id)
    await retention.forget_networks(db, scope, session_id)
    calls = await inference.forget_session(db, scope, session_id)
    tombstone = retention.Tombstone(
        org_id=scope.org_id,
        session_id=session_id,
        interview_id=interview_id,
        link_id=link_id if invited else None,
        recordings=tuple(sorted(recordings)),
        why=why.value,
        erased_at=clock.now(),
    )
    await retention.bury(db, tombstone)
    await retention.withdraw_exports(db, scope)
    await enqueue(
        db,
        "retention.write_tombstones",
        queue=retention.ERASURE_QUEUE,
        once=f"tombstones:{scope.org_id}",
        org_id=scope.org_id,
    )
    await publish(
        db,
        SessionErased(
            org_id=scope.org_id,
            session_id=session_id,
            invitation_id=link_id if invited else None,
            why=why.value,
            interview_id=interview_id,
        ),
    )
    _log.info("Session erased", session_id=str(session_id), why=why.value)
    counts = {
        **hanging.rows,
        **waiting,
        "recordings": gone.recordings,
        "transcripts": gone.transcripts,
        "files": gone.files,
        "invitations": int(invited),
        "model_calls": calls,
    }
    return Erased(interview_id, name, given, len(takes), {kind: count for kind, count in counts.items() if count})
