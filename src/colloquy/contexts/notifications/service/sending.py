"""What becomes of one letter. Every change is fenced by the row's state, so a second run changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.notifications import queries
from colloquy.contexts.notifications.errors import LetterNotFound, NothingToSend
from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy.sending import SendingState, may_send_again
from colloquy.contexts.notifications.service import writing
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue
from colloquy.providers.mail.port import Letter

_LONGEST_REASON = 2000

# Failed is among them: somebody may run the given-up job again from the operations page.
_TO_SEND = frozenset({SendingState.QUEUED, SendingState.FAILED})


@dataclass(frozen=True, slots=True)
class ToSend:
    """A letter that waits, written out."""

    sending_id: UUID
    letter: Letter


async def to_send(
    db: AsyncSession, secret: Secret, address: PublicAddress, scope: Scope, sending_id: UUID
) -> ToSend | None:
    """The letter, or None when there is nothing to send: it left before, or what it was about has ended."""
    row = await _waiting(db, scope, sending_id)
    if row is None:
        return None
    letter = await writing.write(db, secret, address, scope, row)
    if letter is None and await writing.about_nobody(db, scope, row):
        # Addressed while the session was being erased, so the erasing has not seen this row.
        await db.delete(row)
        return None
    if letter is None:
        _end(row, SendingState.NOT_NEEDED, _("What this letter was about had ended before it left."))
        return None
    row.subject = letter.subject
    return ToSend(row.id, letter)


async def sent(db: AsyncSession, scope: Scope, sending_id: UUID, mailer: str) -> bool:
    """The mailer called `mailer` has taken the letter over. False when it was erased meanwhile."""
    row = await queries.lock_sending(db, scope, sending_id)
    if row is not None and row.state in _TO_SEND:
        row.mailer = mailer
        _end(row, SendingState.SENT, None)
    return row is not None


async def refused(db: AsyncSession, scope: Scope, sending_id: UUID, reason: str) -> None:
    """The letter will never be taken as it is. A person may correct what is wrong and send it again."""
    row = await _waiting(db, scope, sending_id)
    if row is not None:
        _end(row, SendingState.REFUSED, reason)


async def delayed(db: AsyncSession, scope: Scope, sending_id: UUID, reason: str) -> None:
    """A try went wrong and another one comes; `reason` is shown while the letter waits."""
    row = await _waiting(db, scope, sending_id)
    if row is not None:
        row.reason = reason[:_LONGEST_REASON]


async def failed(db: AsyncSession, scope: Scope, sending_id: UUID, reason: str) -> None:
    """The last try went wrong."""
    row = await _waiting(db, scope, sending_id)
    if row is not None:
        _end(row, SendingState.FAILED, reason)


async def send_again(db: AsyncSession, actor: Actor, mailer: str, message_id: str) -> SendingRow:
    """Queues the letter once more, under the same message id. Raises Forbidden, LetterNotFound, NothingToSend."""
    actor.require(Permission.MAIL_VIEW)
    found = await queries.by_message(db, actor.scope, message_id)
    row = await queries.lock_sending(db, actor.scope, found.id) if found else None
    if row is None:
        raise LetterNotFound(_("No such letter."))
    if not may_send_again(SendingState(row.state), taken_by=row.mailer, mailer=mailer):
        raise NothingToSend(_("This letter is on its way, has left, or is not needed any more."))
    row.state, row.reason, row.ended_at = SendingState.QUEUED, None, None
    await enqueue(db, "notifications.send", org_id=actor.scope.org_id, sending_id=row.id)
    return row


async def _waiting(db: AsyncSession, scope: Scope, sending_id: UUID) -> SendingRow | None:
    row = await queries.lock_sending(db, scope, sending_id)
    return row if row is not None and row.state in _TO_SEND else None


def _end(row: SendingRow, state: SendingState, reason: str | None) -> None:
    row.state, row.ended_at = state, clock.now()
    row.reason = None if reason is None else reason[:_LONGEST_REASON]
