"""What candidates do: say something, change it, stop the interviewer, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.errors import (
    ConversationOver,
    InterviewerSpeaking,
    MessageNotFound,
    NotTheLastMessage,
    TimeOver,
    TooMuchSaid,
    VoiceUnderWay,
)
from colloquy.contexts.conversations.models import ConversationRow, MessageRow
from colloquy.contexts.conversations.policy import course, limits
from colloquy.contexts.conversations.policy.course import Closing, Message, MessageState
from colloquy.contexts.conversations.service import end, news, read, turns
from colloquy.contexts.conversations.service.turns import Held
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Said:
    """What came of it. `held` is to be composed by this process; `refusal` is raised once the rest is committed."""

    row: ConversationRow
    message: Message | None
    held: Held | None
    refusal: Refusal | None = None


async def go_on(db: AsyncSession, row: ConversationRow, owner: UUID, interviewer: str) -> Said:
    """The interviewer's turn, if it is one: the greeting, an answer that nobody has composed yet. `row` is locked."""
    known = await read.messages(db, Scope(row.org_id), row.id)
    if row.state == "open" and end.overdue(row):
        await end.end_now(db, row, known, Closing.TIME, interviewer)
        return Said(row, None, None)
    return Said(row, None, await turns.ensure(db, row, known, owner))


async def say(
    db: AsyncSession, row: ConversationRow, client_id: UUID, text: str, *, owner: UUID, interviewer: str
) -> Said:
    """Stores a message of the candidate and gives the turn to the interviewer. `row` is locked.

    The same `client_id` again is the same message, whatever the text. InterviewerSpeaking, ConversationOver,
    TooMuchSaid, Malformed; TimeOver comes as `refusal`, since the conversation ends by it.
    """
    scope = Scope(row.org_id)
    known = await read.messages(db, scope, row.id)
    before = next((message for message in known if message.client_id == client_id), None)
    if before is not None:
        return Said(row, before, await turns.ensure(db, row, known, owner))
    if row.state == "open" and end.overdue(row):
        await end.end_now(db, row, known, Closing.TIME, interviewer)
        return Said(row, None, None, TimeOver(_("The time for this conversation is over. What you said is kept.")))
    known = await may_speak(db, row, known)
    check_text(text, known)
    message = await add(db, row, known, client_id=client_id, text=text)
    known.append(message)
    await sessions.keep_words(db, scope, row.answer_id, course.words(known))
    return Said(row, message, await turns.ensure(db, row, known, owner))


async def may_speak(db: AsyncSession, row: ConversationRow, known: list[Message]) -> list[Message]:
    """Refuses unless the candidate may say something now. A turn that its process has let go is passed over."""
    if row.state != "open":
        raise ConversationOver(_("This conversation has ended. What you said is kept."))
    if len(known) >= limits.MESSAGES:
        raise TooMuchSaid(_("This conversation has as many messages as it may have. End it to go on."))
    pending = course.composing(known)
    if pending is None:
        return known
    if pending.lease_until is not None and pending.lease_until > clock.now():
        raise InterviewerSpeaking(_("The interviewer is writing. Wait for the end, or press Stop, then send again."))
    return await turns.cut_short(db, row, known, keep=False)


def check_text(text: str, known: Sequence[Message]) -> None:
    """Malformed, TooMuchSaid: a message has words, and neither it nor all of them together are endless."""
    if not text.strip():
        raise Malformed(_("Write your message first."), fields={"text": _("Write your message first.")})
    if len(text) > limits.MESSAGE_CHARACTERS:
        message = _(
            "Your message has %(given)s characters; up to %(number)s are possible. Send it in two parts.",
            given=len(text),
            number=limits.MESSAGE_CHARACTERS,
        )
        raise Malformed(message, fields={"text": message})
    if course.characters(known) + len(text) > limits.CANDIDATE_CHARACTERS:
        raise TooMuchSaid(_("You have written as much as this conversation can hold. End it to go on."))


async def add(
    db: AsyncSession,
    row: ConversationRow,
    known: Sequence[Message],
    *,
    client_id: UUID,
    text: str = "",
    kind: Literal["text", "voice"] = "text",
    recording_id: UUID | None = None,
    edited_from: UUID | None = None,
) -> Message:
    """A message of the candidate at the end; a voice message is waiting for its words."""
    state = MessageState.TRANSCRIBING if kind == "voice" else MessageState.COMPLETE
    message = MessageRow(
        id=new_id(),
        org_id=row.org_id,
        conversation_id=row.id,
        seq=turns.next_seq(list(known)),
        who="candidate",
        kind=kind,
        state=state.value,
        text=text,
        revision=0,
        client_id=client_id,
        recording_id=recording_id,
        edited_from=edited_from,
        created_at=clock.now(),
        completed_at=clock.now() if state is MessageState.COMPLETE else None,
    )
    db.add(message)
    await db.flush()
    await news.tell(db, row.id, message.seq)
    return read.message(message)


async def edit(db: AsyncSession, row: ConversationRow, message_id: UUID, client_id: UUID, text: str) -> Message:
    """Says the candidate's last message anew; the old wording and the replies to it stay, superseded. `row` is locked.

    The same `client_id` again is the same change. MessageNotFound, NotTheLastMessage, ConversationOver, Malformed.
    """
    scope = Scope(row.org_id)
    known = await read.messages(db, scope, row.id)
    before = next((message for message in known if message.client_id == client_id), None)
    if before is not None:
        return before
    old = next((message for message in known if message.id == message_id and message.who == "candidate"), None)
    if old is None:
        raise MessageNotFound(_("There is no such message of yours in this conversation."))
    if row.state != "open":
        raise ConversationOver(_("This conversation has ended. What you said is kept as it is."))
    if not course.may_edit(known, old):
        raise NotTheLastMessage(_("Only your last message can be changed. Add what you want to correct in a new one."))
    if len(known) >= limits.MESSAGES:
        raise TooMuchSaid(_("This conversation has as many messages as it may have. End it to go on."))
    check_text(text, [message for message in known if message.id != old.id])
    known = await turns.cut_short(db, row, known, keep=False)
    await queries.supersede_from(db, scope, row.id, old.seq, clock.now())
    known = await read.messages(db, scope, row.id)
    message = await add(db, row, known, client_id=client_id, text=text, edited_from=old.id)
    await sessions.keep_words(db, scope, row.answer_id, course.words([*known, message]))
    return message


async def finish(db: AsyncSession, row: ConversationRow, interviewer: str) -> None:
    """The candidate has nothing to add: farewell. Ended before is fine. VoiceUnderWay while words are on their way."""
    if row.state != "open":
        return
    known = await read.messages(db, Scope(row.org_id), row.id)
    if course.listening(known):
        raise VoiceUnderWay(_("Your voice message is still being turned into text. End in a moment; nothing is lost."))
    await end.end_now(db, row, known, Closing.CANDIDATE, interviewer)
