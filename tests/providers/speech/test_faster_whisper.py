"""The adapter around faster-whisper, with a model that answers as `faster_whisper.WhisperModel` 1.2 does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.fallback import UntilModelArrives
from colloquy.providers.speech.faster_whisper import FasterWhisper, ModelMissing
from colloquy.providers.speech.port import SpeechRefused, SpeechUnavailable


class ScriptedModel:
    """Says `words` (text as Whisper tokenises it, start, end, probability), one segment each."""

    def __init__(
        self, words: list[tuple[str, float, float, float]], *, hears: tuple[str, float] = ("en", 0.99)
    ) -> None:
        self.words = words
        self.hears = hears
        self.model = SimpleNamespace(is_multilingual=True)
        self.asked: list[dict[str, Any]] = []
        self.decoded = 0

    def detect_language(self, audio: np.ndarray) -> tuple[str, float, list[tuple[str, float]]]:
        assert audio.dtype == np.float32
        assert np.abs(audio).max() <= 1
        return (*self.hears, [self.hears])

    def transcribe(self, audio: np.ndarray, **options: Any) -> tuple[Iterator[Any], Any]:
        assert audio.ndim == 1
        if len(options["language"]) != 2:
            raise ValueError("not a valid language code")
        self.asked.append(options)
        return self._segments(), SimpleNamespace(language=options["language"])

    def _segments(self) -> Iterator[Any]:
        for text, start, end, probability in self.words:
            self.decoded += 1
            word = SimpleNamespace(word=text, start=start, end=end, probability=probability)
            yield SimpleNamespace(words=[word], start=start, end=end)


SAID = [(" Well,", 0.9, 1.2, 0.9), (" I", 1.2, 1.3, 0.8), (" don", 1.3, 1.5, 0.9), ("'t.", 1.5, 1.6, 0.95)]


def whisper(model: Any, tmp_path: Path, name: str = "base") -> FasterWhisper:
    return FasterWhisper(name, models=tmp_path, load=lambda *_: model)


async def test_words_keep_their_times_and_probabilities(hum: Path, tmp_path: Path) -> None:
    model = ScriptedModel(SAID)

    transcript = await whisper(model, tmp_path).transcribe(hum, language="en")

    assert transcript.text == "Well, I don't."
    assert next((w.text, w.start, w.confidence) for w in transcript.words) == ("Well,", 0.9, 0.9)
    assert (transcript.recogniser, transcript.low_accuracy) == ("faster-whisper:base", False)
    assert model.asked[0]["word_timestamps"] is True


async def test_words_a_hair_out_of_order_are_straightened_and_nonsense_is_dropped(hum: Path, tmp_path: Path) -> None:
    model = ScriptedModel(
        [(" a", 1.0, 1.2, 1.00001), (" b", 0.98, 1.1, 0.5), (" ", 1.2, 1.2, 0.5), (" c", float("nan"), 2.0, 0.5),
         (" d", 4.9, 30.0, 0.5)]
    )  # fmt: skip

    transcript = await whisper(model, tmp_path).transcribe(hum, language="en")

    assert [(w.text, w.start, w.end) for w in transcript.words] == [("a", 1.0, 1.2), ("b", 1.0, 1.1), ("d", 4.9, 5.0)]


@pytest.mark.parametrize(("heard", "language"), [(("ru", 0.95), "ru"), (("ru", 0.5), "en")])
async def test_another_language_is_believed_only_when_sure(
    hum: Path, tmp_path: Path, heard: tuple[str, float], language: str
) -> None:
    model = ScriptedModel(SAID, hears=heard)

    transcript = await whisper(model, tmp_path).transcribe(hum, language="en")

    assert transcript.language == model.asked[0]["language"] == language


async def test_silence_does_not_even_load_the_model(silence: Path, tmp_path: Path) -> None:
    def load(*_: object) -> Any:
        raise AssertionError

    transcript = await FasterWhisper("base", models=tmp_path, load=load).transcribe(silence, language="en")

    assert transcript.words == ()


async def test_an_english_model_refuses_other_languages(hum: Path, tmp_path: Path) -> None:
    with pytest.raises(SpeechRefused) as refusal:
        await whisper(ScriptedModel(SAID), tmp_path, "base.en").transcribe(hum, language="ru")

    assert refusal.value.code == "language_not_supported"


async def test_a_language_whisper_does_not_have_is_refused(hum: Path, tmp_path: Path) -> None:
    with pytest.raises(SpeechRefused):
        await whisper(ScriptedModel(SAID, hears=("en", 0.1)), tmp_path).transcribe(hum, language="xxx")


async def test_the_model_is_loaded_once_and_off_the_event_loop(hum: Path, tmp_path: Path) -> None:
    loaded_in: list[threading.Thread] = []

    def load(*_: object) -> ScriptedModel:
        loaded_in.append(threading.current_thread())
        return ScriptedModel(SAID)

    recogniser = FasterWhisper("base", models=tmp_path, load=load)
    assert loaded_in == []
    await asyncio.gather(*(recogniser.transcribe(hum, language="en") for _ in range(3)))

    assert len(loaded_in) == 1
    assert loaded_in[0] is not threading.main_thread()


async def test_cancelling_stops_the_decoding(hum: Path, tmp_path: Path) -> None:
    started, proceed = threading.Event(), threading.Event()

    class Slow(ScriptedModel):
        def _segments(self) -> Iterator[Any]:
            for segment in super()._segments():
                started.set()
                proceed.wait(10)
                yield segment

    model = Slow([(f" w{n}", 1.0, 1.1, 0.5) for n in range(1_000)])
    task = asyncio.create_task(whisper(model, tmp_path).transcribe(hum, language="en"))
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    proceed.set()
    await asyncio.sleep(0.2)

    assert model.decoded <= 2


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_without_its_model_the_work_moves_over_and_comes_back_when_it_has_arrived(
    hum: Path, tmp_path: Path
) -> None:
    attempts = 0
    arrived = False

    def load(*_: object) -> ScriptedModel:
        nonlocal attempts
        attempts += 1
        if not arrived:
            raise OSError("no network")
        return ScriptedModel(SAID)

    clock = Clock()
    recogniser = UntilModelArrives(
        FasterWhisper("base", models=tmp_path, load=load), FakeSpeech("stand in"), clock=clock
    )

    first = [(await recogniser.transcribe(hum, language="en")).recogniser for _ in range(3)]
    assert (first, attempts, recogniser.name) == (["fake:script"] * 3, 1, "fake:script")

    arrived, clock.now = True, 1_000.0
    assert (await recogniser.transcribe(hum, language="en")).recogniser == "faster-whisper:base"
    assert recogniser.name == "faster-whisper:base"


async def test_a_missing_model_on_its_own_says_where_it_belongs(hum: Path, tmp_path: Path) -> None:
    def load(*_: object) -> Any:
        raise OSError("no network")

    with pytest.raises(ModelMissing, match=str(tmp_path)):
        await FasterWhisper("base", models=tmp_path, load=load).transcribe(hum, language="en")


async def test_a_busy_first_choice_is_waited_for_not_replaced(hum: Path) -> None:
    busy = FakeSpeech(fails=SpeechUnavailable("busy", retry_after=3))
    second = FakeSpeech()

    with pytest.raises(SpeechUnavailable, match="busy"):
        await UntilModelArrives(busy, second).transcribe(hum, language="en")

    assert second.heard == []
