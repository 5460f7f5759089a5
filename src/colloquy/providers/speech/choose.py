"""Which recogniser this installation uses, decided from plain settings without loading or calling anything."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from colloquy.providers.speech.fallback import UntilModelArrives
from colloquy.providers.speech.faster_whisper import FasterWhisper, model_is_here
from colloquy.providers.speech.pocketsphinx import PocketSphinx
from colloquy.providers.speech.port import SpeechToText

Preference = Literal["auto", "pocketsphinx", "faster-whisper", "openai"]

_ONLY_ENGLISH = "English only, low accuracy"


@dataclass(frozen=True, slots=True)
class Choice:
    """The recogniser, one line for `doctor`, and whether it is a fallback for something better."""

    recogniser: SpeechToText
    line: str
    is_fallback: bool


class CannotChooseError(ValueError):
    """The settings ask for a recogniser that cannot be had; the text says what to change."""


def choose_recogniser(
    *,
    preference: Preference = "auto",
    whisper_model: str = "base",
    models: Path = Path("var/models"),
    may_fetch: bool = True,
    openai_key: str | None = None,
    openai_base_url: str = "https://api.openai.com/v1",
    openai_model: str = "whisper-1",
) -> Choice:
    """The recogniser for these settings; raises `CannotChooseError` when a named one cannot work.

    "auto" takes, in this order: Whisper on this machine if its model is there, since no voice leaves the
    machine; the OpenAI API if a key is set; Whisper with its model fetched on first use, PocketSphinx until
    it has arrived; PocketSphinx.
    """
    whisper = FasterWhisper(whisper_model, models=models, may_fetch=may_fetch)
    whisper_line = f"faster-whisper, model “{whisper_model}”, on this machine"
    if preference == "pocketsphinx":
        return Choice(PocketSphinx(), f"pocketsphinx, on this machine: {_ONLY_ENGLISH}", is_fallback=False)
    if preference == "openai":
        return _openai(openai_key, openai_base_url, openai_model)
    installed, here = _whisper_is_installed(), model_is_here(whisper_model, models)
    if preference == "faster-whisper":
        if not installed:
            raise CannotChooseError("faster-whisper is not installed: pip install 'colloquy[whisper]'.")
        if not here and not may_fetch:
            raise CannotChooseError(f"The model “{whisper_model}” is not in {models} and may not be downloaded.")
        later = "" if here else "; the model is downloaded on first use"
        return Choice(whisper, whisper_line + later, is_fallback=False)
    if installed and here:
        return Choice(whisper, whisper_line, is_fallback=False)
    if openai_key:
        return _openai(openai_key, openai_base_url, openai_model)
    if installed and may_fetch:
        line = f"{whisper_line}; pocketsphinx ({_ONLY_ENGLISH}) until the model is downloaded"
        return Choice(UntilModelArrives(whisper, PocketSphinx()), line, is_fallback=True)
    line = (
        f"pocketsphinx, on this machine: {_ONLY_ENGLISH}. For more, install 'colloquy[whisper]' and its model "
        "or set a key for the OpenAI API"
    )
    return Choice(PocketSphinx(), line, is_fallback=True)


def _openai(key: str | None, base_url: str, model: str) -> Choice:
    if not key:
        raise CannotChooseError("The OpenAI recogniser needs a key.")
    from colloquy.providers.speech.openai import OpenAISpeech  # brings httpx and numpy, for those who use it

    line = f"{model} at {base_url}: recordings are sent there"
    return Choice(OpenAISpeech(key, base_url=base_url, model=model), line, is_fallback=False)


def _whisper_is_installed() -> bool:
    return importlib.util.find_spec("faster_whisper") is not None
