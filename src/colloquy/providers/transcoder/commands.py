"""The command lines given to ffmpeg. Nothing a stranger wrote is ever in one: only paths of our own making."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from colloquy.providers.transcoder.port import MediaFacts
from colloquy.providers.transcoder.sniff import DEMUXERS, Container

# A frame of DCI 4K. Phones record up to 3840x2160; what is larger is refused before any of it is decoded.
MAX_PIXELS = 4096 * 2304
LONG_SIDE, SHORT_SIDE = 1280, 720
MAX_RATE = 30
WAV_BYTES_PER_SECOND = 32_000

# Codec (by ffmpeg's codec id) and the decoders that may be used for it. What is not listed cannot run.
DECODERS = {
    "vp8": "vp8,libvpx",
    "vp9": "vp9,libvpx-vp9",
    "av1": "libdav1d,libaom-av1,av1",
    "h264": "h264",
    "hevc": "hevc",
    "mpeg4": "mpeg4",
    "h263": "h263",
    "opus": "opus,libopus",
    "vorbis": "vorbis,libvorbis",
    "aac": "aac,aac_fixed",
    "mp3": "mp3float,mp3",
    "flac": "flac",
    "alac": "alac",
    "amr_nb": "amrnb,libopencore_amrnb",
    "amr_wb": "amrwb,libopencore_amrwb",
    "pcm_s16le": "pcm_s16le",
    "pcm_s16be": "pcm_s16be",
    "pcm_s24le": "pcm_s24le",
    "pcm_s32le": "pcm_s32le",
    "pcm_f32le": "pcm_f32le",
    "pcm_u8": "pcm_u8",
    "pcm_mulaw": "pcm_mulaw",
    "pcm_alaw": "pcm_alaw",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose container is known from its content."""

    path: Path
    container: Container


def reading(ffmpeg: str, source: Source, *, level: str = "error", seek: float = 0.0) -> list[str]:
    """The part of every command up to the input: one reader, local files only, known decoders only."""
    demuxer = DEMUXERS[source.container]
    return [
        *(ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", level, "-y"),
        *("-f", demuxer.name, "-format_whitelist", demuxer.allowed),
        *("-protocol_whitelist", "file", "-codec_whitelist", ",".join(DECODERS.values())),
        *("-max_pixels", str(MAX_PIXELS), "-threads", "2"),
        *(("-ss", f"{seek:.3f}") if seek > 0 else ()),
        *("-i", f"file:{source.path}"),
    ]


def list_packets(ffmpeg: str, source: Source) -> list[str]:
    """List every packet of the first picture and sound track on stdout, decoding nothing (`packets.py`)."""
    # `V` leaves out cover pictures; a question mark makes a track optional.
    tracks = ("-map", "0:V:0?", "-map", "0:a:0?")
    return [*reading(ffmpeg, source, level="info"), *tracks, "-c", "copy", "-f", "framecrc", "pipe:1"]


def decode_one_frame(ffmpeg: str, source: Source, *, video: bool, audio: bool) -> list[str]:
    """Decode one frame of each track and print a line for it: `framecrc` for a picture, `framemd5` for sound.

    Two outputs and two forms, because one output that waits for both tracks ends early in ffmpeg 7.
    """
    command = reading(ffmpeg, source)
    if video:
        command += ["-map", "0:V:0", "-frames:v", "1", "-f", "framecrc", "pipe:1"]
    if audio:
        command += ["-map", "0:a:0", "-frames:a", "1", "-f", "framemd5", "pipe:1"]
    return command


def speech_audio(ffmpeg: str, source: Source, target: Path) -> list[str]:
    """16 kHz mono WAV. `async` turns gaps into silence and `first_pts` a late start, so times stay true."""
    return [
        *reading(ffmpeg, source),
        *("-map", "0:a:0", "-af", "aresample=16000:async=1:first_pts=0", "-ac", "1"),
        *("-c:a", "pcm_s16le", "-fflags", "+bitexact", "-map_metadata", "-1", "-f", "wav", f"file:{target}"),
    ]


def playback(ffmpeg: str, source: Source, facts: MediaFacts, target: Path) -> list[str]:
    """MP4 with its index in front. Tracks that browsers play already are copied; metadata (a phone writes
    where it was) stays behind.
    """
    tracks: list[str] = []
    if facts.kind == "video":
        tracks += ["-map", "0:V:0", *(("-c:v", "copy") if copies_video(facts) else _h264(facts))]
    if facts.has_audio:
        tracks += ["-map", "0:a:0", *(("-c:a", "copy") if copies_audio(facts) else _aac())]
    return [
        *reading(ffmpeg, source),
        *tracks,
        *("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"),
        *("-progress", "pipe:1", f"file:{target}"),
    ]


def still(ffmpeg: str, source: Source, target: Path, at_seconds: float) -> list[str]:
    """One JPEG, at most 640 pixels wide."""
    return [
        *reading(ffmpeg, source, seek=at_seconds),
        *("-map", "0:V:0", "-frames:v", "1", "-vf", "scale='min(640,iw)':-2:out_range=full,format=yuvj420p"),
        *("-c:v", "mjpeg", "-q:v", "4", "-map_metadata", "-1"),
        *("-f", "image2", "-update", "1", f"file:{target}"),
    ]


def copies_video(facts: MediaFacts) -> bool:
    """Whether every browser plays the picture as it is: H.264, 8-bit 4:2:0, upright, within size and rate."""
    return (
        facts.video_codec == "h264"
        and facts.pixel_format in {"yuv420p", "yuvj420p"}
        and facts.rotation == 0
        and fitted_size(facts) == (facts.width, facts.height)
        and facts.frames_per_second is not None
        and facts.frames_per_second <= MAX_RATE * 1.02  # phones say 30 and mean 30.02
    )


def copies_audio(facts: MediaFacts) -> bool:
    """Whether the sound is AAC already, in a container that keeps its configuration."""
    return facts.audio_codec == "aac" and facts.container == Container.MP4


def fitted_size(facts: MediaFacts) -> tuple[int, int]:
    """Width and height after turning, scaled down to fit 1280x720 (720x1280 upright), both even."""
    width, height = facts.width or 2, facts.height or 2
    if facts.rotation in {90, 270}:
        width, height = height, width
    scale = min(1.0, LONG_SIDE / max(width, height), SHORT_SIDE / min(width, height))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def steady_rate(facts: MediaFacts) -> int:
    """A constant whole rate near the recording's average (cameras drop frames in the dark), 1 to 30."""
    return max(1, min(MAX_RATE, round(facts.frames_per_second or MAX_RATE)))


def _h264(facts: MediaFacts) -> list[str]:
    width, height = fitted_size(facts)
    rate = steady_rate(facts)
    # A phone turned while recording changes the picture's shape: fit and pad keep the file one size.
    shape = f"scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1"
    return [
        *("-vf", f"fps={rate},{shape},format=yuv420p", "-c:v", "libx264", "-threads", "2"),
        *("-preset", "veryfast", "-crf", "25", "-maxrate", "2500k", "-bufsize", "5000k"),
        *("-profile:v", "high", "-level", "3.1"),
        # A key frame every two seconds: a click on a quote lands within two seconds' decoding.
        *("-g", str(rate * 2)),
    ]


def _aac() -> list[str]:
    return ["-af", "aresample=48000:async=1:first_pts=0", "-ac", "1", "-c:a", "aac", "-b:a", "96k"]
