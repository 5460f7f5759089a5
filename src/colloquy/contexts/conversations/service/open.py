"""Opening a conversation, and finding one's own again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.errors import ConversationNotFound, MessageNotFound
from colloquy.contexts.conversations.models import ConversationRow
from colloquy.contexts.conversations.policy import limits, plans
from colloquy.contexts.conversations.policy.interviewer import Plan
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue


async def open_own(db: AsyncSession, opened: sessions.OpenConversation) -> ConversationRow:
    """The conversation that is the candidate's open question, locked; made on the first call.

    The end is read again each time, because people may have given the candidate more time.
    """
    found = await queries.of_answer(db, opened.scope, opened.answer_id)
    if found is None:
        return await _make(db, opened)
    row = await queries.lock_conversation(db, opened.scope, found.id)
    if row is None:
        raise ConversationNotFound(_("This conversation is not there any more."))
    if row.state == "open" and row.must_end_at != opened.must_end_at:
        row.must_end_at = opened.must_end_at
        await end_at(db, row)
    return row


async def _make(db: AsyncSession, opened: sessions.OpenConversation) -> ConversationRow:
    # The session is locked by whoever asks, so nobody else makes it at the same time.
    row = ConversationRow(
        id=new_id(),
        org_id=opened.scope.org_id,
        session_id=opened.session_id,
        answer_id=opened.answer_id,
        state="open",
        plan=plans.to_json(_plan(opened)),
        opened_at=clock.now(),
        must_end_at=opened.must_end_at,
    )
    db.add(row)
    await db.flush()
    await end_at(db, row)
    return row


def _plan(opened: sessions.OpenConversation) -> Plan:
    return Plan(
        interview_title=opened.interview.role_title or opened.interview.title,
        company=opened.interview.company,
        candidate_name=opened.candidate_name,
        language=opened.language,
        topics=opened.question.topics,
        follow_ups=opened.question.follow_ups,
        seconds=max(1, int((opened.must_end_at - opened.opened_at).total_seconds())),
    )


async def end_at(db: AsyncSession, row: ConversationRow) -> None:
    """Has the conversation ended when its time is over, whether or not anybody is there."""
    at = row.must_end_at + timedelta(seconds=limits.END_GRACE_SECONDS)
    await enqueue(db, "conversations.end", at=at, org_id=row.org_id, conversation_id=row.id)


async def lock_own(db: AsyncSession, scope: Scope, session_id: UUID, conversation_id: UUID) -> ConversationRow:
    """The session's own conversation, locked. ConversationNotFound for anybody else's."""
    row = await queries.lock_conversation(db, scope, conversation_id)
    if row is None or row.session_id != session_id:
        raise ConversationNotFound(_("There is no such conversation in this interview. Open the link you were sent."))
    return row


async def lock_of_message(db: AsyncSession, scope: Scope, session_id: UUID, message_id: UUID) -> ConversationRow:
    """The session's own conversation that this message belongs to, locked. MessageNotFound."""
    found = await queries.message(db, scope, message_id)
    row = None if found is None else await queries.lock_conversation(db, scope, found.conversation_id)
    if row is None or row.session_id != session_id:
        raise MessageNotFound(_("There is no such message of yours in this conversation."))
    return row


async def own(db: AsyncSession, scope: Scope, session_id: UUID, conversation_id: UUID) -> ConversationRow:
    """The same, to read only."""
    row = await queries.conversation(db, scope, conversation_id)
    if row is None or row.session_id != session_id:
        raise ConversationNotFound(_("There is no such conversation in this interview. Open the link you were sent."))
    return row
