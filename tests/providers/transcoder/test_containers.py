"""What browsers and phones really send, a row each: understood, as long as it is, upright, playable everywhere."""

from __future__ import annotations

import subprocess
import wave
from dataclasses import dataclass

import pytest

from colloquy.providers.transcoder import commands
from colloquy.providers.transcoder.ffmpeg import find_ffmpeg
from colloquy.providers.transcoder.port import MediaFacts

from . import clips
from .clips import AAC, H264, OPUS, VP8, VP9, tone

SECONDS = 3.0
RED_CORNER = (
    *("-f", "lavfi", "-i", f"color=gray:size=320x240:rate=30:duration={SECONDS}"),
    *("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}"),
)
DRAWN = ("-vf", "drawbox=x=0:y=0:w=80:h=60:color=red:t=fill")
"""A red box in the upper left corner: where it is afterwards says how the picture was turned."""

FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov+default_base_moof", "-g", "30")
SHORT_FRAGMENTS = ("-movflags", "empty_moov+default_base_moof", "-frag_duration", "200000")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1")


@dataclass(frozen=True)
class Sent:
    """A file, how it is made, and what it is."""

    name: str
    options: tuple[str, ...]
    container: str
    codecs: tuple[str | None, str | None]
    turned: int = 0
    size: tuple[int, int] = (320, 240)


SENT = {
    "Chromium, WebM VP8": Sent("a.webm", (*VP8, *OPUS, "-live", "1"), "webm", ("vp8", "opus")),
    "Chromium, WebM VP9": Sent("b.webm", (*VP9, *OPUS, "-live", "1"), "webm", ("vp9", "opus")),
    "Chromium, Matroska H.264": Sent("c.mkv", (*H264, *OPUS, "-live", "1"), "matroska", ("h264", "opus")),
    "Chromium, MP4 H.264 and Opus": Sent("d.mp4", (*H264, *OPUS, *FRAGMENTS), "mp4", ("h264", "opus")),
    "Chromium, MP4 VP9 and Opus": Sent("e.mp4", (*VP9, *OPUS, *FRAGMENTS), "mp4", ("vp9", "opus")),
    "Safari, MP4 in fragments": Sent("f.mp4", (*H264, *AAC, *FRAGMENTS), "mp4", ("h264", "aac")),
    "Safari, MP4 in short fragments": Sent("g.mp4", (*H264, *AAC, *SHORT_FRAGMENTS), "mp4", ("h264", "aac")),
    "Firefox, WebM VP8 of an odd window": Sent(
        "h.webm", ("-s", "321x241", *VP8, *OPUS, "-live", "1"), "webm", ("vp8", "opus"), size=(320, 240)
    ),
    "phone, MOV": Sent("i.mov", (*H264, *AAC), "mp4", ("h264", "aac")),
    "phone, MP4 with its index behind": Sent("j.mp4", (*H264, *AAC), "mp4", ("h264", "aac")),
    "iPhone, HEVC": Sent("k.mov", (*H265, "-pix_fmt", "yuv420p", *AAC), "mp4", ("hevc", "aac")),
    "iPhone, HEVC of ten bits": Sent("l.mov", (*H265, "-pix_fmt", "yuv420p10le", *AAC), "mp4", ("hevc", "aac")),
    "phone turned by 90°": Sent("m.mp4", (*H264, *AAC), "mp4", ("h264", "aac"), turned=90, size=(240, 320)),
    "phone turned by 180°": Sent("n.mov", (*H264, *AAC), "mp4", ("h264", "aac"), turned=180),
    "phone turned by 270°": Sent("o.mov", (*H264, *AAC), "mp4", ("h264", "aac"), turned=270, size=(240, 320)),
    "iPhone, HEVC turned by 90°": Sent(
        "p.mov", (*H265, "-pix_fmt", "yuv420p", *AAC), "mp4", ("hevc", "aac"), turned=90, size=(240, 320)
    ),
}
CORNERS = {0: "upper left", 90: "upper right", 180: "lower right", 270: "lower left"}


@pytest.fixture(scope="module")
def sent(recordings):
    """The file of a row, drawn once."""

    def make(row):
        path = recordings(f"sent-{row.name}", *RED_CORNER, *DRAWN, *row.options)
        if row.turned:
            # ffmpeg's option counts anticlockwise.
            turn = ("-display_rotation", str((360 - row.turned) % 360), "-i", str(path), "-c", "copy")
            path = recordings(f"turned-{row.name}", *turn)
        return path

    return make


@pytest.mark.parametrize("row", SENT.values(), ids=SENT)
async def test_it_is_understood_and_plays_everywhere(row, sent, transcoder, tmp_path):
    source = sent(row)
    facts = await transcoder.inspect(source, max_seconds=60)
    assert (facts.container, facts.video_codec, facts.audio_codec) == (row.container, *row.codecs)
    assert facts.rotation == row.turned
    assert facts.duration_seconds == pytest.approx(SECONDS, abs=0.15)

    await transcoder.extract_audio(source, tmp_path / "audio.wav")
    with wave.open(str(tmp_path / "audio.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(SECONDS, abs=0.1)

    playback = await transcoder.normalise(source, facts, tmp_path / "playback.mp4")
    assert playback.content_type == "video/mp4"
    assert clips.movie_seconds(playback.path) == pytest.approx(SECONDS, abs=0.2)
    assert playback.duration_seconds == pytest.approx(SECONDS, abs=0.2)
    assert (playback.width, playback.height) == row.size
    served = await transcoder.inspect(playback.path, max_seconds=60)
    assert (served.video_codec, served.audio_codec, served.pixel_format) == ("h264", "aac", "yuv420p")
    assert (served.width, served.height, served.rotation) == (*row.size, 0)

    await transcoder.thumbnail(playback.path, tmp_path / "still.jpg", 1.0)
    assert _red_corner(tmp_path / "still.jpg") == CORNERS[row.turned]


def _red_corner(picture):
    """Where the red box is, by the mean colour of each quarter."""
    raw = subprocess.run(
        [
            *(find_ffmpeg(), "-loglevel", "error", "-i", str(picture)),
            *("-vf", "format=gbrp,scale=2:2:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"),
        ],
        check=True,
        capture_output=True,
    ).stdout
    redness = [raw[at] - raw[at + 1] for at in range(0, 12, 3)]
    return ("upper left", "upper right", "lower left", "lower right")[redness.index(max(redness))]


@pytest.mark.parametrize("name", ["dark.webm", "dark.mp4"])
async def test_a_camera_that_slows_down_in_the_dark_keeps_time(name, transcoder, recordings, tmp_path):
    """Thirty pictures a second, then five: everything stays where it was in time."""
    codecs = (*VP8, *OPUS, "-live", "1") if name.endswith("webm") else (*H264, *AAC, *FRAGMENTS)
    flash = "drawbox=x=0:y=0:w=320:h=240:color=white:t=fill:enable='gte(t,2.6)'"
    source = recordings(
        name,
        *("-f", "lavfi", "-i", "color=black:size=320x240:rate=30:duration=4", *tone(4)),
        *("-vf", f"{flash},select='lt(t,2)+not(mod(n,6))'", "-fps_mode", "vfr", *codecs),
    )
    facts = await transcoder.inspect(source, max_seconds=60)
    assert facts.duration_seconds == pytest.approx(4, abs=0.2)
    assert 15 < facts.frames_per_second < 20
    playback = await transcoder.normalise(source, facts, tmp_path / "playback.mp4")
    assert clips.movie_seconds(playback.path) == pytest.approx(4, abs=0.25)
    assert (_brightness(playback.path, 2.2), _brightness(playback.path, 3.0)) == ("dark", "bright")


def _brightness(movie, at):
    command = [find_ffmpeg(), "-loglevel", "error", "-ss", str(at), "-i", str(movie), "-frames:v", "1"]
    command += ["-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    return "bright" if subprocess.run(command, check=True, capture_output=True).stdout[0] > 127 else "dark"


async def test_a_recording_that_was_paused_is_as_long_as_what_was_recorded(transcoder, recordings):
    """A recorder that is paused leaves the pause out, and so does the limit on an answer's length."""
    sound = "aselect='lt(t,1)+gte(t,2)',asetpts=N/SR/TB"
    picture = "select='lt(t,1)+gte(t,2)',setpts=N/30/TB"
    source = recordings(
        "paused.webm",
        *("-f", "lavfi", "-i", "testsrc=size=320x240:rate=30:duration=4", *tone(4)),
        *("-vf", picture, "-af", sound, *VP8, *OPUS, "-live", "1"),
    )
    facts = await transcoder.inspect(source, max_seconds=3.3)
    assert facts.duration_seconds == pytest.approx(3, abs=0.15)


async def test_a_browser_shows_how_long_it_is(transcoder, recordings, tmp_path):
    """The repaired file announces its length; the recorder's own does not."""
    source = recordings("live.webm", *RED_CORNER, *VP8, *OPUS, "-live", "1")
    assert b"\x44\x89" not in source.read_bytes()[:4096]  # the Duration element (RFC 9559)
    facts = await transcoder.inspect(source, max_seconds=60)
    await transcoder.normalise(source, facts, tmp_path / "playback.mp4")
    assert clips.top_level_boxes(tmp_path / "playback.mp4")[:2] == ["ftyp", "moov"]
    assert clips.movie_seconds(tmp_path / "playback.mp4") == pytest.approx(SECONDS, abs=0.2)


def test_ten_bits_are_never_copied():
    facts = MediaFacts("video", "mp4", 1.0, 320, 240, 0, "h264", "aac", True, "yuv420p10le", 30.0)
    assert not commands.copies_video(facts)
