"""Reads ffmpeg's `framecrc` listing: one line per packet, the same in every version since 4.

Format: https://ffmpeg.org/ffmpeg-formats.html#framecrc - `#key stream: value` headers, then
`stream, dts, pts, duration, size, checksum` with times in the stream's time base.
"""

from __future__ import annotations

from dataclasses import dataclass

# Twice what the densest honest recording holds: 120 pictures and 100 sound packets a second.
_PACKETS_PER_SECOND = 500
_FREE_PACKETS = 5_000


@dataclass(slots=True)
class Track:
    """One stream as listed. `end` is where its last packet ends, in seconds."""

    kind: str = ""
    codec: str = ""
    tick_seconds: float = 1.0
    width: int | None = None
    height: int | None = None
    packets: int = 0
    end: float = 0.0


class PacketListing:
    """Fed with the listing as it arrives; keeps one Track per stream and no packet."""

    def __init__(self, max_seconds: float) -> None:
        self.tracks: dict[int, Track] = {}
        self._max_seconds = max_seconds
        self._max_packets = int(max_seconds * _PACKETS_PER_SECOND) + _FREE_PACKETS
        self._rest = b""

    @property
    def seconds(self) -> float:
        """Where the last packet of any track ends."""
        return max((track.end for track in self.tracks.values()), default=0.0)

    @property
    def too_many(self) -> bool:
        """More packets than any recording of the allowed length can hold."""
        return sum(track.packets for track in self.tracks.values()) > self._max_packets

    def feed(self, piece: bytes) -> bool:
        """Take the next piece of the listing; False when it already runs past what is allowed."""
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line.startswith(b"#"):
                self._describe(line.decode("ascii", "replace"))
            elif line:
                self._count(line)
        return self.seconds <= self._max_seconds and not self.too_many

    def first(self, kind: str) -> Track | None:
        """The first track of a kind (`video` or `audio`) that has any packet."""
        for _, track in sorted(self.tracks.items()):
            if track.kind == kind and track.packets:
                return track
        return None

    def _describe(self, line: str) -> None:
        head, _, value = line[1:].partition(": ")
        key, _, number = head.partition(" ")
        if not number.isdecimal():
            return
        track = self.tracks.setdefault(int(number), Track())
        match key:
            case "tb":
                numerator, _, denominator = value.partition("/")
                track.tick_seconds = int(numerator) / int(denominator)
            case "media_type":
                track.kind = value
            case "codec_id":
                track.codec = value
            case "dimensions":
                width, _, height = value.partition("x")
                track.width, track.height = int(width), int(height)

    def _count(self, line: bytes) -> None:
        stream, dts, pts, duration, _ = line.split(b",", 4)
        track = self.tracks[int(stream)]
        track.packets += 1
        # A packet without a presentation time is listed with its decoding time's sentinel; dts is always set.
        time = max(_ticks(pts), _ticks(dts)) + max(_ticks(duration), 0)
        track.end = max(track.end, time * track.tick_seconds)


def _ticks(field: bytes) -> int:
    """A time field; ffmpeg prints an unset one as its 64-bit minimum or as NOPTS."""
    field = field.strip()
    return -(1 << 63) if field == b"NOPTS" else int(field)
