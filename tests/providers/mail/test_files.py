from __future__ import annotations

import os
import stat

import pytest

from colloquy.kit.errors import Transient
from colloquy.providers.mail.files import FileMailer
from colloquy.providers.mail.port import message_id_for


@pytest.fixture
def mailer(tmp_path, sender) -> FileMailer:
    return FileMailer(tmp_path / "var" / "mail", sender)


async def test_letters_are_listed_newest_first(mailer, make_letter):
    for number in range(3):
        await mailer.send(make_letter(subject=f"Number {number}", message_id=message_id_for(f"e{number}")))
        os.utime(mailer.folder / f"{message_id_for(f'e{number}')}.eml", (number, number))

    assert [letter.subject for letter in await mailer.list_letters()] == ["Number 2", "Number 1", "Number 0"]
    assert [letter.subject for letter in await mailer.list_letters(limit=1)] == ["Number 2"]


async def test_an_unused_mailbox_is_empty(mailer):
    assert await mailer.list_letters() == []
    assert await mailer.read_letter(message_id_for("e")) is None


async def test_a_letter_is_read_by_its_id(mailer, make_letter):
    await mailer.send(make_letter())

    letter = await mailer.read_letter(message_id_for("effect-1"))

    assert letter is not None
    assert (letter.id, letter.subject, letter.sender) == (
        message_id_for("effect-1"),
        "Your interview",
        "colloquy@mail.example.org",
    )
    assert letter.html.startswith("<p>Hello")


@pytest.mark.parametrize("letter_id", ["../secret_file", "..", "", "/etc/passwd", "a/b/c/d/e/f", "x" * 80])
async def test_only_letters_of_the_folder_can_be_read(mailer, make_letter, letter_id):
    await mailer.send(make_letter())
    (mailer.folder.parent / "secret_file.eml").write_bytes(b"Subject: secret\r\n\r\n")

    assert await mailer.read_letter(letter_id) is None


async def test_the_first_sending_stays_as_it_was_and_nothing_else_is_left(mailer, make_letter):
    await mailer.send(make_letter())
    path = mailer.folder / f"{message_id_for('effect-1')}.eml"
    before = path.read_bytes()

    await mailer.send(make_letter(subject="Changed since"))

    assert path.read_bytes() == before
    assert list(mailer.folder.iterdir()) == [path]


async def test_letters_are_private_to_the_servers_user(mailer, make_letter):
    await mailer.send(make_letter())

    assert stat.S_IMODE(mailer.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in mailer.folder.iterdir()} == {0o600}


async def test_a_write_that_breaks_leaves_no_half_letter(mailer, make_letter, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Transient, match="mail folder"):
            await mailer.send(make_letter())
    assert list(mailer.folder.iterdir()) == []

    await mailer.send(make_letter())
    assert len(await mailer.list_letters()) == 1


async def test_a_stray_file_does_not_hide_the_letters(mailer, make_letter):
    await mailer.send(make_letter())
    (mailer.folder / "stray.eml").write_bytes(b"\xff\xfe not a letter")
    (mailer.folder / "notes.txt").write_text("not a letter either")

    subjects = {letter.subject for letter in await mailer.list_letters()}

    assert subjects == {"Your interview", ""}
