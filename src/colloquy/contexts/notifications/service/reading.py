"""Letters as the mail page shows them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.notifications import queries
from colloquy.contexts.notifications.errors import LetterNotFound
from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy.sending import FILES, LetterKind, SendingState, may_send_again
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sending:
    """One letter to one person. `kept` is whether it lies in a file; `again` whether it may be sent again."""

    message_id: str
    kind: LetterKind
    recipient: str
    subject: str | None
    state: SendingState
    reason: str | None
    at: datetime
    kept: bool
    again: bool


@dataclass(frozen=True, slots=True)
class MailPage:
    """At most 50 letters, newest first. `older` opens the next page; None on the last one."""

    sendings: tuple[Sending, ...]
    counts: dict[SendingState, int]
    older: UUID | None

    @property
    def moving(self) -> bool:
        """Whether a letter on the page is still on its way."""
        return any(sending.state is SendingState.QUEUED for sending in self.sendings)


async def mail_page(
    db: AsyncSession, actor: Actor, mailer: str, *, state: SendingState | None, before: UUID | None
) -> MailPage:
    """The newest letters in `state` (None: in any), those before the id `before`. Raises Forbidden."""
    actor.require(Permission.MAIL_VIEW)
    rows = await queries.newest(db, actor.scope, state=state, before=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    return MailPage(
        sendings=tuple(_sending(row, mailer) for row in shown),
        counts=await queries.counts(db, actor.scope),
        older=shown[-1].id if len(rows) > PAGE else None,
    )


async def sending(db: AsyncSession, actor: Actor, mailer: str, message_id: str) -> Sending:
    """One letter. Raises Forbidden, and LetterNotFound for a stranger's."""
    actor.require(Permission.MAIL_VIEW)
    row = await queries.by_message(db, actor.scope, message_id)
    if row is None:
        raise LetterNotFound(_("No such letter."))
    return _sending(row, mailer)


@dataclass(frozen=True, slots=True)
class LetterAbout:
    """A letter about somebody, to them or to others."""

    kind: LetterKind
    recipient: str
    subject: str | None
    state: SendingState
    at: datetime


async def letters_about(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> list[LetterAbout]:
    """Every letter about these sessions and links, the oldest first."""
    return [
        LetterAbout(
            LetterKind(row.kind), row.recipient, row.subject, SendingState(row.state), row.ended_at or row.created_at
        )
        for row in await queries.about(db, scope, ids)
    ]


def _sending(row: SendingRow, mailer: str) -> Sending:
    state = SendingState(row.state)
    return Sending(
        message_id=row.message_id,
        kind=LetterKind(row.kind),
        recipient=row.recipient,
        subject=row.subject,
        state=state,
        reason=row.reason,
        at=row.ended_at or row.created_at,
        kept=row.mailer == FILES and state is SendingState.SENT,
        again=may_send_again(state, taken_by=row.mailer, mailer=mailer),
    )
