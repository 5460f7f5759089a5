"""What the conversation's API takes and gives. Input is strict: unknown members and wrong types are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

JsonId = Annotated[UUID, Field(strict=False)]
Tab = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
_LONGEST_INPUT = 100_000


def _writable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("The text contains a character that cannot be stored (NUL).")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("The text contains half a character (a lone surrogate).") from error
    return value


# The limit that people are told of is in policy.limits; this one only bounds the work of refusing.
Text = Annotated[str, StringConstraints(max_length=_LONGEST_INPUT), AfterValidator(_writable)]
EventId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}-[0-9]{1,12}$")]


class Input(BaseModel):
    """Parent of what is taken in."""

    model_config = ConfigDict(strict=True, extra="forbid")


class OpenInput(Input):
    """Which tab asks; programs without tabs leave it out."""

    tab: Tab | None = None


class StreamInput(Input):
    """A message with the name its sender gave it, or neither: then the interviewer goes on. `last_event_id` is the id
    of the last event that arrived, where no header can be sent.
    """

    conversation_id: JsonId
    client_message_id: JsonId | None = None
    text: Text | None = None
    tab: Tab | None = None
    last_event_id: EventId | None = None


class ConversationInput(Input):
    """The conversation that is meant."""

    conversation_id: JsonId
    tab: Tab | None = None


class EditInput(Input):
    """The new wording, and a new name for it: the same name again is the same change."""

    client_message_id: JsonId
    text: Text
    tab: Tab | None = None


class MessageView(BaseModel):
    """A message as its candidate sees it. `note` says what to do about a voice message without words; `playback`
    plays one's own voice for an hour.
    """

    id: UUID
    seq: int
    who: Literal["interviewer", "candidate"]
    kind: Literal["text", "voice"]
    state: Literal["complete", "composing", "stopped", "transcribing", "unclear"]
    text: str
    client_message_id: UUID | None
    edited: bool
    created_at: datetime
    note: str | None
    playback: str | None


class ConversationView(BaseModel):
    """Where the conversation is. `handed_in`: it has ended, and the interview goes on in the room."""

    id: UUID
    state: Literal["open", "closed"]
    turn: Literal["candidate", "interviewer", "nobody"]
    seconds_left: int
    topics_done: int
    topics_total: int
    handed_in: bool


class HistoryView(BaseModel):
    """The conversation and its messages that count, oldest first; with `after`, those that came later."""

    conversation: ConversationView
    messages: list[MessageView]


class StoredView(BaseModel):
    """One message that was stored, and where the conversation is now."""

    message: MessageView
    conversation: ConversationView


class StandingView(BaseModel):
    """Where the conversation is now."""

    conversation: ConversationView
