"""The front door of media: recordings, their uploads, their transcripts."""

from colloquy.contexts.media.errors import CaptionsNotPossible, UnknownTusVersion
from colloquy.contexts.media.policy.brought import CaptionFormat
from colloquy.contexts.media.policy.captions import webvtt
from colloquy.contexts.media.policy.files import MAX_FILE_BYTES
from colloquy.contexts.media.queries import stored_keys
from colloquy.contexts.media.service.addresses import Rendition, media_address
from colloquy.contexts.media.service.arrive import append, durable_bytes, finish_if_whole
from colloquy.contexts.media.service.erase import (
    ErasedRecordings,
    erase_recordings,
    forget_files,
    forget_transcripts,
    nothing_left,
)
from colloquy.contexts.media.service.leftovers import delete_leftovers
from colloquy.contexts.media.service.originals import Original, TranscriptVersion, originals, transcript_history
from colloquy.contexts.media.service.pictures import picture, thumbnail_key
from colloquy.contexts.media.service.process import run_again
from colloquy.contexts.media.service.read import (
    Recording,
    RecordingState,
    StoredTranscript,
    TranscriptState,
    recordings,
    transcript,
    transcripts,
)
from colloquy.contexts.media.service.receive import (
    NewRecording,
    Upload,
    create_recording,
    declare_length,
    give_up,
    open_upload,
)
from colloquy.contexts.media.service.scan import Scanning, ScanState, scanning
from colloquy.contexts.media.service.transcribe import give_captions, request_transcript
from colloquy.contexts.media.service.tus import TUS_HEADERS, number, require_tus, upload_headers

__all__ = [
    "MAX_FILE_BYTES",
    "TUS_HEADERS",
    "CaptionFormat",
    "CaptionsNotPossible",
    "ErasedRecordings",
    "NewRecording",
    "Original",
    "Recording",
    "RecordingState",
    "Rendition",
    "ScanState",
    "Scanning",
    "StoredTranscript",
    "TranscriptState",
    "TranscriptVersion",
    "UnknownTusVersion",
    "Upload",
    "append",
    "create_recording",
    "declare_length",
    "delete_leftovers",
    "durable_bytes",
    "erase_recordings",
    "finish_if_whole",
    "forget_files",
    "forget_transcripts",
    "give_captions",
    "give_up",
    "media_address",
    "nothing_left",
    "number",
    "open_upload",
    "originals",
    "picture",
    "recordings",
    "request_transcript",
    "require_tus",
    "run_again",
    "scanning",
    "stored_keys",
    "thumbnail_key",
    "transcript",
    "transcript_history",
    "transcripts",
    "upload_headers",
    "webvtt",
]
