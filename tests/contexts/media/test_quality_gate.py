"""The gate between what a recogniser wrote and any score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from colloquy.contexts.media.policy.quality import judge_transcript, least_confidence
from colloquy.providers.speech.port import HeardWord, Transcript, transcript_from_words

ENGLISH = (
    "Last year our payment service started to lose orders during the evening peak. I was responsible for it, so I "
    "measured the time of every request and found that the database was waiting for locks."
)
RUSSIAN = (
    "В прошлом году наш платёжный сервис начал терять заказы по вечерам. Я отвечал за этот сервис, поэтому сначала "
    "измерил время каждого запроса и понял, что база данных ждёт блокировок в Postgres."
)
RUSSIAN_CASUAL = (
    "Ну, у меня нет хорошего примера для этого вопроса. Я думаю, что люди должны чаще говорить друг с другом, "
    "обычно я спрашиваю начальника."
)
TECHNICAL = (
    "Kubernetes pods restarted because liveness probes timed out during garbage collection pauses. Profiling showed "
    "allocation hot spots inside JSON serialisation. Switching serialisers cut latency, and tuning heap sizes removed "
    "restarts completely."
)
ACCENTED_NAMES = ENGLISH + " My colleague José helped me with it, and we told the whole team about the locks."
GERMAN = (
    "Letztes Jahr hat unser Zahlungsdienst am Abend Bestellungen verloren. Ich war für den Dienst verantwortlich und "
    "habe zuerst die Zeit jeder Anfrage gemessen."
)
DUTCH = (
    "Vorig jaar begon onze betaaldienst in de avond bestellingen te verliezen. Ik was verantwoordelijk voor de dienst "
    "en heb eerst de tijd van elk verzoek gemeten."
)
SPANISH = (
    "El año pasado nuestro servicio de pagos empezó a perder pedidos por la noche. Yo era responsable del servicio y "
    "medí el tiempo de cada petición."
)
UKRAINIAN = (
    "Минулого року наш платіжний сервіс почав втрачати замовлення вечорами. Я відповідав за цей сервіс, тому спочатку "
    "виміряв час кожного запиту."
)


def heard(
    text: str,
    *,
    language: str = "en",
    recogniser: str = "faster-whisper:base",
    confidence: float | None = 0.9,
    rate: float = 3.0,
    speech_seconds: float | None = None,
) -> Transcript:
    words = text.split()
    seconds = len(words) / rate if speech_seconds is None else speech_seconds
    return transcript_from_words(
        [HeardWord(word, n / rate, (n + 1) / rate, confidence) for n, word in enumerate(words)],
        language=language,
        recogniser=recogniser,
        speech_seconds=seconds,
        audio_seconds=seconds + 2,
        low_accuracy=False,
    )


def verdict_code(transcript: Transcript, expected: str = "en") -> str | None:
    return judge_transcript(transcript, expected_language=expected).code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (RUSSIAN, "ru"),
        (RUSSIAN_CASUAL, "ru"),
        (TECHNICAL, "en"),
        (ACCENTED_NAMES, "en"),
        (GERMAN, "de"),
        (UKRAINIAN, "uk"),
        (f"{ENGLISH} Thank you for watching.", "en"),
        ("I I I tried again and again and again until it worked for for all of us.", "en"),
        ("We used Redis and fixed it.", "en"),
        ("Never give up, never give up, never give up, as I say.", "en"),
    ],
)
def test_a_real_answer_may_be_scored(text: str, language: str) -> None:
    verdict = judge_transcript(heard(text, language=language), expected_language=language)

    assert (verdict.scorable, verdict.code, verdict.message) == (True, None, None)


@pytest.mark.parametrize("words", ["", "...", "Thank you for watching."])
def test_a_recording_in_which_nobody_speaks_has_no_speech_whatever_was_written(words: str) -> None:
    assert verdict_code(heard(words, speech_seconds=0.3)) == "no_speech"


def test_voice_without_any_word_is_no_speech() -> None:
    assert verdict_code(heard("", speech_seconds=20.0)) == "no_speech"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for watching.",
        "Thanks for watching! Please subscribe. See you in the next video.",
        "Subtitles by the Amara.org community",
        "Продолжение следует...",
        "Субтитры сделал DimaTorzok",
        "Редактор субтитров А.Семкин Корректор А.Егорова",
        "you you you you you you you you",
        "I'm going to go to the next room. " * 6,
        "So I did it. " + "and then and then and then and then and then and then",
    ],
)
def test_what_recognisers_invent_is_told_from_an_answer(text: str) -> None:
    language = "en" if text.isascii() else "ru"

    assert verdict_code(heard(text, language=language, speech_seconds=12.0), language) == "invented"


def test_nobody_speaks_seven_words_a_second() -> None:
    assert verdict_code(heard(ENGLISH, rate=7.0)) == "invented"
    assert verdict_code(heard(ENGLISH, rate=5.0)) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Yes I have it.", 3.0), ("I do not know that.", 1.5), ("No.", 0.6), ("I am done now ok", 1.9)],
)
def test_a_few_words_are_too_little_to_judge(text: str, seconds: float) -> None:
    assert verdict_code(heard(text, speech_seconds=seconds)) == "too_little_speech"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(RUSSIAN, "en"), (GERMAN, "en"), (DUTCH, "en"), (SPANISH, "en"), (ENGLISH, "ru"), (UKRAINIAN, "ru")],
)
def test_another_language_is_noticed_in_the_words(text: str, expected: str) -> None:
    # As a recogniser labels it that was told which language to hear.
    assert verdict_code(heard(text, language=expected), expected) == "wrong_language"


def test_another_language_is_believed_when_the_recogniser_says_so() -> None:
    assert verdict_code(heard(ENGLISH, language="en"), "de") == "wrong_language"


@pytest.mark.parametrize(
    ("recogniser", "confidence", "code"),
    [
        ("pocketsphinx:en-us", 0.65, None),  # the least clear of the clear recordings
        ("pocketsphinx:en-us", 0.462, "low_confidence"),  # the best-heard of those played backwards
        ("openai:whisper-1", 0.40, None),
        ("openai:whisper-1", 0.30, "low_confidence"),
        ("faster-whisper:base", 0.35, "low_confidence"),
        ("somebody:new", 0.35, "low_confidence"),
        ("somebody:new", None, None),
    ],
)
def test_words_the_recogniser_doubts_are_not_scored(
    recogniser: str, confidence: float | None, code: str | None
) -> None:
    assert verdict_code(heard(ENGLISH, recogniser=recogniser, confidence=confidence)) == code


def test_every_refusal_says_why_and_what_to_do() -> None:
    doubtful = replace(heard(ENGLISH), confidence=0.1)

    verdict = judge_transcript(doubtful, expected_language="en")

    assert not verdict.scorable
    assert verdict.message is not None
    assert "Listen to the recording" in verdict.message
    assert least_confidence(doubtful.recogniser) > 0.1
