"""`colloquy transcribe`: any media file in, a transcript as JSON out, and a clear word for what is none."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from colloquy.providers.transcoder.ffmpeg import find_ffmpeg

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def transcribe(colloquy):
    async def run(file: Path, *options: str):
        return await colloquy("transcribe", str(file), *options, COLLOQUY_RECOGNISER="pocketsphinx")

    return run


async def test_a_spoken_answer_becomes_text_with_times(transcribe):
    result = await transcribe(SAMPLES / "weak" / "answer-2.webm")

    assert result.exit_code == 0, result.output
    transcript = json.loads(result.stdout)
    assert "good example for this question" in transcript["text"]
    assert transcript["recogniser"] == "pocketsphinx:en-us"
    assert 0 < transcript["confidence"] <= 1
    for word in transcript["words"]:
        assert transcript["text"][word["start_char"] : word["end_char"]] == word["text"]
        assert 0 <= word["start"] <= word["end"] <= transcript["audio_seconds"]
    assert "Listening to" in result.stderr


async def test_silence_has_no_words(transcribe):
    result = await transcribe(SAMPLES / "weak" / "answer-3.webm")

    assert result.exit_code == 0
    transcript = json.loads(result.stdout)
    assert (transcript["text"], transcript["words"], transcript["confidence"]) == ("", [], None)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "The file is empty"), (b"only some words\n" * 100, "not a video or audio recording")]
)
async def test_a_file_that_is_no_recording(transcribe, tmp_path, content, said):
    file = tmp_path / "answer.webm"
    file.write_bytes(content)

    result = await transcribe(file)

    assert result.exit_code == 2
    assert "answer.webm: " in result.stderr
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


async def test_a_film_without_sound(transcribe, tmp_path):
    film = tmp_path / "mute.mp4"
    made = [find_ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", "-an", str(film)]
    await asyncio.to_thread(subprocess.run, made, check=True)

    result = await transcribe(film)

    assert result.exit_code == 2
    assert "no sound" in result.stderr


async def test_a_language_that_the_recogniser_does_not_know(transcribe):
    result = await transcribe(SAMPLES / "weak" / "answer-2.webm", "--language", "ru")

    assert result.exit_code == 2
    assert "answer-2.webm: " in result.stderr


async def test_a_file_that_is_not_there(transcribe, tmp_path):
    result = await transcribe(tmp_path / "nothing.webm")

    assert result.exit_code == 2
    assert "does not exist" in result.stderr


def test_as_a_program_without_any_database(tmp_path):
    env = {"COLLOQUY_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none", "COLLOQUY_RECOGNISER": "pocketsphinx"}
    command = [sys.executable, "-m", "colloquy", "transcribe", str(SAMPLES / "weak" / "answer-2.webm")]

    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["words"][0]["text"] == "I"
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
