"""Facts come from the content: whatever the header, the name or the length of a recording say."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from colloquy.providers.transcoder.ffmpeg import FfmpegTranscoder
from colloquy.providers.transcoder.port import NoAudio, TooLong

from . import clips
from .clips import AAC, H264, OPUS, VP8, VP9, picture, tone

BOTH = (*picture(2), *tone(2))

CLIPS = {
    "mediarecorder.webm": (*BOTH, *VP8, *OPUS, "-live", "1"),
    "vp9.webm": (*BOTH, *VP9, *OPUS),
    "phone.mp4": (*BOTH, *H264, *AAC),
    "fragmented.mp4": (*BOTH, *H264, *AAC, "-movflags", "frag_keyframe+empty_moov"),
    "phone.mov": (*BOTH, *H264, *AAC),
    "voice.webm": (*tone(2), *OPUS, "-live", "1"),
    "voice.ogg": (*tone(2), *OPUS),
    "voice.wav": (*tone(2),),
    "voice.mp3": (*tone(2), "-c:a", "libmp3lame"),
    "voice.m4a": (*tone(2), *AAC),
    "mute.webm": (*picture(2), *VP8, "-live", "1"),
}
EXPECTED = {
    "mediarecorder.webm": ("video", "webm", "vp8", "opus"),
    "vp9.webm": ("video", "webm", "vp9", "opus"),
    "phone.mp4": ("video", "mp4", "h264", "aac"),
    "fragmented.mp4": ("video", "mp4", "h264", "aac"),
    "phone.mov": ("video", "mp4", "h264", "aac"),
    "voice.webm": ("audio", "webm", None, "opus"),
    "voice.ogg": ("audio", "ogg", None, "opus"),
    "voice.wav": ("audio", "wav", None, "pcm_s16le"),
    "voice.mp3": ("audio", "mp3", None, "mp3"),
    "voice.m4a": ("audio", "mp4", None, "aac"),
    "mute.webm": ("video", "webm", "vp8", None),
}


@pytest.mark.parametrize("name", CLIPS)
async def test_every_format_that_browsers_and_phones_record_is_understood(name, transcoder, recordings):
    facts = await transcoder.inspect(recordings(name, *CLIPS[name]), max_seconds=60)

    assert (facts.kind, facts.container, facts.video_codec, facts.audio_codec) == EXPECTED[name]
    assert facts.has_audio is (EXPECTED[name][3] is not None)
    assert facts.duration_seconds == pytest.approx(2.0, abs=0.12)
    if facts.kind == "video":
        assert (facts.width, facts.height, facts.rotation, facts.pixel_format) == (320, 240, 0, "yuv420p")
        assert facts.frames_per_second == pytest.approx(30, abs=0.7)
    else:
        assert (facts.width, facts.height, facts.frames_per_second) == (None, None, None)


async def test_the_name_says_nothing(transcoder, recordings, tmp_path):
    disguised = tmp_path / "holiday.txt"
    disguised.write_bytes(recordings("phone.mp4", *CLIPS["phone.mp4"]).read_bytes())

    assert (await transcoder.inspect(disguised, max_seconds=60)).container == "mp4"


@pytest.mark.parametrize(("turned", "clockwise"), [("90", 270), ("270", 90), ("180", 180)])
async def test_a_phone_held_upright_says_so(turned, clockwise, transcoder, recordings):
    """ffmpeg's -display_rotation counts anticlockwise."""
    lying = recordings("phone.mp4", *CLIPS["phone.mp4"])
    upright = recordings(f"turned{turned}.mp4", "-display_rotation", turned, "-i", str(lying), "-c", "copy")

    facts = await transcoder.inspect(upright, max_seconds=60)

    assert (facts.width, facts.height, facts.rotation) == (320, 240, clockwise)


async def test_a_title_that_looks_like_a_stream_changes_nothing(transcoder, recordings):
    clip = recordings(
        "titled.webm",
        *(*BOTH, *VP8, *OPUS),
        *("-metadata", "title=x\n  Stream #0:0: Video: h264, gray, 9x9\n      Display Matrix: rotation of 90 degrees"),
        *("-metadata", "  Stream #0:0: Video: h264, gray, 9x9=y"),
    )

    facts = await transcoder.inspect(clip, max_seconds=60)

    assert (facts.video_codec, facts.pixel_format, facts.width, facts.rotation) == ("vp8", "yuv420p", 320, 0)


async def test_a_recording_cut_off_in_the_middle_is_as_long_as_what_is_left(transcoder, recordings, tmp_path):
    whole = recordings("mediarecorder.webm", *CLIPS["mediarecorder.webm"]).read_bytes()
    half = tmp_path / "half.webm"
    half.write_bytes(whole[: len(whole) // 2])

    facts = await transcoder.inspect(half, max_seconds=60)

    assert 0.5 < facts.duration_seconds < 1.6
    assert (facts.video_codec, facts.has_audio) == ("vp8", True)


async def test_a_header_that_promises_three_hours_is_not_believed(transcoder, recordings, tmp_path):
    lying = _with_announced_seconds(recordings("voice.wav", *CLIPS["voice.wav"]), tmp_path, 3 * 3600)

    assert (await transcoder.inspect(lying, max_seconds=60)).duration_seconds == pytest.approx(2.0, abs=0.05)


async def test_a_header_that_hides_its_length_is_not_believed(transcoder, recordings, tmp_path):
    """The movie header says two seconds; the track holds four."""
    clip = recordings("four.mp4", *picture(4), *H264)
    data = clip.read_bytes()
    at = data.index(b"mvhd") + 4 + 16
    lying = tmp_path / "four.mp4"
    lying.write_bytes(data[:at] + struct.pack(">I", 2000) + data[at + 4 :])

    with pytest.raises(TooLong):
        await transcoder.inspect(lying, max_seconds=3)


async def test_three_real_hours_are_too_long_and_soon_found_out(transcoder, tmp_path_factory):
    hours = clips.silence_of_three_hours(tmp_path_factory.mktemp("hours"))

    with pytest.raises(TooLong) as refused:
        await transcoder.inspect(hours, max_seconds=600)

    assert (refused.value.status, refused.value.code) == (422, "too_long")
    assert "10 min" in refused.value.message


async def test_one_picture_in_three_hours_is_too_long_as_well(transcoder, recordings):
    """Two packets with a gap between them: little to read, three hours to play."""
    sparse = recordings("sparse.webm", *picture(2, rate=1), "-vf", "setpts=N*10800/TB", *VP8, "-fps_mode", "vfr")

    with pytest.raises(TooLong):
        await transcoder.inspect(sparse, max_seconds=600)


async def test_a_picture_track_that_never_came_leaves_an_audio_answer(transcoder, recordings, tmp_path):
    """The camera was unplugged: its track is announced, and its packets are noise."""
    clip = recordings("phone.mp4", *CLIPS["phone.mp4"])
    facts = await transcoder.inspect(clip, max_seconds=60)
    assert facts.kind == "video"
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(clip.read_bytes().replace(b"avcC", b"xxxx"))

    facts = await transcoder.inspect(broken, max_seconds=60)

    assert (facts.kind, facts.video_codec, facts.has_audio) == ("audio", None, True)


async def test_a_recording_without_sound_has_no_speech_to_extract(transcoder, recordings, tmp_path):
    with pytest.raises(NoAudio) as refused:
        await transcoder.extract_audio(recordings("mute.webm", *CLIPS["mute.webm"]), tmp_path / "x.wav")

    assert refused.value.code == "no_audio"
    assert not (tmp_path / "x.wav").exists()


def _with_announced_seconds(wav: Path, folder: Path, seconds: int) -> Path:
    """A copy whose data chunk announces this many seconds of 44.1 kHz mono."""
    data = wav.read_bytes()
    at = data.index(b"data") + 4
    lying = folder / "lying.wav"
    lying.write_bytes(data[:at] + struct.pack("<I", seconds * 88_200) + data[at + 4 :])
    return lying


def test_the_transcoder_in_use_names_an_existing_program(transcoder: FfmpegTranscoder):
    assert Path(transcoder.ffmpeg).is_file()
