"""PocketSphinx, the recogniser that is always there: its English model comes inside its wheel.

Its word error rate is several times that of Whisper, so everything it hears is labelled low accuracy.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from colloquy.providers.speech.port import (
    HeardWord,
    SpeechCapabilities,
    SpeechRefused,
    SpeechUnavailable,
    Transcript,
    transcript_from_words,
)

_WORKER = "colloquy.providers.speech.pocketsphinx_worker"
_PCM_BYTES_PER_SECOND = 32_000
_START_SECONDS = 60.0  # a cold disk and a busy machine; the model itself loads in half a second
_SECONDS_PER_AUDIO_SECOND = 4.0  # measured 0.15 on an idle core; the rest is for a machine with much to do
_CONTINUES = 0.05  # seconds; utterances closer than this were cut for length, not at a pause


class PocketSphinx:
    """The bundled English recogniser, run in a child process for each recording."""

    name = "pocketsphinx:en-us"
    capabilities = SpeechCapabilities(
        languages=frozenset({"en"}), word_times=True, confidence=True, low_accuracy=True, local=True, live=True
    )

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """See `SpeechToText`. Sentences end where the speaker pauses; the full stops are ours."""
        if language != "en":
            raise SpeechRefused(
                "language_not_supported",
                f"The built-in recogniser knows English only, not “{language}”. "
                "Set up faster-whisper or the OpenAI API to transcribe this language.",
            )
        heard = await _run_worker(audio)
        return transcript_from_words(
            list(_sentences(heard["utterances"])),
            language=language,
            recogniser=self.name,
            speech_seconds=round(heard["speech_seconds"], 3),
            audio_seconds=round(heard["audio_seconds"], 3),
            low_accuracy=True,
        )


async def _run_worker(audio: Path) -> dict[str, Any]:
    """The worker's document. The child is gone when this returns, raises or is cancelled."""
    try:
        size = (await asyncio.to_thread(audio.stat)).st_size
    except OSError as error:
        raise SpeechRefused("unreadable_audio", "The audio file is not there.") from error
    limit = _START_SECONDS + _SECONDS_PER_AUDIO_SECOND * size / _PCM_BYTES_PER_SECOND
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", _WORKER, os.fspath(audio),
        stdin=asyncio.subprocess.PIPE,  # kept open and silent: see the worker
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        # Not communicate(): newer Pythons close standard input there, which tells the child to leave.
        assert child.stdout is not None and child.stderr is not None  # noqa: S101, PT018 - PIPE was asked for
        async with asyncio.timeout(limit):
            out, complaint, code = await asyncio.gather(child.stdout.read(), child.stderr.read(), child.wait())
    except TimeoutError as error:
        raise SpeechUnavailable(f"The recogniser did not finish within {limit:.0f} s.") from error
    finally:
        await end_child(child)
    return _answer(out, complaint, code)


async def end_child(child: asyncio.subprocess.Process) -> None:
    """The process is gone when this returns."""
    if child.returncode is None:
        child.kill()
        await child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _answer(out: bytes, complaint: bytes, code: int) -> dict[str, Any]:
    if code != 0:
        last_line = complaint.decode(errors="replace").strip().rpartition("\n")[2][:300]
        raise SpeechUnavailable(f"The recogniser ended with status {code}: {last_line}")
    answer: dict[str, Any] = json.loads(out)
    if "refused" in answer:
        raise SpeechRefused(**answer["refused"])
    return answer


def _sentences(utterances: list[dict[str, Any]]) -> Iterator[HeardWord]:
    """The words of all utterances, each utterance written as a sentence.

    The recogniser knows neither capitals nor full stops. Without them a quote does not read as one, so an
    utterance begins with a capital and ends with a full stop, unless it was only cut for its length.
    """
    spoken = [utterance for utterance in utterances if utterance["words"]]
    continued = False
    for position, utterance in enumerate(spoken):
        following = spoken[position + 1] if position + 1 < len(spoken) else None
        continues = following is not None and following["start"] - utterance["end"] < _CONTINUES
        for number, word in enumerate(utterance["words"]):
            is_last = number == len(utterance["words"]) - 1
            yield HeardWord(
                text=written(word["text"], opens_sentence=number == 0 and not continued),
                start=word["start"],
                end=word["end"],
                confidence=word["confidence"],
                tail="." if is_last and not continues else "",
            )
        continued = continues


def written(word: str, *, opens_sentence: bool) -> str:
    """The word as it is written: the recogniser knows no capitals."""
    if opens_sentence or word == "i" or word.startswith("i'"):
        return word[:1].upper() + word[1:]
    return word
