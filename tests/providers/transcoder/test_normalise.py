"""Playback files: small enough, upright, indexed in front, and seekable in every browser."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from colloquy.kit.errors import Unavailable
from colloquy.providers.transcoder import commands
from colloquy.providers.transcoder.port import MediaFacts, MediaTooCostly

from . import clips
from .clips import AAC, H264, OPUS, VP8, VP9, picture, tone

BOTH = (*picture(2), *tone(2))
SOURCES = {
    "mediarecorder.webm": (*BOTH, *VP8, *OPUS, "-live", "1"),
    "vp9.webm": (*BOTH, *VP9, *OPUS),
    "h264-in-webm.mkv": (*BOTH, *H264, *OPUS),
    "phone.mp4": (*BOTH, *H264, *AAC),
    "fragmented.mp4": (*BOTH, *H264, *AAC, "-movflags", "frag_keyframe+empty_moov"),
    "mute.webm": (*picture(2), *VP8, "-live", "1"),
}


@pytest.mark.parametrize("name", SOURCES)
async def test_every_video_becomes_an_mp4_that_starts_at_once_and_seeks(name, transcoder, recordings, tmp_path):
    source, target = recordings(name, *SOURCES[name]), tmp_path / "playback.mp4"
    facts = await transcoder.inspect(source, max_seconds=60)

    made = await transcoder.normalise(source, facts, target)

    boxes = clips.top_level_boxes(target)
    assert boxes.index("moov") < boxes.index("mdat")
    assert "moof" not in boxes
    assert clips.movie_seconds(target) == pytest.approx(2.0, abs=0.1)
    assert (made.content_type, made.width, made.height) == ("video/mp4", 320, 240)
    assert made.duration_seconds == pytest.approx(2.0, abs=0.1)
    again = await transcoder.inspect(target, max_seconds=60)
    assert (again.video_codec, again.audio_codec) == ("h264", "aac" if facts.has_audio else None)
    assert again.pixel_format == "yuv420p"


async def test_seeking_lands_on_the_picture_that_is_there(transcoder, recordings, tmp_path):
    """Red for two seconds, then blue: the thumbnail at three seconds is blue, the one at one second is not."""
    source = recordings(
        "two-colours.webm",
        *("-f", "lavfi", "-i", "color=red:size=64x64:rate=10:duration=2"),
        *("-f", "lavfi", "-i", "color=blue:size=64x64:rate=10:duration=2"),
        *("-filter_complex", "[0][1]concat", *VP8, "-live", "1"),
    )
    facts = await transcoder.inspect(source, max_seconds=60)
    made = await transcoder.normalise(source, facts, tmp_path / "playback.mp4")

    for file in (source, made.path):
        for at, colour in ((1.0, "red"), (3.0, "blue"), (99.0, "blue"), (-1.0, "red")):
            await transcoder.thumbnail(file, tmp_path / "x.jpg", at)
            assert _colour(tmp_path / "x.jpg", tmp_path) == colour, (file.name, at)


async def test_what_plays_already_is_copied_and_not_encoded_again(transcoder, recordings, tmp_path):
    source = recordings("phone.mp4", *SOURCES["phone.mp4"])
    facts = await transcoder.inspect(source, max_seconds=60)
    await transcoder.normalise(source, facts, tmp_path / "playback.mp4")

    assert _frame_checksums(source) == _frame_checksums(tmp_path / "playback.mp4")


async def test_where_it_was_filmed_stays_behind(transcoder, recordings, tmp_path):
    source = recordings("located.mp4", *SOURCES["phone.mp4"], "-metadata", "location=+59.9343+030.3351/")
    assert b"loci" in source.read_bytes()  # 3GPP TS 26.244: the location box
    facts = await transcoder.inspect(source, max_seconds=60)
    await transcoder.normalise(source, facts, tmp_path / "playback.mp4")

    assert b"loci" not in (tmp_path / "playback.mp4").read_bytes()


@pytest.mark.parametrize(
    ("size", "rate", "turned", "fitted"),
    [
        ("1920x1080", 60, None, (1280, 720)),
        ("640x480", 30, "90", (480, 640)),
        ("1920x1080", 30, "270", (720, 1280)),
        ("322x242", 50, None, (322, 242)),
        ("2560x600", 10, None, (1280, 300)),
    ],
)
async def test_large_fast_and_turned_videos_fit(size, rate, turned, fitted, transcoder, recordings, tmp_path):
    source = recordings(f"{size}-{rate}.mp4", *picture(1, size, rate), *H264)
    if turned:
        name = f"{size}-{rate}-{turned}.mp4"
        source = recordings(name, "-display_rotation", turned, "-i", str(source), "-c", "copy")
    facts = await transcoder.inspect(source, max_seconds=60)

    made = await transcoder.normalise(source, facts, tmp_path / "playback.mp4")

    again = await transcoder.inspect(made.path, max_seconds=60)
    assert (made.width, made.height) == (again.width, again.height) == fitted
    assert again.rotation == 0
    assert again.frames_per_second == pytest.approx(min(rate, 30), abs=0.5)


async def test_a_camera_that_changes_its_shape_gives_one_steady_picture(transcoder, recordings, tmp_path):
    """A phone turned while recording: 320x240 for a second, then 240x320."""
    lying = recordings("lying.mkv", *picture(1, "320x240"), *H264)
    standing = recordings("standing.mkv", *picture(1, "240x320"), *H264)
    names = tmp_path / "names.txt"
    names.write_text(f"file {lying}\nfile {standing}\n")
    turned = recordings("turned.mkv", "-f", "concat", "-safe", "0", "-i", str(names), "-c", "copy")
    facts = await transcoder.inspect(turned, max_seconds=60)

    made = await transcoder.normalise(turned, MediaFacts(**_without_h264(facts)), tmp_path / "playback.mp4")

    assert (made.width, made.height) == (320, 240)
    assert made.duration_seconds == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("name", ["voice.webm", "voice.ogg", "voice.wav", "voice.m4a"])
async def test_sound_alone_becomes_an_m4a(name, transcoder, recordings, tmp_path):
    codec = {"webm": OPUS, "ogg": OPUS, "wav": (), "m4a": AAC}[name.rpartition(".")[2]]
    source = recordings(name, *tone(2), *codec)
    facts = await transcoder.inspect(source, max_seconds=60)

    made = await transcoder.normalise(source, facts, tmp_path / "playback.m4a")

    boxes = clips.top_level_boxes(made.path)
    assert boxes.index("moov") < boxes.index("mdat")
    assert (made.content_type, made.width) == ("audio/mp4", None)
    assert made.duration_seconds == pytest.approx(2.0, abs=0.1)
    assert (await transcoder.inspect(made.path, max_seconds=60)).audio_codec == "aac"


async def test_progress_is_told_and_ends_at_the_end(transcoder, recordings, tmp_path):
    source = recordings("vp9.webm", *SOURCES["vp9.webm"])
    facts = await transcoder.inspect(source, max_seconds=60)
    told: list[float] = []
    await transcoder.normalise(source, facts, tmp_path / "playback.mp4", progress=told.append)

    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1.0


async def test_speech_audio_is_16_khz_mono_and_as_long_as_the_recording(transcoder, recordings, tmp_path):
    source = recordings("stereo.webm", *picture(2), *tone(2), *VP8, *OPUS, "-ac", "2", "-live", "1")
    await transcoder.extract_audio(source, tmp_path / "speech.wav")

    with wave.open(str(tmp_path / "speech.wav")) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert sound.getnframes() / 16_000 == pytest.approx(2.0, abs=0.05)
        samples = np.frombuffer(sound.readframes(-1), "<i2")
    assert 1000 < np.abs(samples).max() < 32_768


async def test_digital_silence_is_sound(transcoder, recordings, tmp_path):
    source = recordings("silent.webm", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "2", *OPUS)
    await transcoder.extract_audio(source, tmp_path / "speech.wav")

    assert transcoder.waveform(tmp_path / "speech.wav", 10) == [0] * 10


async def test_a_word_after_a_gap_keeps_its_time(transcoder, recordings, tmp_path):
    """The microphone starts a second late and drops out for a second: times in the WAV stay the video's."""
    source = recordings(
        "gaps.mkv",
        *picture(4),
        *tone(4),
        *("-filter_complex", "[1]aselect='between(t,1,1.9)+between(t,3,3.9)'[a]", "-map", "0:v", "-map", "[a]"),
        *(*H264, "-c:a", "pcm_s16le"),
    )
    await transcoder.extract_audio(source, tmp_path / "speech.wav")

    outline = transcoder.waveform(tmp_path / "speech.wav", 8)
    assert [value > 3 for value in outline] == [False, False, True, True, False, False, True, True]


async def test_a_file_that_would_grow_past_its_limit_is_refused_and_removed(
    transcoder, recordings, tmp_path, monkeypatch
):
    source = recordings("voice.webm", *tone(2), *OPUS)
    monkeypatch.setattr(commands, "WAV_BYTES_PER_SECOND", 1)

    with pytest.raises(MediaTooCostly):
        await transcoder.extract_audio(source, tmp_path / "speech.wav")

    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk_is_no_fault_of_the_recording(transcoder, recordings, tmp_path, monkeypatch):
    source = recordings("voice.webm", *tone(2), *OPUS)
    real = commands.speech_audio
    monkeypatch.setattr(
        commands,
        "speech_audio",
        lambda *given: [part.replace(f"file:{given[2]}", "file:/dev/full") for part in real(*given)],
    )

    with pytest.raises(Unavailable):
        await transcoder.extract_audio(source, tmp_path / "speech.wav")


def _frame_checksums(file):
    import subprocess

    from colloquy.providers.transcoder.ffmpeg import find_ffmpeg

    listing = [find_ffmpeg(), "-loglevel", "error", "-i", str(file), "-map", "0:v", "-c", "copy"]
    # In Annex B form, because the length prefix of a copied frame may be written anew.
    listing += ["-bsf:v", "h264_mp4toannexb", "-f", "framemd5", "-"]
    lines = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.rpartition(",")[2] for line in lines if not line.startswith("#")]


def _colour(jpeg, folder):
    clips.ffmpeg("-i", str(jpeg), "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "rgb24", str(folder / "pixel"))
    red, _, blue = (folder / "pixel").read_bytes()
    (folder / "pixel").unlink()
    return "red" if red > blue else "blue"


def _without_h264(facts):
    """As if it had to be encoded: copying keeps both shapes, which is what browsers then show."""
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__} | {"video_codec": "vp8"}
