"""What is refused, with which code, and that refusing it touches nothing else."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from colloquy.providers.transcoder import commands
from colloquy.providers.transcoder.commands import Source
from colloquy.providers.transcoder.ffmpeg import FfmpegTranscoder
from colloquy.providers.transcoder.port import (
    BrokenMedia,
    EmptyFile,
    MediaRejected,
    MediaTooCostly,
    NoPicture,
    NotMedia,
    TooLarge,
)
from colloquy.providers.transcoder.sniff import Container

from . import clips
from .clips import AAC, H264, OPUS, VP8, picture, tone

SHORT = (*picture(1), *VP8, "-live", "1")


async def code_of(transcoder: FfmpegTranscoder, path: Path, content: bytes | None = None) -> str:
    if content is not None:
        await asyncio.to_thread(path.write_bytes, content)
    with pytest.raises(MediaRejected) as refused:
        await transcoder.inspect(path, max_seconds=600)
    assert refused.value.message.endswith((".", "below.")), "a person reads this"
    return refused.value.code


async def test_an_empty_file(transcoder, tmp_path):
    assert await code_of(transcoder, tmp_path / "answer.webm", b"") == "empty_file"


async def test_text_that_calls_itself_webm(transcoder, tmp_path):
    assert await code_of(transcoder, tmp_path / "answer.webm", b"I would restart the server.\n" * 99) == "not_media"


@pytest.mark.parametrize(
    "head", [b"GIF89a", b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"<svg", b"\x7fELF"]
)
async def test_other_kinds_of_file(head, transcoder, tmp_path):
    assert await code_of(transcoder, tmp_path / "answer.mp4", head + bytes(5000)) == "not_media"


async def test_another_kind_of_matroska(transcoder, tmp_path):
    head = b"\x1a\x45\xdf\xa3\x93\x42\x82\x88" + b"notvideo" + bytes(200)
    assert await code_of(transcoder, tmp_path / "answer.webm", head) == "not_media"


async def test_a_beginning_with_nothing_behind_it(transcoder, recordings, tmp_path):
    whole = recordings("short.webm", *SHORT).read_bytes()
    assert await code_of(transcoder, tmp_path / "answer.webm", whole[:300]) == "broken_media"


async def test_noise_behind_an_honest_beginning(transcoder, recordings, tmp_path):
    whole = recordings("short.webm", *SHORT).read_bytes()
    noise = whole[:64] + bytes((index * 7919 + 13) % 251 for index in range(40_000))
    assert await code_of(transcoder, tmp_path / "answer.webm", noise) == "broken_media"


async def test_a_movie_whose_index_was_cut_off(transcoder, recordings, tmp_path):
    whole = recordings("indexed.mp4", *picture(2), *H264).read_bytes()
    assert await code_of(transcoder, tmp_path / "answer.mp4", whole[: len(whole) // 2]) == "broken_media"


async def test_a_codec_that_no_recorder_uses_is_named(transcoder, recordings):
    clip = recordings("old.mov", *picture(1), "-c:v", "qtrle")
    with pytest.raises(NotMedia, match="qtrle"):
        await transcoder.inspect(clip, max_seconds=60)


async def test_more_bytes_than_are_read(transcoder, recordings):
    clip = recordings("short.webm", *SHORT)
    with pytest.raises(TooLarge) as refused:
        await FfmpegTranscoder(transcoder.ffmpeg, max_bytes=1000).inspect(clip, max_seconds=60)
    assert (refused.value.status, refused.value.code) == (413, "too_large")


@pytest.mark.parametrize(("side", "in_container"), [(16_383, True), (16_383, False), (12_000, False)])
async def test_a_picture_of_hundreds_of_millions_of_pixels(side, in_container, transcoder, recordings, tmp_path):
    """Forty kilobytes of file, 400 MB for each frame of it, whether or not the container admits that."""
    clip = recordings("short.webm", *SHORT)
    bomb = clips.with_announced_size(clip, tmp_path / "bomb.webm", side, in_container=in_container)

    assert await code_of(transcoder, bomb) == "media_too_costly"


async def test_a_million_packets_in_a_minute(transcoder, recordings):
    """Raw sound, one sample a packet: a file of an honest size that takes minutes to list."""
    bomb = recordings(
        "flood.mkv", *tone(60), "-ar", "2000", "-c:a", "pcm_s16le", "-af", "asetnsamples=1", "-f", "matroska"
    )
    with pytest.raises(MediaTooCostly):
        await transcoder.inspect(bomb, max_seconds=90)


@contextmanager
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A web server that answers nothing and remembers who came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[bytes] = []

        def serve() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                came.append(visitor.recv(100))
                visitor.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def playlist(folder: Path, name: str, another_recording: Path) -> Iterator[tuple[Path, list[bytes]]]:
    """A playlist that names a recording on our disk and an address, and who came to that address."""
    with listener() as (port, came):
        path = folder / name
        path.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{another_recording}\n"
            f"#EXTINF:1,\nhttp://127.0.0.1:{port}/x.ts\n#EXT-X-ENDLIST\n"
        )
        yield path, came


async def ran(*command: str) -> int:
    """Without the sandbox: it has no network, which would hide what ffmpeg tries."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    return await process.wait()


@pytest.mark.parametrize("name", ["answer.avi", "answer.webm", "answer.m3u8"])
async def test_a_playlist_reads_no_file_and_calls_nobody(name, transcoder, recordings, tmp_path):
    with playlist(tmp_path, name, recordings("hers.ts", *tone(1), *AAC)) as (path, came):
        assert await code_of(transcoder, path) == "not_media"
        # Should a playlist ever be taken for a movie, the reader it is forced into still refuses it.
        for source in (Source(path, container) for container in Container):
            assert await ran(*commands.list_packets(transcoder.ffmpeg, source)) != 0
            assert await ran(*commands.speech_audio(transcoder.ffmpeg, source, tmp_path / "x.wav")) != 0
        assert came == []
    assert not (tmp_path / "x.wav").exists() or (tmp_path / "x.wav").stat().st_size < 100


async def test_a_playlist_would_be_followed_without_our_lists(transcoder, recordings, tmp_path):
    """So that the test above can fail."""
    with playlist(tmp_path, "answer.m3u8", recordings("hers.ts", *tone(1), *AAC)) as (path, came):
        freely = (transcoder.ffmpeg, "-loglevel", "quiet", "-nostdin", "-y", "-protocol_whitelist", "file,http,tcp")
        assert await ran(*freely, "-i", str(path), str(tmp_path / "x.wav")) == 0
        assert came != []
    assert (tmp_path / "x.wav").stat().st_size > 40_000


async def test_a_movie_that_points_to_another_file_reads_its_own_bytes_only(transcoder, recordings, tmp_path):
    """QuickTime may keep its samples elsewhere (`dref`); that elsewhere could be any file of ours."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(recordings("tone.wav", *tone(1)).read_bytes())
    movie = recordings("plain.mov", *tone(1), "-c:a", "pcm_s16le").read_bytes()
    at = movie.index(b"url \x00\x00\x00\x01")
    pointing = movie[:at] + b"url \x00\x00\x00\x00" + movie[at + 8 :]
    (tmp_path / "answer.mov").write_bytes(pointing)

    try:
        await transcoder.extract_audio(tmp_path / "answer.mov", tmp_path / "out.wav")
    except MediaRejected:
        return
    assert (tmp_path / "out.wav").stat().st_size < 40_000  # its own second of sound and no more


async def test_every_maker_refuses_what_is_not_media(transcoder, recordings, tmp_path):
    text = tmp_path / "answer.webm"
    text.write_text("not a recording")
    empty = tmp_path / "empty.webm"
    empty.touch()
    with pytest.raises(NotMedia):
        await transcoder.extract_audio(text, tmp_path / "x.wav")
    with pytest.raises(EmptyFile):
        await transcoder.thumbnail(empty, tmp_path / "x.jpg", 0)
    with pytest.raises(NoPicture):
        await transcoder.thumbnail(recordings("hum.webm", *tone(1), *OPUS), tmp_path / "x.jpg", 0)
    facts = await transcoder.inspect(recordings("short.webm", *SHORT), max_seconds=60)
    half = tmp_path / "half.webm"
    half.write_bytes(recordings("short.webm").read_bytes()[:300])
    with pytest.raises(BrokenMedia):
        await transcoder.normalise(half, facts, tmp_path / "x.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.webm", "empty.webm", "half.webm"]
