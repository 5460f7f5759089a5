from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from colloquy.providers.transcoder.ffmpeg import FfmpegTranscoder, find_ffmpeg

from . import clips

Recorder = Callable[..., Path]


@pytest.fixture(scope="session")
def transcoder() -> FfmpegTranscoder:
    return FfmpegTranscoder(find_ffmpeg())


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    """Makes a recording once a session: `recordings("name.webm", *ffmpeg_arguments)`."""
    folder = tmp_path_factory.mktemp("recordings")
    made: dict[str, Path] = {}

    def make(name: str, *arguments: str) -> Path:
        if name not in made:
            made[name] = folder / name
            clips.ffmpeg(*arguments, str(made[name]))
        return made[name]

    return make
