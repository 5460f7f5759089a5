from __future__ import annotations

import pytest

from colloquy.providers.mail.address import parse_sender
from colloquy.providers.mail.port import MOST_ATTACHED_BYTES, Attachment, Sender, message_id_for

BREAKS = ["\n", "\r", "\r\n", "\x00", "\x0b", "\x85", "\u2028", "\u2029", "\ud800", "\x7f"]


@pytest.mark.parametrize("line_break", BREAKS)
@pytest.mark.parametrize("field", ["subject", "to_name", "from_name"])
def test_a_header_that_could_start_another_is_never_a_letter(make_letter, field, line_break):
    with pytest.raises(ValueError, match=f"The {field} of a letter is one line"):
        make_letter(**{field: f"Hello{line_break}Bcc: everyone@example.org"})


@pytest.mark.parametrize("line_break", BREAKS)
def test_an_extra_header_is_one_line_too(make_letter, line_break):
    with pytest.raises(ValueError, match="is one line"):
        make_letter(headers=(("X-Purpose", f"a{line_break}Bcc: everyone@example.org"),))


@pytest.mark.parametrize("name", ["Bcc", "FROM", "subject", "Content-Type", "Content-Transfer-Encoding", "Date"])
def test_the_mailers_own_headers_cannot_be_replaced(make_letter, name):
    with pytest.raises(ValueError, match="written by the mailer"):
        make_letter(headers=((name, "x"),))


@pytest.mark.parametrize("name", ["", "X Y", "X:", "X\r\nBcc", "é"])
def test_only_a_header_name_names_a_header(make_letter, name):
    with pytest.raises(ValueError, match="not a header name"):
        make_letter(headers=((name, "x"),))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../deadline.ics"},
        {"name": ""},
        {"name": 'a"; filename=evil.exe'},
        {"name": "срок.ics"},
        {"content_type": "text/calendar; charset=x"},
        {"content_type": "multipart/mixed"},
        {"content_type": "calendar"},
        {"parameters": (("method", "PUBLISH\r\nBcc: all"),)},
    ],
)
def test_an_attachment_cannot_write_a_header(changes):
    with pytest.raises(ValueError, match=r"attachment|content type"):
        Attachment(**{"name": "deadline.ics", "content_type": "text/calendar", "data": b"", **changes})


def test_a_letter_is_no_parcel(make_letter):
    attached = Attachment("film.bin", "application/octet-stream", bytes(MOST_ATTACHED_BYTES + 1))
    with pytest.raises(ValueError, match="at most"):
        make_letter(attachments=(attached,))


@pytest.mark.parametrize("message_id", ["", "short", "../../etc/passwd", "a" * 65, "<a@b>12345", "12345678\n"])
def test_a_message_id_is_safe_as_a_file_name(make_letter, message_id):
    with pytest.raises(ValueError, match="message id"):
        make_letter(message_id=message_id)


def test_a_letter_has_a_subject_of_bearable_length(make_letter):
    with pytest.raises(ValueError, match="needs a subject"):
        make_letter(subject="  ")
    with pytest.raises(ValueError, match="at most 998"):
        make_letter(subject="x" * 999)


def test_one_effect_gives_one_id_per_letter():
    assert message_id_for("e1", "thanks", "a@b") == message_id_for("e1", "thanks", "a@b")
    ids = {
        message_id_for("e1"),
        message_id_for("e2"),
        message_id_for("e1", "ab", "c"),
        message_id_for("e1", "a", "bc"),
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Colloquy <colloquy@localhost>", Sender("colloquy@localhost", "Colloquy")),
        ("mail@example.org", Sender("mail@example.org", None)),
        ('"Отдел найма, ООО" <mail@пример.рф>', Sender("mail@пример.рф", "Отдел найма, ООО")),
    ],
)
def test_the_sender_is_read_as_people_write_it(text, sender):
    assert parse_sender(text) == sender


@pytest.mark.parametrize("text", ["", "Colloquy", "Colloquy <>", "a b@example.org", "x <y@z..z>"])
def test_a_sender_that_cannot_send_is_found_at_the_start(text):
    with pytest.raises(ValueError, match="is not a sender"):
        parse_sender(text)
