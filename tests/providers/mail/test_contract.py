"""What every mailer promises, asked of the fake, of files and of SMTP with a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office import open_post_office

from colloquy.providers.mail import mime
from colloquy.providers.mail.fake import FakeMailer
from colloquy.providers.mail.files import FileMailer
from colloquy.providers.mail.mime import StoredLetter
from colloquy.providers.mail.port import Attachment, MailRefused, message_id_for
from colloquy.providers.mail.smtp import SmtpMailer, SmtpServer, TlsMode


class Box:
    """A mailer and the bytes that arrived through it."""

    def __init__(self, mailer, arrived) -> None:
        self.mailer = mailer
        self.arrived = arrived

    def letters(self) -> list[StoredLetter]:
        """Each letter once, as a mailbox shows them: a repeated message id is the same letter."""
        return list({letter.id: letter for letter in map(mime.read, self.arrived())}.values())


@asynccontextmanager
async def _fake(folder: Path, sender) -> AsyncIterator[Box]:
    mailer = FakeMailer(sender)
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    yield Box(mailer, lambda: [mime.compose(sent, sender, sent_at=moment) for sent in mailer.sent])


@asynccontextmanager
async def _files(folder: Path, sender) -> AsyncIterator[Box]:
    yield Box(
        FileMailer(folder / "mail", sender),
        lambda: [path.read_bytes() for path in (folder / "mail").glob("*.eml")],
    )


@asynccontextmanager
async def _smtp(folder: Path, sender) -> AsyncIterator[Box]:
    async with open_post_office() as office:
        mailer = SmtpMailer(SmtpServer("127.0.0.1", office.port, TlsMode.NONE), sender)
        yield Box(mailer, lambda: [envelope.content for envelope in office.received])


@pytest.fixture(params=[_fake, _files, _smtp], ids=["fake", "files", "smtp"])
async def box(request, tmp_path, sender) -> AsyncIterator[Box]:
    async with request.param(tmp_path, sender) as made:
        yield made


async def test_a_letter_arrives_with_both_parts(box, make_letter):
    await box.mailer.send(make_letter(reply_to="team@example.org", from_name="Northwind"))

    (letter,) = box.letters()
    assert (letter.to, letter.to_name, letter.subject) == ("anna@example.org", "Anna Petrova", "Your interview")
    assert letter.text == "Hello Anna,\n\nthe answers are here.\n"
    assert letter.html == "<p>Hello Anna, the answers are here.</p>\n"
    (raw,) = box.arrived()
    message = message_from_bytes(raw, policy=policy.default)
    assert message["From"] == "Northwind <colloquy@mail.example.org>"
    assert message["Reply-To"] == "team@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{message_id_for('effect-1')}@mail.example.org>"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Date"].datetime.tzinfo is not None


async def test_a_second_sending_is_recognised_as_the_same_letter(box, make_letter):
    await box.mailer.send(make_letter())
    await box.mailer.send(make_letter())
    await box.mailer.send(make_letter(message_id=message_id_for("effect-2")))

    assert {letter.id for letter in box.letters()} == {message_id_for("effect-1"), message_id_for("effect-2")}
    assert len(box.letters()) == 2


@pytest.mark.parametrize(
    "name",
    [
        "Анна Иванова-Сергеевна, старший инженер по надёжности и очень длинным должностям отдела",
        'שלום, O\'Neil "Quotes" <b@c.org>',
        "=?utf-8?q?not=20encoded?=",
        "李小龍 😀👩‍👩‍👧",
        "Bobby <script>alert(1)</script>; Tables",
        "a" * 400,
        "Back\\slash",
    ],
)
async def test_any_name_and_subject_on_one_line_arrive_as_written(box, make_letter, name):
    await box.mailer.send(make_letter(to_name=name, subject=name))

    (letter,) = box.letters()
    assert (letter.to, letter.to_name, letter.subject) == ("anna@example.org", name, name)
    assert max(map(len, box.arrived()[0].split(b"\r\n"))) <= 78


async def test_odd_bodies_arrive_as_written(box, make_letter):
    text = ".\n..\nFrom the start\n" + "long " * 400 + "\nПривет \u200fשלום\n\n.\n"

    await box.mailer.send(make_letter(text=text, html=f"<pre>{text}</pre>\n"))

    (letter,) = box.letters()
    assert (letter.text, letter.html) == (text, f"<pre>{text}</pre>\n")


async def test_an_international_domain_is_written_in_its_ascii_form(box, make_letter):
    await box.mailer.send(make_letter(to="anna@Пример.рф"))

    assert [letter.to for letter in box.letters()] == ["anna@xn--e1afmkfd.xn--p1ai"]
    assert box.arrived()[0].isascii()


async def test_a_mailbox_name_beyond_ascii_is_delivered(box, make_letter):
    await box.mailer.send(make_letter(to="анна@example.org", to_name="Анна"))

    assert [(letter.to, letter.to_name) for letter in box.letters()] == [("анна@example.org", "Анна")]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@example.org",
        "anna@",
        "anna@exa mple.org",
        "an na@example.org",
        '"an na"@example.org',
        "anna@example.org\r\nRCPT TO:<eve@example.org>",
        "anna\r\n@example.org",
        "anna\u202e@example.org",
        "anna@example.org>",
        "<anna@example.org>",
        "anna,eve@example.org",
        "anna@-example.org",
        "anna@example..org",
        "anna..b@example.org",
        f"{'a' * 65}@example.org",
        f"anna@{'a.' * 130}org",
        "anna\ud800@example.org",
    ],
)
async def test_an_address_that_no_server_could_take_is_refused_for_good(box, make_letter, address):
    with pytest.raises(MailRefused) as caught:
        await box.mailer.send(make_letter(to=address))

    assert caught.value.code == "mail_refused"
    assert box.letters() == []


async def test_an_address_inside_the_house_is_good(box, make_letter):
    await box.mailer.send(make_letter(to="anna+jobs@localhost"))

    assert [letter.to for letter in box.letters()] == ["anna+jobs@localhost"]


CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Собеседование\r\nEND:VCALENDAR\r\n".encode()


async def test_attachments_arrive_byte_for_byte_beside_both_tellings(box, make_letter):
    odd = bytes(range(256)) * 20
    await box.mailer.send(
        make_letter(
            attachments=(
                Attachment("deadline.ics", "text/calendar", CALENDAR, (("method", "PUBLISH"),)),
                Attachment("odd.bin", "application/octet-stream", odd),
            )
        )
    )

    (letter,) = box.letters()
    assert letter.text == "Hello Anna,\n\nthe answers are here.\n"
    assert letter.html == "<p>Hello Anna, the answers are here.</p>\n"
    assert [(one.name, one.content_type, one.data) for one in letter.attachments] == [
        ("deadline.ics", "text/calendar", CALENDAR),
        ("odd.bin", "application/octet-stream", odd),
    ]
    raw = box.arrived()[0]
    message = message_from_bytes(raw, policy=policy.default)
    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "multipart/alternative",
        "text/calendar",
        "application/octet-stream",
    ]
    calendar = next(iter(message.iter_attachments()))
    assert calendar["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    outer, inner = (part.get_boundary() for part in (message, next(message.iter_parts())))
    assert not inner.startswith(outer)
    assert not outer.startswith(inner)


async def test_the_mailer_says_which_it_is(box):
    assert box.mailer.name in {"fake", "files", "smtp"}


_ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), min_size=1, max_size=200).map(
    str.strip
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_ONE_LINE, subject=_ONE_LINE.filter(bool))
def test_no_name_or_subject_changes_the_other_headers(make_letter, sender, name, subject):
    letter = make_letter(to_name=name, subject=subject)
    raw = mime.compose(letter, sender, sent_at=datetime(2026, 11, 20, tzinfo=UTC))

    back = mime.read(raw)

    assert (back.to, back.to_name or "", back.subject) == ("anna@example.org", name, subject)
    names = [name for name, _ in message_from_bytes(raw).items()]
    assert names == [
        *("From", "To", "Subject", "Date", "Message-ID"),
        *("Auto-Submitted", "MIME-Version", "Content-Type"),
    ]
