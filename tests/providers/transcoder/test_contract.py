"""What every transcoder promises, asked of the real one and of the fake alike."""

from __future__ import annotations

import wave

import pytest

from colloquy.providers.transcoder.fake import FakeTranscoder
from colloquy.providers.transcoder.port import EmptyFile, NotMedia, TooLong

from .clips import OPUS, VP8, picture, tone

CLIP = (*picture(2), *tone(2), *VP8, *OPUS, "-live", "1")


@pytest.fixture(params=["ffmpeg", "fake"])
def any_transcoder(request, transcoder):
    return transcoder if request.param == "ffmpeg" else FakeTranscoder()


async def test_a_recording_gives_facts_speech_playback_and_a_still(any_transcoder, recordings, tmp_path):
    source = recordings("contract.webm", *CLIP)
    facts = await any_transcoder.inspect(source, max_seconds=60)
    await any_transcoder.extract_audio(source, tmp_path / "speech.wav")
    playback = await any_transcoder.normalise(source, facts, tmp_path / "playback.mp4")
    await any_transcoder.thumbnail(source, tmp_path / "still.jpg", 0.5)

    assert (facts.kind, facts.has_audio) == ("video", True)
    with wave.open(str(tmp_path / "speech.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(facts.duration_seconds, abs=0.1)
    assert playback.content_type == "video/mp4"
    assert playback.path.stat().st_size > 0
    assert (tmp_path / "still.jpg").read_bytes()[:2] == b"\xff\xd8"
    outline = any_transcoder.waveform(tmp_path / "speech.wav")
    assert len(outline) == 200
    assert all(0 <= value <= 100 for value in outline)


async def test_what_is_no_recording_is_refused(any_transcoder, recordings, tmp_path):
    (tmp_path / "empty.webm").touch()
    (tmp_path / "text.webm").write_text("hello, this is text")
    with pytest.raises(EmptyFile):
        await any_transcoder.inspect(tmp_path / "empty.webm", max_seconds=60)
    with pytest.raises(NotMedia):
        await any_transcoder.inspect(tmp_path / "text.webm", max_seconds=60)
    with pytest.raises(TooLong):
        await any_transcoder.inspect(recordings("contract.webm", *CLIP), max_seconds=1)
