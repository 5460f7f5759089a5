"""What every recogniser that listens to a live speaker promises; and the bundled one's child process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from spoken_audio import SPOKEN, quiet

from colloquy.providers.speech.fake import FakeLiveSpeech
from colloquy.providers.speech.live_pocketsphinx import LivePocketSphinx
from colloquy.providers.speech.port import Caption, CaptionStream, LiveSpeech, SpeechRefused, SpeechUnavailable

PIECE = 6_400
"""Bytes of 0.2 s, as a browser sends them."""


@pytest.fixture(params=["fake", "pocketsphinx"])
def live(request: pytest.FixtureRequest) -> LiveSpeech:
    return FakeLiveSpeech(SPOKEN) if request.param == "fake" else LivePocketSphinx()


@pytest.fixture
def pcm(speech: Path) -> bytes:
    return speech.read_bytes()[44:]


async def listen(live: LiveSpeech, pcm: bytes) -> list[Caption]:
    async with live.open("en") as stream:
        return await asyncio.wait_for(_feed_all(stream, pcm), 60)


async def _feed_all(stream: CaptionStream, pcm: bytes) -> list[Caption]:
    async def read() -> list[Caption]:
        return [caption async for caption in stream.captions()]

    reading = asyncio.create_task(read())
    for at in range(0, len(pcm), PIECE):
        await stream.feed(pcm[at : at + PIECE])
    await stream.finish()
    return await reading


def words(captions: list[Caption]) -> set[str]:
    return set(" ".join(one.text for one in captions if one.final).lower().replace(".", "").split())


async def test_what_is_said_becomes_captions(live: LiveSpeech, pcm: bytes) -> None:
    captions = await listen(live, pcm)

    said = set(SPOKEN.lower().replace(".", "").split())
    assert len(said & words(captions)) >= 0.8 * len(said)
    assert captions[-1].final


async def test_words_appear_before_the_speaker_has_finished(live: LiveSpeech, pcm: bytes) -> None:
    async with live.open("en") as stream:
        for at in range(0, 3 * 32_000, PIECE):  # three of eight seconds, in the middle of a sentence
            await stream.feed(pcm[at : at + PIECE])

        async def first_words() -> Caption:
            async for caption in stream.captions():
                if len(caption.text.split()) >= 4:
                    return caption
            raise AssertionError("no words")

        caption = await asyncio.wait_for(first_words(), 30)

    assert caption.text.startswith("I measured")
    assert not caption.final


async def test_silence_has_no_captions(live: LiveSpeech) -> None:
    silence = bytes(5 * 32_000)
    assert await listen(live, silence) == []


async def test_nothing_fed_is_no_fault(live: LiveSpeech) -> None:
    assert await listen(live, b"") == []


async def test_a_language_it_does_not_know_is_refused(live: LiveSpeech) -> None:
    with pytest.raises(SpeechRefused) as refusal:
        async with live.open("zu"):
            pass

    assert refusal.value.code == "language_not_supported"


async def test_two_speakers_are_apart(live: LiveSpeech, pcm: bytes) -> None:
    spoken, silent = await asyncio.gather(listen(live, pcm), listen(live, bytes(3 * 32_000)))

    assert len(words(spoken)) > 8
    assert silent == []


async def test_a_quiet_room_is_no_voice() -> None:
    assert await listen(LivePocketSphinx(), quiet(4.0, level=14.0).tobytes()) == []


async def test_each_breath_reads_as_a_sentence(pcm: bytes) -> None:
    final = [caption.text for caption in await listen(LivePocketSphinx(), pcm) if caption.final]

    assert len(final) == 2  # there are 0.9 s between the sentences
    assert all(text[0].isupper() and text.endswith(".") and "(" not in text for text in final)


async def test_somebody_who_never_pauses_is_cut(pcm: bytes) -> None:
    breathless = pcm[32_000 : int(3.6 * 32_000)] * 8  # the first sentence again and again, without its silences

    captions = await listen(LivePocketSphinx(), breathless)

    assert len([caption for caption in captions if caption.final]) >= 2
    assert max(len(caption.text) for caption in captions) < 400


async def test_the_child_is_gone_when_the_stream_is_left(pcm: bytes) -> None:
    before = _children()
    async with LivePocketSphinx().open("en") as stream:
        await stream.feed(pcm[:64_000])
        assert len(_children() - before) == 1

    assert _children() == before


async def test_the_child_is_gone_when_the_listener_is_cancelled() -> None:
    before = _children()

    async def hold() -> None:
        async with LivePocketSphinx().open("en") as stream:
            async for _ in stream.captions():
                pass

    task = asyncio.create_task(hold())
    await _until(lambda: _children() - before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert _children() == before


async def test_a_child_that_is_killed_is_a_passing_fault() -> None:
    before = _children()
    async with LivePocketSphinx().open("en") as stream:
        for child in _children() - before:
            os.kill(child, signal.SIGKILL)
        with pytest.raises(SpeechUnavailable, match="status -9"):
            await anext(_aiter(stream))
        with pytest.raises(SpeechUnavailable):
            for _ in range(100):
                await stream.feed(bytes(PIECE))


async def test_the_child_dies_with_its_parent() -> None:
    program = (
        "import asyncio\n"
        "from colloquy.providers.speech.live_pocketsphinx import LivePocketSphinx\n"
        "async def main():\n"
        "    async with LivePocketSphinx().open('en') as stream:\n"
        "        await stream.feed(bytes(6400))\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", program])
    await _until(lambda: _children(parent.pid))
    (child,) = _children(parent.pid)

    parent.kill()
    await asyncio.to_thread(parent.wait)

    await _until(lambda: not Path(f"/proc/{child}").exists())


async def _aiter(stream: CaptionStream) -> AsyncIterator[Caption]:
    async for caption in stream.captions():
        yield caption


def _children(of: int | None = None) -> set[int]:
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if int(parent) == (of or os.getpid()) and state != "Z":
            found.add(int(status.parent.name))
    return found


async def _until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
