"""The bundled recogniser and its child process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from spoken_audio import quiet, save, vowel

from colloquy.providers.speech import pocketsphinx
from colloquy.providers.speech.pocketsphinx import PocketSphinx
from colloquy.providers.speech.port import SpeechRefused, SpeechUnavailable


async def test_every_utterance_reads_as_a_sentence(speech: Path) -> None:
    transcript = await PocketSphinx().transcribe(speech, language="en")

    first, second, rest = transcript.text.split(".")
    assert first.startswith("I")
    assert "the time of every request" in first
    assert second.startswith(" After two weeks")
    assert rest == ""
    assert not any(mark in transcript.text for mark in "<>[]()_")
    assert all(word.confidence is not None and 0 <= word.confidence <= 1 for word in transcript.words)
    assert transcript.low_accuracy


async def test_word_times_point_at_the_words(speech: Path) -> None:
    transcript = await PocketSphinx().transcribe(speech, language="en")

    after = next(word for word in transcript.words if word.text == "After")
    before = transcript.words[transcript.words.index(after) - 1]
    assert after.start - before.end > 0.5  # the pause between the sentences stands between their words
    assert 0.5 < transcript.words[0].start < 0.9


async def test_russian_is_refused_with_a_way_out(speech: Path) -> None:
    with pytest.raises(SpeechRefused, match="faster-whisper or the OpenAI API") as refusal:
        await PocketSphinx().transcribe(speech, language="ru")

    assert refusal.value.code == "language_not_supported"


async def test_a_decoder_out_of_time_is_ended(speech: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pocketsphinx, "_START_SECONDS", 0.2)
    monkeypatch.setattr(pocketsphinx, "_SECONDS_PER_AUDIO_SECOND", 0.0)
    children = _children()

    with pytest.raises(SpeechUnavailable, match="did not finish"):
        await PocketSphinx().transcribe(speech, language="en")

    assert _children() == children


async def test_a_cancelled_transcription_leaves_no_process(speech: Path) -> None:
    children = _children()
    task = asyncio.create_task(PocketSphinx().transcribe(speech, language="en"))
    await _until(lambda: _children() - children)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert _children() == children


async def test_a_decoder_that_is_killed_is_a_passing_fault(speech: Path) -> None:
    children = _children()
    task = asyncio.create_task(PocketSphinx().transcribe(speech, language="en"))
    await _until(lambda: _children() - children)

    for child in _children() - children:
        os.kill(child, signal.SIGKILL)

    with pytest.raises(SpeechUnavailable, match="status -9"):
        await task


async def test_the_decoder_dies_with_its_parent(tmp_path: Path) -> None:
    long = save(tmp_path / "long.wav", np.tile(np.concatenate([vowel(1.0), quiet(0.6)]), 1_000))
    program = (
        "import asyncio, sys; from pathlib import Path;"
        "from colloquy.providers.speech.pocketsphinx import PocketSphinx;"
        "asyncio.run(PocketSphinx().transcribe(Path(sys.argv[1]), language='en'))"
    )
    parent = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", program, str(long)])
    await _until(lambda: _children(parent.pid))
    (child,) = _children(parent.pid)

    parent.kill()
    await asyncio.to_thread(parent.wait)

    await _until(lambda: not _runs(child), seconds=20)  # decoding all of it takes minutes


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


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def _until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
