"""What conversations do by themselves: end in time, hand their words in, take in what recognisers heard."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.conversations.service import end, voice
from colloquy.contexts.conversations.service.compose import Interviewers
from colloquy.contexts.media.events import MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.sessions.events import (
    InterviewCompleted,
    MediaForgotten,
    SessionErased,
    SessionExpired,
    SessionWithdrawn,
    WordsForgotten,
)
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job


async def end_in_time(database: Database, interviewers: Interviewers, *, org_id: UUID, conversation_id: UUID) -> None:
    """Ends a conversation whose time is over."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await end.end_in_time(db, scope, conversation_id, interviewers.rules.name)


async def hand_in(database: Database, *, org_id: UUID, conversation_id: UUID) -> None:
    """Makes the words of a conversation that has ended the answer."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await end.hand_in(db, scope, conversation_id)


async def keep_words(database: Database, *, org_id: UUID, conversation_id: UUID) -> None:
    """Keeps what was said so far with the answer, should the interview's time end first."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await voice.keep_words(db, scope, conversation_id)


JOBS = (
    Job("conversations.end", end_in_time),
    Job("conversations.hand_in", hand_in),
    Job("conversations.keep_words", keep_words),
)

HANDLERS = (
    Handler("conversations.transcript_ready", TranscriptReady, voice.transcript_ready),
    Handler("conversations.transcript_failed", TranscriptFailed, voice.transcript_failed),
    Handler("conversations.media_refused", MediaRefused, voice.media_refused),
    Handler("conversations.interview_completed", InterviewCompleted, voice.session_over),
    Handler("conversations.session_expired", SessionExpired, voice.session_over),
    Handler("conversations.session_withdrawn", SessionWithdrawn, voice.session_over),
    Handler("conversations.session_erased", SessionErased, voice.session_erased),
    Handler("conversations.media_forgotten", MediaForgotten, voice.media_forgotten),
    Handler("conversations.words_forgotten", WordsForgotten, voice.words_forgotten),
)
