"""Captions, read back by a parser that knows only the WebVTT specification."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.media.policy.captions import LINE_CHARACTERS, LONGEST_CUE_SECONDS, webvtt
from colloquy.providers.speech.port import HeardWord, Transcript, place_words, transcript_from_words

TIMING = re.compile(r"^(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})$")


def parse(document: str) -> list[tuple[float, float, list[str]]]:
    header, *blocks = document.rstrip("\n").split("\n\n")
    assert header == "WEBVTT"
    parsed = []
    for block in blocks:
        timing, *lines = block.split("\n")
        match = TIMING.match(timing)
        assert match, timing
        h, m, s, ms, h2, m2, s2, ms2 = map(int, match.groups())
        assert lines
        assert not any("-->" in line or re.search(r"[<>]", line) for line in lines)
        parsed.append(
            (
                h * 3600 + m * 60 + s + ms / 1000,
                h2 * 3600 + m2 * 60 + s2 + ms2 / 1000,
                [html.unescape(x) for x in lines],
            )
        )
    return parsed


def spoken(text: str, *, seconds: float = 0.4, words: list[str] | None = None) -> Transcript:
    bare = [HeardWord(w, n * seconds, (n + 0.9) * seconds) for n, w in enumerate(words or text.split())]
    return made(place_words(text, bare) if words else bare)


def made(heard: list[HeardWord] | None) -> Transcript:
    assert heard is not None
    return transcript_from_words(
        heard, language="en", recogniser="x:y", speech_seconds=1, audio_seconds=9_999, low_accuracy=False
    )


def test_a_cue_ends_with_its_sentence_and_shows_its_punctuation() -> None:
    text = "We lost orders. I measured, and found it! Why? Locks."
    transcript = spoken(text, words=re.findall(r"\w+", text))

    assert [lines for _, _, lines in parse(webvtt(transcript))] == [
        ["We lost orders."],
        ["I measured, and found it!"],
        ["Why?"],
        ["Locks."],
    ]


def test_a_pause_starts_a_new_cue() -> None:
    transcript = made([HeardWord("one", 0.0, 0.4), HeardWord("two", 0.5, 0.9), HeardWord("three", 4.0, 4.4)])

    assert parse(webvtt(transcript)) == [(0.0, 1.0, ["one two"]), (4.0, 5.0, ["three"])]


def test_long_speech_without_a_stop_is_cut_to_two_lines_and_seven_seconds() -> None:
    for seconds in (0.2, 0.4, 1.5, 3.0):
        cues = parse(webvtt(spoken(" ".join(["responsibility"] * 60), seconds=seconds)))

        assert sum(len(" ".join(lines).split()) for _, _, lines in cues) == 60
        for start, end, lines in cues:
            assert len(lines) <= 2
            assert all(len(line) <= LINE_CHARACTERS for line in lines)
            assert 0 < end - start <= LONGEST_CUE_SECONDS
            assert len(" ".join(lines).split()) * seconds <= LONGEST_CUE_SECONDS  # gone only when all is said


def test_markup_and_arrows_in_speech_stay_text() -> None:
    text = 'A <b>bold</b> & "quick" --> fix, <script>alert(1)</script>'
    transcript = spoken(text)

    document = webvtt(transcript)

    assert "<" not in document
    assert document.count("-->") == len(parse(document))
    assert " ".join(" ".join(lines) for _, _, lines in parse(document)) == text


def test_pieces_of_one_word_are_not_torn_apart() -> None:
    transcript = spoken("I don't 你好", words=["I", "don", "'t", "你", "好"])

    assert parse(webvtt(transcript))[0][2] == ["I don't 你好"]


def test_a_word_longer_than_a_line_is_cut_not_lost() -> None:
    address = "https://example.org/" + "a" * 60

    (cue,) = parse(webvtt(spoken(address)))

    assert "".join(cue[2]) == address


def test_silence_gives_a_valid_file_without_cues() -> None:
    assert webvtt(made([])) == "WEBVTT\n"


def test_hours_are_counted() -> None:
    assert parse(webvtt(made([HeardWord("late", 3_725.25, 3_725.75)]))) == [(3_725.25, 3_726.25, ["late"])]


def test_a_word_without_length_still_gets_time_on_screen() -> None:
    ((start, end, _),) = parse(webvtt(made([HeardWord("oh", 1.0, 1.0)])))

    assert end - start == pytest.approx(1.0)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=60
)


@given(st.lists(st.tuples(words.filter(lambda w: w.split() == [w]), st.floats(0, 3), st.floats(0, 3)), max_size=40))
def test_whatever_is_said_the_file_parses_and_no_word_is_lost(said: list[tuple[str, float, float]]) -> None:
    heard, clock = [], 0.0
    for word, pause, length in said:
        heard.append(HeardWord(word, round(clock + pause, 3), round(clock + pause + length, 3)))
        clock += pause + length

    cues = parse(webvtt(made(heard)))

    shown = "".join("".join(lines) for _, _, lines in cues).replace(" ", "")
    assert shown == html.unescape("".join(html.escape(w, quote=False) for w, _, _ in said)).replace(" ", "")
    assert all(a_end <= b_start + 0.0011 for (_, a_end, _), (b_start, _, _) in pairwise(cues))
    assert all(start < end for start, end, _ in cues)
