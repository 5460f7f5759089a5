"""Voice messages: received, turned into text in the background, erased with their session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.errors import TimeOver
from colloquy.contexts.conversations.models import ConversationRow, VoiceRow
from colloquy.contexts.conversations.policy import course, limits
from colloquy.contexts.conversations.policy.course import Message, MessageState
from colloquy.contexts.conversations.service import end, news, read, say
from colloquy.contexts.media import public as media
from colloquy.contexts.media.events import MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.events import (
    InterviewCompleted,
    MediaForgotten,
    SessionErased,
    SessionExpired,
    SessionWithdrawn,
    WordsForgotten,
)
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.spool import UploadSpool

_UNUSABLE = frozenset({"no_speech", "invented", "wrong_language", "low_confidence"})
"""Verdicts of the quality gate after which nobody should be held to the words. Too little to be scored is still an
answer in a conversation: "Yes, twice."
"""


async def known_as(db: AsyncSession, row: ConversationRow, client_id: UUID) -> Message | None:
    """The message that was stored under this name before."""
    known = await read.messages(db, Scope(row.org_id), row.id)
    return next((message for message in known if message.client_id == client_id), None)


async def expect(db: AsyncSession, row: ConversationRow, language: str, declared_type: str, size: int) -> media.Upload:
    """A place for the recording of a voice message that arrives. `row` is locked.

    InterviewerSpeaking, ConversationOver, TooMuchSaid, TimeOver. From now on the recording is erased with the session.
    """
    scope = Scope(row.org_id)
    if row.state == "open" and end.overdue(row):
        raise TimeOver(_("The time for this conversation is over. What you said is kept."))
    await say.may_speak(db, row, await read.messages(db, scope, row.id))
    recording = await media.create_recording(
        db,
        scope,
        kind="audio",
        language=language,
        max_seconds=limits.VOICE_SECONDS + limits.VOICE_GRACE_SECONDS,
        max_bytes=limits.VOICE_BYTES,
        declared_type=declared_type,
        declared_bytes=size,
        session_id=row.session_id,
    )
    db.add(
        VoiceRow(
            recording_id=recording.recording_id,
            org_id=row.org_id,
            session_id=row.session_id,
            created_at=clock.now(),
        )
    )
    await db.flush()
    return await media.open_upload(db, recording.upload_id)


async def receive(database: Database, spool: UploadSpool, upload: media.Upload, pieces: AsyncIterator[bytes]) -> None:
    """The bytes, durable when this returns. No transaction is open meanwhile."""
    await media.append(database, spool, upload, 0, pieces)


async def keep(db: AsyncSession, row: ConversationRow, client_id: UUID, upload: media.Upload) -> Message:
    """Stores the voice message whose bytes are here and asks for its words. `row` is locked.

    Another request that brought the same message first has won: its message is returned, this recording erased.
    """
    scope = Scope(row.org_id)
    before = await known_as(db, row, client_id)
    if before is not None:
        await forget(db, scope, upload.recording_id)
        return before
    known = await say.may_speak(db, row, await read.messages(db, scope, row.id))
    message = await say.add(db, row, known, client_id=client_id, kind="voice", recording_id=upload.recording_id)
    await media.request_transcript(db, scope, upload.recording_id)
    return message


async def forget(db: AsyncSession, scope: Scope, recording_id: UUID) -> None:
    """Erases a recording that is no message."""
    await media.erase_recordings(db, scope, [recording_id])
    await queries.delete_voices(db, scope, [recording_id])


async def transcript_ready(db: AsyncSession, event: TranscriptReady) -> None:
    """The words are there, unless nobody should be held to them."""
    scope = Scope(event.org_id)
    transcript = await media.transcript(db, scope, event.recording_id)
    if transcript is None:
        return
    text = transcript.transcript.text.strip()[: limits.MESSAGE_CHARACTERS * 2]
    unusable = not text or transcript.verdict_code in _UNUSABLE
    await _heard(db, scope, event.recording_id, None if unusable else text)


async def transcript_failed(db: AsyncSession, event: TranscriptFailed) -> None:
    """No recogniser could listen."""
    await _heard(db, Scope(event.org_id), event.recording_id, None)


async def media_refused(db: AsyncSession, event: MediaRefused) -> None:
    """The recording cannot be read."""
    await _heard(db, Scope(event.org_id), event.recording_id, None)


async def _heard(db: AsyncSession, scope: Scope, recording_id: UUID, text: str | None) -> None:
    found = await queries.message_of_recording(db, scope, recording_id)
    row = None if found is None else await queries.lock_conversation(db, scope, found.conversation_id)
    # Read afresh: whoever had the lock before may have changed it.
    message = None if row is None else await queries.message_of_recording(db, scope, recording_id)
    if row is None or message is None or message.state not in {MessageState.TRANSCRIBING, MessageState.UNCLEAR}:
        return
    message.text = text or ""
    message.state = (MessageState.UNCLEAR if text is None else MessageState.COMPLETE).value
    message.completed_at = clock.now()
    await db.flush()
    await news.tell(db, row.id, message.seq)
    # Jobs of their own: they lock the session, which comes before the conversation.
    await enqueue(db, "conversations.keep_words", org_id=row.org_id, conversation_id=row.id)
    if row.state != "open":
        await enqueue(db, "conversations.hand_in", org_id=row.org_id, conversation_id=row.id)


async def keep_words(db: AsyncSession, scope: Scope, conversation_id: UUID) -> None:
    """Keeps what the candidate has said so far with the answer."""
    row = await queries.conversation(db, scope, conversation_id)
    if row is not None and row.state == "open":
        words = course.words(await read.messages(db, scope, conversation_id))
        await sessions.keep_words(db, scope, row.answer_id, words)


async def session_over(db: AsyncSession, event: InterviewCompleted | SessionExpired | SessionWithdrawn) -> None:
    """What was open ends with its session."""
    await end.end_with_session(db, Scope(event.org_id), event.session_id)


async def session_erased(db: AsyncSession, event: SessionErased) -> None:
    """The messages went with the session's row; the recordings follow."""
    scope = Scope(event.org_id)
    recordings = await queries.voices(db, scope, event.session_id)
    await media.erase_recordings(db, scope, recordings)
    await queries.delete_voices(db, scope, recordings)


async def media_forgotten(db: AsyncSession, event: MediaForgotten) -> None:
    """The voice messages' files go with the time of recordings; what was heard in them stays."""
    scope = Scope(event.org_id)
    await media.forget_files(db, scope, await queries.voices(db, scope, event.session_id))


async def words_forgotten(db: AsyncSession, event: WordsForgotten) -> None:
    """The messages lose their text, the interviewer's as well: it takes up what was said."""
    scope = Scope(event.org_id)
    await media.forget_transcripts(db, scope, await queries.voices(db, scope, event.session_id))
    await queries.forget_words(db, scope, event.session_id)
