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
    "2026-11-4.en.txt": "fe05642b02c48893d25cfb673ac14ed6445302e3beae5269ee27d3e54d3d286e",
    "2026-11-4.ru.txt": "9a8ffb0292062ba1f2d86461f6ec34a12ca4ddb0f4a238af3a370060e0b2fe4e",
    "california-1.en.txt": "5102487ae374113e6077765d81d8acf0f6235ed02c0386e161746874ab2c5a87",
    "california-1.ru.txt": "713c24e1f72708d3e50967756670ede8e8503baab3d019122c1826b0b3198411",
    "colorado-1.en.txt": "0112db7dc5dc1d2ef1a31e4f8d43c4d7c4b181bffbbf13fb422b7fec64131c0d",
    "colorado-1.ru.txt": "6e530599cb0980d64a57493a4b6ed05155d7c559c06e1a58f65057fae115ef09",
    "eu-1.en.txt": "54b6b4c0d8f011c0f5cb37ee7379521548772a017d15b7d147984a6afc53b5fd",
    "eu-1.ru.txt": "022b85ba4972ea6017a73583989fe0d63e82ccf87e225bd832a29da37a30e260",
    "illinois-1.en.txt": "31c308850d591676b89b0e550fe7bdb3319a044bf5ec7b0e10f9dcea79d11804",
    "illinois-1.ru.txt": "ef93506ea03e7a4dd8dd1d65b073ccbf720d426a1de9a55572d331c950c654c5",
    "longer-1.en.txt": "4e0adb1716f985c36d581f0ebebe2ef1ca2ac99842e36ba4083818c196945578",
    "longer-1.ru.txt": "360323a0581de25a552569b1223935a0bb2ee9de1b368eb6de4f85899589a3d4",
    "nyc-1.en.txt": "4fbfe7dd59cb37e6548c6efef27b952a19dfa214ea2ccf4f79a4682496aecdc4",
    "nyc-1.ru.txt": "1bb1975634ca3df88b30997e56f1ad82f0014d4b24747685b720e058abc9110e",
    "russia-1.en.txt": "fb829dade4bd327853a13d018a405c075c7648091b82004d40ba06d5c188f13a",
    "russia-1.ru.txt": "12e8209d0ef500b625a34ff39a3b0ea6f4f454417e8f6abff48bf490f2c4981f",
    "uk-1.en.txt": "7fb56056f582dfd3f815fc4fd26c3be639d2c9c8738cf621e3d20a96774b7a41",
    "uk-1.ru.txt": "1a79f22b2ab331bf404f02fd60fbe35e59125257e7b903235aca13b1ff79fbef",
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
