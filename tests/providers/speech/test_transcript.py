"""Text, words and offsets that belong together, and a hash that a score can be pinned to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.providers.speech.port import (
    HeardWord,
    Transcript,
    from_json,
    place_words,
    to_json,
    transcript_from_words,
    transcript_hash,
)


def made(*heard: HeardWord, confidence: float | None = None) -> Transcript:
    return transcript_from_words(
        heard,
        language="en",
        recogniser="test:one",
        speech_seconds=1.0,
        audio_seconds=2.0,
        low_accuracy=False,
        confidence=confidence,
    )


HELLO = made(HeardWord("Hello", 0.0, 0.5, 0.8, tail=","), HeardWord("you", 0.5, 0.9, 0.6, tail="."))


def test_the_text_is_its_words_with_what_stands_between_them() -> None:
    assert HELLO.text == "Hello, you."
    assert [(w.start_char, w.end_char) for w in HELLO.words] == [(0, 5), (7, 10)]
    assert HELLO.confidence == 0.7


def test_the_json_has_the_published_shape() -> None:
    document = json.loads(json.dumps(to_json(HELLO)))

    assert document == {
        "text": "Hello, you.",
        "words": [
            {"text": "Hello", "start": 0.0, "end": 0.5, "confidence": 0.8, "start_char": 0, "end_char": 5},
            {"text": "you", "start": 0.5, "end": 0.9, "confidence": 0.6, "start_char": 7, "end_char": 10},
        ],
        "language": "en",
        "recogniser": "test:one",
        "confidence": 0.7,
        "speech_seconds": 1.0,
        "audio_seconds": 2.0,
        "low_accuracy": False,
    }
    assert from_json(document) == HELLO


@pytest.mark.parametrize(
    "word",
    [
        HeardWord("", 0.0, 0.1),
        HeardWord(" ", 0.0, 0.1),
        HeardWord("a", -0.1, 0.1),
        HeardWord("a", 0.2, 0.1),
        HeardWord("a", float("nan"), 0.1),
        HeardWord("a", 0.0, float("inf")),
        HeardWord("a", 0.0, 0.1, 1.5),
        HeardWord("a", 0.0, 0.1, float("nan")),
    ],
)
def test_a_word_that_cannot_be_makes_no_transcript(word: HeardWord) -> None:
    with pytest.raises(ValueError, match=r"word|confidence"):
        made(word)


def test_words_that_run_backwards_make_no_transcript() -> None:
    with pytest.raises(ValueError, match="order"):
        made(HeardWord("b", 1.0, 1.1), HeardWord("a", 0.5, 0.6))


@pytest.mark.parametrize(
    "damage",
    [
        {"text": "Hallo, you."},
        {"words": None},
        {"words": [{"text": "Hello"}]},
        {"confidence": 2.0},
        {"speech_seconds": float("nan")},
        {"surprise": 1},
    ],
)
def test_json_that_is_not_a_transcript_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json(to_json(HELLO) | damage)


def test_the_hash_follows_what_a_score_depends_on_and_nothing_else() -> None:
    canonical = (
        '{"language":"en","recogniser":"test:one","text":"Hello, you.","words":['
        '{"confidence":0.8,"end":0.5,"end_char":5,"start":0.0,"start_char":0,"text":"Hello"},'
        '{"confidence":0.6,"end":0.9,"end_char":10,"start":0.5,"start_char":7,"text":"you"}]}'
    )
    assert transcript_hash(HELLO) == hashlib.sha256(canonical.encode()).hexdigest()
    assert transcript_hash(replace(HELLO, speech_seconds=0.5, confidence=0.1)) == transcript_hash(HELLO)
    others = [
        replace(HELLO, language="de"),
        replace(HELLO, recogniser="test:two"),
        replace(HELLO, words=HELLO.words[:1]),
        replace(HELLO, words=(HELLO.words[0], replace(HELLO.words[1], end=0.91))),
    ]
    assert len({transcript_hash(t) for t in [HELLO, *others]}) == 5


def bare(*words: str) -> list[HeardWord]:
    return [HeardWord(word, float(n), n + 0.5) for n, word in enumerate(words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Well, I don't know.", ["well", "i", "don't", "know"]),
        ("A 40% cut — from $3,000!", ["a", "40", "cut", "from", "3", "000"]),
        ("a apple a", ["a", "apple", "a"]),
        ("Ёлка, да.", ["ёлка", "ДА"]),
        ("你好。", ["你", "好"]),
    ],
)
def test_words_are_found_in_their_text(text: str, words: list[str]) -> None:
    placed = place_words(text, bare(*words))

    assert placed is not None
    assert made(*placed).text == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I fixed it", ["I", "fixed"]),
        ("I really fixed it", ["I", "fixed", "it"]),
        ("I fixed it", ["it", "fixed"]),
        ("", ["I"]),
    ],
)
def test_words_of_another_text_are_not_forced_into_it(text: str, words: list[str]) -> None:
    assert place_words(text, bare(*words)) is None


@given(
    st.lists(st.tuples(st.text(min_size=1).filter(str.strip), st.text(max_size=3), st.text(max_size=3)), max_size=30)
)
def test_every_word_stands_at_its_offsets(pieces: list[tuple[str, str, str]]) -> None:
    transcript = made(
        *(HeardWord(word, float(n), n + 1.0, None, lead, tail) for n, (word, lead, tail) in enumerate(pieces))
    )

    assert all(transcript.text[w.start_char : w.end_char] == w.text for w in transcript.words)
    assert from_json(to_json(transcript)) == transcript
