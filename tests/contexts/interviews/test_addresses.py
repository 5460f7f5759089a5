"""Reading pasted lists of candidates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.interviews.policy.addresses import read_invitees


@pytest.mark.parametrize(
    ("line", "email", "name"),
    [
        ("ada@example.com", "ada@example.com", ""),
        ("  ada@EXAMPLE.com ", "ada@example.com", ""),
        ("Ada Byron <ada@example.com>", "ada@example.com", "Ada Byron"),
        ('"Byron, Ada" <ada@example.com>', "ada@example.com", "Byron, Ada"),
        ("<ada@example.com>", "ada@example.com", ""),
        ("Ada Byron, ada@example.com", "ada@example.com", "Ada Byron"),
        ("ada@example.com, Ada Byron", "ada@example.com", "Ada Byron"),
        ("ada@example.com;Ada;Byron", "ada@example.com", "Ada Byron"),
        ("Ada\tByron\tada@example.com", "ada@example.com", "Ada Byron"),
        ('"Byron, Ada",ada@example.com', "ada@example.com", "Byron, Ada"),
        ("Мария <мария@пример.рф>", "мария@пример.рф", "Мария"),
        ("ada@mail.corp", "ada@mail.corp", ""),
        ("ada+jobs@example.com,", "ada+jobs@example.com", ""),
    ],
)
def test_one_person_in_the_usual_ways(line, email, name):
    found = read_invitees(line)

    assert [(person.email, person.name) for person in found.people] == [(email, name)]
    assert found.bad == ()


def test_several_on_a_line_and_each_once():
    text = "a@example.com, b@example.com; Carl <c@example.com>, d@example.com\r\n\r\nA@example.com\n"

    assert [person.email for person in read_invitees(text).people] == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
        "d@example.com",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Ada Byron", "no e-mail address"),
        ("ada@", "not an e-mail address"),
        ("@example.com", "not an e-mail address"),
        ("ada@example", "not the name of a mail server"),
        ("ada@exam ple.com", "not an e-mail address"),
        ("ada@example..com", "not an e-mail address"),
        ("Ada <ada at example.com>", "no e-mail address"),
        ("a@example.com\tb@example.com", "more than one"),
        ("N" * 201 + " <ada@example.com>", "longer than"),
    ],
)
def test_a_line_that_names_nobody_is_told_and_the_good_ones_stay(line, words):
    found = read_invitees(f"good@example.com\n{line}\nalso@example.com")

    assert [person.email for person in found.people] == ["good@example.com", "also@example.com"]
    assert [bad.number for bad in found.bad] == [2]
    assert words in found.bad[0].problem


@given(st.text(max_size=300))
def test_whatever_is_pasted_every_line_is_read_or_named(text):
    found = read_invitees(text)

    for person in found.people:
        assert "@" in person.email
        assert "\n" not in person.name
        assert not any(ord(char) < 32 for char in person.email)
    if any(line.strip().strip(" ,;") for line in text.splitlines()):
        assert found.people or found.bad
