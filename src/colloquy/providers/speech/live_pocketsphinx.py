"""PocketSphinx listening while somebody speaks: about half a second behind, in a child process for each speaker."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from colloquy.providers.speech.pocketsphinx import end_child, written
from colloquy.providers.speech.port import Caption, SpeechRefused, SpeechUnavailable

_WORKER = "colloquy.providers.speech.live_pocketsphinx_worker"


class LivePocketSphinx:
    """The bundled English recogniser, for captions that are made while the words are said."""

    name = "pocketsphinx:en-us"
    languages = frozenset({"en"})

    @asynccontextmanager
    async def open(self, language: str) -> AsyncIterator[_Stream]:
        """See `LiveSpeech`. The child is gone when the block ends, is left by an error or is cancelled."""
        if language not in self.languages:
            raise SpeechRefused(
                "language_not_supported", f"The built-in recogniser knows English only, not {language}."
            )
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", _WORKER,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        except OSError as error:  # no memory or no process left on this machine
            raise SpeechUnavailable("The recogniser could not be started.") from error
        try:
            yield _Stream(child)
        finally:
            await end_child(child)


class _Stream:
    """See `CaptionStream`."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - PIPE was asked for
        self._child, self._sound, self._lines = child, child.stdin, child.stdout

    async def feed(self, pcm: bytes) -> None:
        try:
            self._sound.write(pcm)
            await self._sound.drain()
        except OSError as error:
            raise SpeechUnavailable("The recogniser is gone.") from error

    async def finish(self) -> None:
        self._sound.close()

    async def captions(self) -> AsyncIterator[Caption]:
        continues = False
        async for line in self._lines:
            heard = json.loads(line)
            yield Caption(_sentence(heard["text"], continues=continues, ends=heard["pause"]), heard["final"])
            if heard["final"]:
                continues = not heard["pause"]
        if code := await self._child.wait():
            raise SpeechUnavailable(f"The recogniser ended with status {code}.")


def _sentence(text: str, *, continues: bool, ends: bool) -> str:
    """The words of a breath, written as a sentence (see `pocketsphinx`); one cut for its length goes on."""
    words = [written(word, opens_sentence=at == 0 and not continues) for at, word in enumerate(text.split())]
    return " ".join(words) + ("." if words and ends else "")
