"""Every letter with names that somebody typed to do harm."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contexts.notifications.letters_made import (
    ENGLISH,
    FRIDAY,
    RUSSIAN,
    Page,
    code,
    colleague,
    completed,
    confirmed,
    expired,
    invitation,
    reminder,
    report,
    thanks,
    withdrawn,
)

from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.providers.mail import mime
from colloquy.providers.mail.port import Letter, Sender


def _with_stranger(name: str) -> list[Letter]:
    """Every letter that shows a name which somebody typed into a form."""
    written: list[Callable[[Reader], Letter]] = [
        lambda reader: completed(reader, candidate_name=name),
        lambda reader: report(reader, candidate_name=name, needs_human=True, reason=name),
        lambda reader: thanks(Reader(reader.address, name, reader.language)),
        lambda reader: invitation(Reader(reader.address, name, reader.language)),
        lambda reader: colleague(Reader(reader.address, name, reader.language), inviter_name=name),
        lambda reader: completed(reader, interview_title=name, company=name),
        lambda reader: thanks(reader, interview_title=name, company=name),
        lambda reader: code(Reader(reader.address, name, reader.language), interview_title=name),
        lambda reader: reminder(Reader(reader.address, name, reader.language), interview_title=name, company=name),
        lambda reader: expired(Reader(reader.address, name, reader.language), interview_title=name, company=name),
        lambda reader: withdrawn(reader, candidate_name=name, interview_title=name),
        lambda reader: confirmed(Reader(reader.address, name, reader.language), company=name),
    ]
    return [write(reader) for write in written for reader in (ENGLISH, RUSSIAN)]


def _shape(letter: Letter) -> list[str]:
    return [tag for tag in Page(letter.html).tags if tag != "bdi"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style><b>x",
        "{{ 7*7 }}{% raw %}",
        "&lt;b&gt;&amp;",
        "' onmouseover='alert(1)",
    ],
)
def test_markup_in_a_name_is_only_words(name):
    for hostile, honest in zip(_with_stranger(name), _with_stranger("Ivan"), strict=True):
        page = Page(hostile.html)
        assert _shape(hostile) == _shape(honest)
        assert not [attribute for attribute, _ in page.attributes if attribute.startswith("on")]
        assert "49" not in hostile.text


def test_plain_text_shows_a_name_as_it_was_typed():
    assert completed(ENGLISH, candidate_name="O'Neil & Sons <3").subject.startswith("O'Neil & Sons <3 finished")
    assert "O'Neil & Sons <3" in completed(ENGLISH, candidate_name="O'Neil & Sons <3").text
    assert "O'Neil & Sons <3" in Page(completed(ENGLISH, candidate_name="O'Neil & Sons <3").html).words


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x00"])
def test_a_line_break_in_a_name_starts_neither_a_header_nor_a_paragraph(line_break):
    for letter in _with_stranger(f"Ivan{line_break}Bcc: everyone@example.org{line_break}{line_break}Dear all"):
        raw = mime.compose(letter, Sender("colloquy@example.org"), sent_at=FRIDAY)
        assert b"\nBcc" not in raw
        assert not re.search("^(Bcc|Dear all)", letter.text, re.MULTILINE)
        assert mime.read(raw).subject == letter.subject


def test_a_very_long_name_is_cut():
    for letter in _with_stranger("Ivan " * 10_000):
        assert len(letter.subject) < 300
        assert len(letter.to_name or "") <= 80
        assert len(letter.text) < 3_000
    assert "…" in completed(ENGLISH, candidate_name="x" * 500).subject


@pytest.mark.parametrize("mark", list("\u202e\u202d\u2066\u2067\u200f\u200e\u061c\u2069\u202c\ufeff\u00ad"))
def test_marks_that_turn_or_hide_text_are_taken_out(mark):
    for letter in _with_stranger(f"gpj.{mark}exe{mark} {mark}Ivan"):
        assert mark not in letter.subject + letter.text + letter.html + (letter.to_name or "")


def test_a_right_to_left_name_keeps_the_sentence_around_it_in_order():
    letter = completed(ENGLISH, candidate_name="דוד כהן")

    assert letter.subject == "\u2068דוד כהן\u2069 finished “Backend engineer”"
    assert "<bdi>דוד כהן</bdi> has finished" in letter.html
    assert thanks(Reader("a@example.org", "דוד כהן")).to_name == "דוד כהן"
    assert "\u2068" not in completed(ENGLISH).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("You won! https://evil.example/claim", "You won! https evil example claim"),
        ("www.evil.example", "evil example"),
        ("evil.com", "evil com"),
        ("evil。com", "evil com"),
        ("mail me@evil.org", "mail me evil org"),
        ("//evil", "evil"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("Anna-Maria d'Arc, Ph.D", "Anna-Maria d'Arc, Ph.D"),
        ("علی‌رضا", "علی‌رضا"),
    ],
)
def test_a_name_never_becomes_a_link(typed, shown):
    assert thanks(Reader("a@example.org", typed)).to_name == shown
    assert shown in completed(ENGLISH, candidate_name=typed).text


def test_a_company_may_be_called_like_its_site():
    assert "Booking.com" in invitation(ENGLISH, company="Booking.com").subject


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b\u202e", "\n\t", None])
def test_a_reader_without_a_name_is_greeted_without_one(nothing):
    letter = thanks(Reader("a@example.org", nothing))

    assert letter.to_name is None
    assert letter.text.startswith("Hello,\n")
    assert completed(ENGLISH, candidate_name=nothing or "").subject.startswith("A candidate finished")
    assert completed(RUSSIAN, candidate_name=nothing or "").subject.startswith("Кандидат: интервью")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_text_whatever_breaks_a_letter(name):
    for letter, honest in zip(_with_stranger(name), _with_stranger("Ivan"), strict=True):
        back = mime.read(mime.compose(letter, Sender("colloquy@example.org"), sent_at=FRIDAY))
        assert (back.subject, back.to_name) == (letter.subject, letter.to_name)
        assert (back.text, back.html) == (letter.text, letter.html)
        assert len(letter.subject.splitlines()) == 1
        if name.strip().isalnum():
            assert _shape(letter) == _shape(honest)
