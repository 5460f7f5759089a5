from __future__ import annotations

import pytest

from colloquy.kit.errors import Transient
from colloquy.providers.mail.fake import FakeMailer
from colloquy.providers.mail.port import MailRefused, message_id_for


async def test_the_fake_gives_the_answers_it_was_told_to_and_then_takes_letters(make_letter):
    mailer = FakeMailer()
    mailer.fail_next(Transient("busy"), MailRefused("no such person"))

    with pytest.raises(Transient, match="busy"):
        await mailer.send(make_letter())
    with pytest.raises(MailRefused, match="no such person"):
        await mailer.send(make_letter())
    await mailer.send(make_letter())
    await mailer.send(make_letter())

    assert len(mailer.sent) == 2
    assert mailer.message_ids == {message_id_for("effect-1")}
    assert len(mailer.to("anna@example.org")) == 2
    assert mailer.to("eve@example.org") == []
