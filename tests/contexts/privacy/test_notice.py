"""The notice: plain, complete for what is recorded, and never changed behind a candidate's back."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts import privacy
from colloquy.contexts.privacy import public
from colloquy.contexts.privacy.notices import KINDS, LANGUAGES, VERSION

# A text that candidates have agreed to is never edited. To change a word, add files with a new version.
PINNED = {
    "2026-11-1.en.txt": "5b6929a0197683cd03f7d28a77128fee64d85b27e91c1d58d62d013d64c46566",
    "2026-11-1.ru.txt": "d8d74930b472c476c211e4aec330175e0360aa30d29747a162142ed2992b4c6f",
    "2026-11-2.en.txt": "6c22d9f5e37e3021d96c4376f3b3fcc9dd5b294fd000f198ea30704aaf17f845",
    "2026-11-2.ru.txt": "d1f06e6f59f259d5a6b44d236ef21fcb658735580d371335753d2ceaf5cf6240",
    "2026-11-3.en.txt": "eeb55bc7eecf491f1cd42d3fb64084442c0e3c2b285fafed944432b40e9245b7",
    "2026-11-3.ru.txt": "a92e64b9226260f1912306c3445a07c46ae83f1b699e47a97300e10a666e82a5",
}


def notice(language="en", kinds=KINDS, days=180, contact=None, organisation="Acme", interview="Developer"):
    return public.notice(
        language, organisation, interview, kinds=frozenset(kinds), retention_days=days, contact=contact
    )


@pytest.mark.parametrize(("name", "digest"), PINNED.items())
def test_published_texts_stay_as_they_are(name, digest):
    content = files(privacy).joinpath(f"notices/texts/{name}").read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest, "candidates agreed to this text: write a new version"


def test_every_language_has_the_current_version():
    names = {path.name for path in files(privacy).joinpath("notices/texts").iterdir()}
    assert {f"{VERSION}.{language}.txt" for language in LANGUAGES} <= names
    assert names == PINNED.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    shown = notice(language, contact="privacy@acme.example")
    assert [len(section.paragraphs) for section in shown.sections] == [
        len(section.paragraphs) for section in notice("en", contact="privacy@acme.example").sections
    ]
    assert "privacy@acme.example" in shown.text
    assert "180" in shown.text
    assert "«Developer»" in shown.text or "“Developer”" in shown.text
    assert "$" not in shown.title + shown.text
    assert "[" not in shown.text


@pytest.mark.parametrize(
    ("kinds", "says", "does_not_say"),
    [
        ({"video"}, ["camera", "does not look at your face"], ["answered by audio", "in writing"]),
        ({"audio"}, ["answered by audio", "judge your voice"], ["camera and microphone", "in writing"]),
        ({"text"}, ["in writing", "with the words alone"], ["camera", "microphone", "Speech is turned"]),
        ({"audio", "text"}, ["answered by audio", "in writing", "Speech is turned"], ["answered by video"]),
        ({"text"}, ["in writing"], ["AI interviewer", "choose from a list", "Files"]),
        (
            {"conversation"},
            ["AI interviewer", "Voice messages", "no language model takes part", "judge your voice"],
            ["answered by video", "camera and microphone", "Files", "choose from a list"],
        ),
        ({"number"}, ["choose from a list, give a number"], ["AI interviewer", "Speech is turned"]),
        ({"file"}, ["Files that you hand in"], ["AI interviewer", "choose from a list"]),
    ],
)
def test_it_tells_of_what_is_recorded_and_of_nothing_else(kinds, says, does_not_say):
    text = notice(kinds=kinds).text
    assert [words for words in says if words not in text] == []
    assert [words for words in does_not_say if words in text] == []


@pytest.mark.parametrize("kinds", [set(), {"face"}, {"video", "chat"}])
def test_a_notice_about_nothing_known_is_an_error(kinds):
    with pytest.raises(ValueError, match="kinds"):
        notice(kinds=kinds)


def test_without_a_contact_it_says_whom_to_ask():
    assert "Answer the message that brought you here" in notice().text
    assert "Answer the message" not in notice(contact="hr@acme.example").text


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (112, "112 дней"), (90, "90 дней")],
)
def test_russian_days_are_declined(days, words):
    assert f" {words} " in notice("ru", days=days).text


def test_the_hash_is_of_what_is_shown():
    first = notice()
    assert first.hash == notice().hash
    others = [
        notice("ru"),
        notice(days=181),
        notice(contact="a@b.c"),
        notice(organisation="Acne"),
        notice(kinds={"text"}),
    ]
    assert len({first.hash, *(other.hash for other in others)}) == 6
    assert len(first.hash) == 64


def test_an_unknown_language_gets_english():
    assert notice("de") == notice("en")


@given(st.text(max_size=200), st.text(max_size=200))
def test_names_cannot_add_headings_or_paragraphs(organisation, interview):
    plain, odd = notice(), notice(organisation=organisation, interview=interview)
    assert [section.heading for section in odd.sections] == [section.heading for section in plain.sections]
    assert [len(section.paragraphs) for section in odd.sections] == [
        len(section.paragraphs) for section in plain.sections
    ]
