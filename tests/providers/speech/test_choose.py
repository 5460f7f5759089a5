"""Which recogniser works here, and what `doctor` says about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from colloquy.providers.speech import choose
from colloquy.providers.speech.choose import CannotChooseError, choose_recogniser


@pytest.fixture
def whisper_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "_whisper_is_installed", lambda: True)


@pytest.fixture
def whisper_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "_whisper_is_installed", lambda: False)


@pytest.fixture
def model_here(tmp_path: Path) -> Path:
    snapshot = tmp_path / "models--Systran--faster-whisper-base" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").touch()
    return tmp_path


def test_with_nothing_set_up_the_bundled_recogniser_works_and_says_it_is_a_fallback(
    whisper_absent: None, tmp_path: Path
) -> None:
    choice = choose_recogniser(models=tmp_path)

    assert (choice.recogniser.name, choice.is_fallback) == ("pocketsphinx:en-us", True)
    assert "English only, low accuracy" in choice.line


def test_a_model_on_the_disk_is_preferred_to_sending_voices_away(whisper_installed: None, model_here: Path) -> None:
    choice = choose_recogniser(models=model_here, openai_key="sk")

    assert (choice.recogniser.name, choice.is_fallback) == ("faster-whisper:base", False)
    assert choice.recogniser.capabilities.local


def test_a_directory_with_a_model_can_be_named(whisper_installed: None, tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()

    assert not choose_recogniser(whisper_model=str(tmp_path)).is_fallback


def test_a_key_is_used_when_there_is_no_model(whisper_installed: None, tmp_path: Path) -> None:
    choice = choose_recogniser(
        models=tmp_path, openai_key="sk-very-secret", openai_base_url="https://speech.example/v1"
    )

    assert choice.recogniser.name == "openai:whisper-1"
    assert "sent" in choice.line
    assert "https://speech.example/v1" in choice.line
    assert "secret" not in choice.line


def test_until_the_model_has_arrived_the_bundled_recogniser_stands_in(whisper_installed: None, tmp_path: Path) -> None:
    choice = choose_recogniser(models=tmp_path)

    assert choice.is_fallback
    assert "until the model is downloaded" in choice.line


def test_a_machine_that_may_not_download_uses_what_it_has(whisper_installed: None, tmp_path: Path) -> None:
    assert choose_recogniser(models=tmp_path, may_fetch=False).recogniser.name == "pocketsphinx:en-us"


def test_the_bundled_recogniser_by_choice_is_no_fallback() -> None:
    assert not choose_recogniser(preference="pocketsphinx").is_fallback


def test_a_named_recogniser_that_cannot_work_says_what_is_missing(
    whisper_absent: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CannotChooseError, match="pip install"):
        choose_recogniser(preference="faster-whisper", models=tmp_path)
    with pytest.raises(CannotChooseError, match="needs a key"):
        choose_recogniser(preference="openai")
    monkeypatch.setattr(choose, "_whisper_is_installed", lambda: True)
    with pytest.raises(CannotChooseError, match="may not be downloaded"):
        choose_recogniser(preference="faster-whisper", models=tmp_path, may_fetch=False)
