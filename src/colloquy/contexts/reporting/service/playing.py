"""How an answer that was recorded or sent as a file is played and saved, by whom may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.reporting.service.assemble import Gathered
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope

_PLAYABLE = frozenset({media.RecordingState.UPLOADED, media.RecordingState.PROCESSING, media.RecordingState.PROCESSED})


@dataclass(frozen=True, slots=True)
class Media:
    """How to play an answer. Without `playback` it is being prepared (`percent`), or there is nothing to play.

    `waveform` is how loud the answer is, 0 to 100, in equal spans of `span_seconds`. `gone_on`: when the recording was
    deleted, at the end of its time. `withheld`: the reader's role does not include recordings, so nothing leads there.
    """

    kind: str
    playback: str | None
    captions: str | None
    poster: str | None
    preparing: bool
    percent: int
    waveform: tuple[int, ...]
    span_seconds: float
    gone_on: datetime | None = None
    withheld: bool = False


def media_of(secret: Secret, scope: Scope, found: Gathered, answer: sessions.Answer, *, plays: bool) -> Media | None:
    """How to play the answer, None where it is none that is played; `plays`: the reader may watch recordings."""
    recording = found.recordings.get(answer.recording_id) if answer.recording_id else None
    if recording is None:
        return None

    def address(rendition: media.Rendition) -> str:
        return media.media_address(secret, scope, recording.id, rendition)

    heard = recording.id in found.transcripts
    if recording.kind == interviews.AnswerKind.FILE:
        return None
    if not plays and recording.files_gone_at is None:
        return Media(
            recording.kind, None, None, None, preparing=False, percent=0, waveform=(), span_seconds=0.0, withheld=True
        )
    return Media(
        kind=recording.kind,
        playback=address("playback") if recording.has_playback else None,
        captions=address("captions") if heard else None,
        poster=address("thumbnail") if recording.has_thumbnail else None,
        preparing=not recording.has_playback and recording.state in _PLAYABLE and recording.files_gone_at is None,
        percent=int((recording.render_progress or 0.0) * 100),
        waveform=recording.waveform,
        span_seconds=(recording.duration_seconds or 0.0) / max(1, len(recording.waveform)),
        gone_on=recording.files_gone_at,
    )


def file_of(found: Gathered, answer: sessions.Answer) -> media.Recording | None:
    """The file that is the answer, None where it is none."""
    recording = found.recordings.get(answer.recording_id) if answer.recording_id else None
    return recording if recording is not None and recording.kind == interviews.AnswerKind.FILE else None


def download_of(secret: Secret, scope: Scope, found: Gathered, answer: sessions.Answer) -> str | None:
    """Where the file that is the answer is saved from, while it is there."""
    recording = file_of(found, answer)
    if recording is None:
        return None
    stored = recording.state is media.RecordingState.PROCESSED and recording.files_gone_at is None
    return media.media_address(secret, scope, recording.id, "original") if stored else None
