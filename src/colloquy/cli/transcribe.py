"""`colloquy transcribe`: what the recogniser hears in any media file, as JSON. Needs no database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.kit.scratch import scratch

if TYPE_CHECKING:
    from colloquy.providers.speech.port import Transcript
    from colloquy.settings import Settings

LONGEST_SECONDS = 4 * 3600.0
"""What one run listens to at most, as long as the transcoder reads at all."""


def transcribe(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Any video or audio file.")],
    language: Annotated[str, typer.Option(help="What is spoken, as ISO 639-1: en, ru, de.")] = "en",
) -> None:
    """Print the transcript of a recording as JSON: its text and words with times and confidence."""
    from colloquy.kit.errors import Transient
    from colloquy.providers.speech.choose import CannotChooseError
    from colloquy.providers.speech.port import SpeechRefused, to_json
    from colloquy.providers.transcoder.port import MediaRejected

    settings = read()
    try:
        transcript = asyncio.run(_transcript(settings, file, language))
    except (MediaRejected, SpeechRefused) as error:
        stop(f"{file.name}: {error.message}", code=USAGE_ERROR)
    except CannotChooseError as error:
        stop(str(error))
    except Transient as error:
        stop(f"{error.message} Try again in a moment.")
    typer.echo(json.dumps(to_json(transcript), ensure_ascii=False, indent=2))


async def _transcript(settings: Settings, file: Path, language: str) -> Transcript:
    from colloquy.providers.transcoder.ffmpeg import FfmpegTranscoder, find_ffmpeg
    from colloquy.providers.transcoder.port import NoAudio
    from colloquy.roles import choices

    chosen = choices.recogniser(settings)
    transcoder = FfmpegTranscoder(find_ffmpeg())
    with scratch() as folder:
        wav = folder / "audio.wav"
        _say(f"Reading {file.name}…")
        facts = await transcoder.inspect(file, max_seconds=LONGEST_SECONDS)
        if not facts.has_audio:
            raise NoAudio
        await transcoder.extract_audio(file, wav)
        rough = " (low accuracy)" if chosen.recogniser.capabilities.low_accuracy else ""
        _say(f"Listening to {facts.duration_seconds:.0f} s of sound with {chosen.recogniser.name}{rough}…")
        return await chosen.recogniser.transcribe(wav, language=language)


def _say(text: str) -> None:
    typer.echo(text, err=True)
