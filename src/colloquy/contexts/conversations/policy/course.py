"""Where a conversation is: whose turn it is, what has been covered, what the candidate has said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from colloquy.contexts.conversations.policy import moves, moves_course
from colloquy.contexts.conversations.policy.interviewer import Act, Plan, Said, Who


class MessageState(StrEnum):
    """Complete: said. Composing: the interviewer is at it. Stopped: the candidate cut it short. Transcribing: a
    voice message without its words yet. Unclear: no words were found in it.
    """

    COMPLETE = "complete"
    COMPOSING = "composing"
    STOPPED = "stopped"
    TRANSCRIBING = "transcribing"
    UNCLEAR = "unclear"


class Closing(StrEnum):
    """Why a conversation ended: the interviewer was through, the time was over, the candidate had nothing to add,
    or the session ended around it.
    """

    SAID = "said"
    TIME = "time"
    CANDIDATE = "candidate"
    SESSION = "session"


class Turn(StrEnum):
    """Who is to speak next."""

    CANDIDATE = "candidate"
    INTERVIEWER = "interviewer"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it is stored. `superseded`: replaced by an edited one, or a reply to such a one."""

    id: UUID
    seq: int
    who: Who
    kind: Literal["text", "voice"]
    state: MessageState
    text: str
    revision: int
    act: Act | None
    topic_id: UUID | None
    lack: str | None
    interviewer: str | None
    client_id: UUID | None
    recording_id: UUID | None
    reply_to: UUID | None
    edited_from: UUID | None
    superseded: bool
    created_at: datetime
    completed_at: datetime | None
    lease_owner: UUID | None
    lease_until: datetime | None


def active(messages: Iterable[Message]) -> list[Message]:
    """Those that count, in their order. A turn that was stopped before its first word was never said."""
    return [
        message
        for message in messages
        if not message.superseded and not (message.state is MessageState.STOPPED and not message.text)
    ]


def said(messages: Iterable[Message]) -> tuple[Said, ...]:
    """What the interviewer goes by: words that were said, without what is still being composed or transcribed."""
    spoken = {MessageState.COMPLETE, MessageState.STOPPED}
    return tuple(
        Said(message.who, message.text, message.act, message.topic_id, message.lack)
        for message in active(messages)
        if message.state in spoken
    )


def composing(messages: Iterable[Message]) -> Message | None:
    """The interviewer's message that is being composed."""
    return next((message for message in messages if message.state is MessageState.COMPOSING), None)


def turn(messages: Iterable[Message]) -> Turn:
    """Whose turn it is in an open conversation.

    Words of the candidate that nobody has answered are the interviewer's turn, except while the last of them is
    still being transcribed. After the greeting the interviewer speaks on.
    """
    counted = active(messages)
    if not counted or composing(counted) is not None:
        return Turn.INTERVIEWER
    last_reply = max((i for i, message in enumerate(counted) if message.who == "interviewer"), default=-1)
    since = counted[last_reply + 1 :]
    if not since:
        return Turn.INTERVIEWER if counted[-1].act is Act.GREETING else Turn.CANDIDATE
    if since[-1].state is MessageState.TRANSCRIBING:
        return Turn.CANDIDATE
    unanswered = any(message.state is MessageState.COMPLETE for message in since)
    return Turn.INTERVIEWER if unanswered else Turn.CANDIDATE


def topics_done(plan: Plan, messages: Iterable[Message]) -> int:
    """How many topics are behind. The one being talked about is not; with the farewell all that were asked are."""
    now = moves_course.course(plan, said(messages))
    asked = len(plan.topics) - len(now.remaining)
    return asked if now.last in {Act.WRAP_UP, Act.CLOSING} else max(0, asked - 1)


def farewell(plan: Plan, messages: Iterable[Message], *, time_over: bool) -> str:
    """The words to end with at this point, because the time is over or since the candidate has nothing to add."""
    return (moves.farewell(plan, said(messages), time_over=time_over).text or "").strip()


def words(messages: Iterable[Message]) -> str:
    """The candidate's words in the order in which they were said, a blank line between two messages."""
    own = (message for message in active(messages) if message.who == "candidate")
    return "\n\n".join(message.text for message in own if message.state is MessageState.COMPLETE)


def last_own(messages: Iterable[Message]) -> Message | None:
    """The candidate's last message that counts, whatever became of it."""
    return next((message for message in reversed(active(messages)) if message.who == "candidate"), None)


def may_edit(messages: Sequence[Message], message: Message) -> bool:
    """Whether this is the message that may still be changed: the candidate's last one, once its words are there."""
    last = last_own(messages)
    return last is not None and last.id == message.id and message.state is MessageState.COMPLETE


def listening(messages: Iterable[Message]) -> bool:
    """Whether a voice message is still being turned into text."""
    return any(message.state is MessageState.TRANSCRIBING for message in active(messages))


def characters(messages: Iterable[Message]) -> int:
    """How much the candidate has written or said so far, in characters."""
    return sum(len(message.text) for message in active(messages) if message.who == "candidate")
