"""Values as the candidate's API and page show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import schemas
from colloquy.contexts.conversations.policy import course
from colloquy.contexts.conversations.policy.course import Message, MessageState
from colloquy.contexts.conversations.service.read import Standing, StoredConversation, conversations_of
from colloquy.contexts.media import public as media
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


def message_view(message: Message, playback: str | None = None) -> schemas.MessageView:
    """A message. Neither what the interviewer thought missing nor who found its words is told."""
    unclear = message.state is MessageState.UNCLEAR
    return schemas.MessageView(
        id=message.id,
        seq=message.seq,
        who=message.who,
        kind=message.kind,
        state=message.state.value,
        text=message.text,
        client_message_id=message.client_id,
        edited=message.edited_from is not None,
        created_at=message.created_at,
        note=_("We could not make out the words. Write them, or record the message again.") if unclear else None,
        playback=playback,
    )


def standing_view(standing: Standing) -> schemas.ConversationView:
    """Where the conversation is."""
    return schemas.ConversationView(
        id=standing.id,
        state="open" if standing.open else "closed",
        turn=standing.turn.value,
        seconds_left=standing.seconds_left,
        topics_done=standing.topics_done,
        topics_total=standing.topics_total,
        handed_in=standing.handed_in,
    )


async def shown(
    db: AsyncSession, secret: Secret, scope: Scope, known: Iterable[Message], *, after: int = 0
) -> list[schemas.MessageView]:
    """The messages that count, those after `after`, with addresses that play the candidate's own voice."""
    counted = [message for message in course.active(known) if message.seq > after]
    playable = await playback_addresses(db, secret, scope, counted)
    return [message_view(message, playable.get(message.id)) for message in counted]


@dataclass(frozen=True, slots=True)
class ReviewedConversation:
    """A conversation as people review it. `playback`: where voice messages can be heard, by the message's id."""

    stored: StoredConversation
    playback: Mapping[UUID, str]

    @property
    def topics(self) -> Mapping[UUID, str]:
        """The planned questions by their topic."""
        return {topic.id: topic.text for topic in self.stored.plan.topics}


async def under_review(
    db: AsyncSession, secret: Secret, scope: Scope, session_id: UUID, *, plays: bool
) -> dict[UUID, ReviewedConversation]:
    """The conversations of a session by the answer that each of them is; `plays`: the reader may hear recordings."""
    return {
        one.answer_id: ReviewedConversation(
            one, await playback_addresses(db, secret, scope, one.messages if plays else ())
        )
        for one in await conversations_of(db, scope, session_id)
    }


async def playback_addresses(
    db: AsyncSession, secret: Secret, scope: Scope, messages: Iterable[Message]
) -> Mapping[UUID, str]:
    """Where the voice messages among these can be heard, by the message's id; only those that can already."""
    spoken = {message.recording_id: message.id for message in messages if message.recording_id is not None}
    if not spoken:
        return {}
    found = await media.recordings(db, scope, list(spoken))
    return {
        spoken[recording_id]: media.media_address(secret, scope, recording_id, "playback")
        for recording_id, recording in found.items()
        if recording.has_playback
    }
