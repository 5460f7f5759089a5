"""What sessions do when recordings and transcripts are ready."""

from __future__ import annotations

from colloquy.contexts.media.events import MediaProcessed, MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.sessions.service import progress
from colloquy.kit.events import Handler

HANDLERS = (
    Handler("sessions.media_processed", MediaProcessed, progress.media_processed),
    Handler("sessions.media_refused", MediaRefused, progress.media_refused),
    Handler("sessions.transcript_ready", TranscriptReady, progress.transcript_ready),
    Handler("sessions.transcript_failed", TranscriptFailed, progress.transcript_failed),
)
