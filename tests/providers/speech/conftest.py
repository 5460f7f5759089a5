from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

# `spoken_audio` and `speech_server` are shared by the tests of this folder, which is not a package.
sys.path.insert(0, str(Path(__file__).parent))

from speech_server import TranscriptionServer
from spoken_audio import SPOKEN, quiet, save, vowel

from colloquy.providers.speech.voice import SAMPLE_RATE


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`SPOKEN`, said by flite, one sentence at a time."""
    if shutil.which("flite") is None:
        pytest.skip("flite is not installed: nobody to speak")
    folder = tmp_path_factory.mktemp("speech")
    pieces = [quiet(0.6)]
    for sentence in re.split(r"(?<=\.) ", SPOKEN):
        subprocess.run(["flite", "-voice", "rms", "-t", sentence, "-o", str(folder / "one.wav")], check=True)
        with wave.open(str(folder / "one.wav")) as one:
            assert one.getframerate() == SAMPLE_RATE
            pieces += [np.frombuffer(one.readframes(one.getnframes()), np.int16), quiet(0.9)]
    return save(folder / "speech.wav", np.concatenate(pieces))


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """Three seconds of voice-like sound between silences; no words in it."""
    return save(tmp_path / "hum.wav", np.concatenate([quiet(1.0), vowel(3.0), quiet(1.0)]))


@pytest.fixture
def silence(tmp_path: Path) -> Path:
    return save(tmp_path / "silence.wav", quiet(5.0))


@pytest.fixture
async def transcription_server() -> AsyncIterator[TranscriptionServer]:
    serving = TranscriptionServer()
    tasks: set[asyncio.Task[None]] = set()

    def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(serving.serve(reader, writer)))

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0, limit=1 << 20)
    serving.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield serving
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.wait_closed()
