"""SMTP against a real server that refuses, stumbles, hides and lies."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import pytest
from post_office import PASSWORD, USER, make_certificate, open_post_office

from colloquy.kit.errors import Transient
from colloquy.providers.mail.port import MailRefused
from colloquy.providers.mail.smtp import SmtpMailer, SmtpServer, TlsMode


def _mailer(office, sender, tls=TlsMode.NONE, **settings) -> SmtpMailer:
    defaults = {"timeout_seconds": 5.0, "deadline_seconds": 10.0}
    return SmtpMailer(SmtpServer("127.0.0.1", office.port, tls, **{**defaults, **settings}), sender)


@pytest.fixture
def certificate(tmp_path):
    return make_certificate(tmp_path)


async def test_the_envelope_names_sender_and_recipient(make_letter, sender):
    async with open_post_office() as office:
        await _mailer(office, sender).send(make_letter())

    (envelope,) = office.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("colloquy@mail.example.org", ["anna@example.org"])


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["421 Closing down", "450 Mailbox busy", "451 Greylisted", "452 Disk full"])
async def test_a_no_for_now_can_be_tried_again(make_letter, sender, command, reply):
    async with open_post_office() as office:
        office.replies[command] = [reply]
        mailer = _mailer(office, sender)

        with pytest.raises(Transient, match=reply[:3]):
            await mailer.send(make_letter())
        assert office.received == []

        await mailer.send(make_letter())
        assert len(office.received) == 1


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("reply", ["550 No such user anna@example.org", "552 Too large", "554 No thanks"])
async def test_a_final_no_is_final_and_keeps_the_reply_out_of_the_text(make_letter, sender, command, reply):
    async with open_post_office() as office:
        office.replies[command] = [reply]

        with pytest.raises(MailRefused) as caught:
            await _mailer(office, sender).send(make_letter())

    assert caught.value.extra == {"reply_code": int(reply[:3])}
    assert caught.value.reply == reply[4:]
    assert "anna" not in caught.value.message


async def test_a_demand_to_sign_in_is_not_the_letters_fault(make_letter, sender):
    async with open_post_office(auth=True) as office:
        with pytest.raises(Transient, match="530"):
            await _mailer(office, sender).send(make_letter())

    assert office.received == []


async def test_starttls_protects_letter_and_password(make_letter, sender, certificate):
    context, trusted = certificate
    async with open_post_office(tls=context, auth=True) as office:
        mailer = _mailer(
            office,
            sender,
            TlsMode.STARTTLS,
            username=USER.decode(),
            password=PASSWORD.decode(),
            ca_file=trusted,
        )
        await mailer.send(make_letter())

    assert (len(office.received), office.secure, office.signed_in) == (1, [True], [True])


async def test_tls_from_the_first_byte(make_letter, sender, certificate):
    context, trusted = certificate
    async with open_post_office(tls=context, implicit=True) as office:
        await _mailer(office, sender, TlsMode.TLS, ca_file=trusted).send(make_letter())

    assert (len(office.received), office.secure) == (1, [True])


@pytest.mark.parametrize("mode", [TlsMode.STARTTLS, TlsMode.TLS])
async def test_a_server_that_nobody_vouches_for_gets_neither_letter_nor_password(
    make_letter, sender, certificate, mode
):
    context, _ = certificate
    async with open_post_office(tls=context, implicit=mode is TlsMode.TLS, auth=True) as office:
        mailer = _mailer(office, sender, mode, username=USER.decode(), password=PASSWORD.decode())
        with pytest.raises(Transient):
            await mailer.send(make_letter())

    assert (office.received, office.passwords_seen) == ([], 0)


async def test_a_certificate_for_another_host_is_not_enough(make_letter, sender, tmp_path):
    context, trusted = make_certificate(tmp_path, host="elsewhere.example.org")
    async with open_post_office(tls=context) as office:
        server = SmtpServer("localhost", office.port, TlsMode.STARTTLS, ca_file=trusted, timeout_seconds=5.0)
        with pytest.raises(Transient, match="certificate"):
            await SmtpMailer(server, sender).send(make_letter())

    assert office.received == []


async def test_a_server_without_starttls_is_not_used_in_the_clear(make_letter, sender):
    async with open_post_office(auth=True) as office:
        mailer = _mailer(office, sender, TlsMode.STARTTLS, username=USER.decode(), password=PASSWORD.decode())
        with pytest.raises(Transient, match="STARTTLS"):
            await mailer.send(make_letter())

    assert (office.received, office.passwords_seen) == ([], 0)


async def test_a_wrong_password_waits_for_the_operator(make_letter, sender):
    async with open_post_office(auth=True) as office:
        mailer = _mailer(office, sender, username=USER.decode(), password="wrong")
        with pytest.raises(Transient, match="535"):
            await mailer.send(make_letter())

    assert office.received == []
    assert office.passwords_seen >= 1


async def test_a_mailbox_beyond_ascii_needs_a_server_that_can(make_letter, sender):
    async with open_post_office(utf8=False) as office:
        with pytest.raises(MailRefused, match="Ask for another address"):
            await _mailer(office, sender).send(make_letter(to="анна@example.org"))
        await _mailer(office, sender).send(make_letter(to="anna@пример.рф"))

    assert [envelope.rcpt_tos for envelope in office.received] == [["anna@xn--e1afmkfd.xn--p1ai"]]


async def test_nobody_listening_can_be_tried_again(make_letter, sender):
    async with open_post_office() as office:
        mailer = _mailer(office, sender)

    with pytest.raises(Transient, match="cannot be reached"):
        await mailer.send(make_letter())


async def test_a_silent_server_is_given_up_after_the_timeout(make_letter, sender):
    async with open_post_office() as office:
        office.silent = True
        with pytest.raises(Transient):
            await _mailer(office, sender, timeout_seconds=0.3).send(make_letter())


@pytest.mark.parametrize("greeting", [b"554 Go away\r\n", b"421 Busy\r\n", b"garbage\r\n", b""])
async def test_a_server_that_does_not_greet_can_be_tried_again(make_letter, sender, greeting):
    async with _scripted([greeting]) as port:
        with pytest.raises(Transient):
            await SmtpMailer(_quick(port), sender).send(make_letter())


async def test_a_connection_lost_inside_the_letter_can_be_tried_again(make_letter, sender):
    async with _scripted([b"220 x\r\n", b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b""]) as port:
        with pytest.raises(Transient):
            await SmtpMailer(_quick(port), sender).send(make_letter())


@pytest.mark.parametrize("goodbye", [b"", b"500 what\r\n", None], ids=["hung up", "refused", "silent"])
async def test_a_letter_that_was_taken_is_sent_whatever_the_goodbye(make_letter, sender, goodbye):
    script = [b"220 x\r\n", b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n", goodbye]
    async with _scripted(script) as port:
        await SmtpMailer(_quick(port), sender).send(make_letter())


async def test_a_server_that_drips_is_given_up_at_the_deadline(make_letter, sender):
    async with _scripted([b"220 x\r\n", b"250 x\r\n", None]) as port:
        server = SmtpServer("127.0.0.1", port, TlsMode.NONE, timeout_seconds=60.0, deadline_seconds=0.3)
        async with asyncio.timeout(10):
            with pytest.raises(Transient):
                await SmtpMailer(server, sender).send(make_letter())


def test_a_password_never_travels_in_the_clear_to_another_machine():
    with pytest.raises(ValueError, match="in the clear"):
        SmtpServer("mail.example.org", tls=TlsMode.NONE, username="a", password="b")
    assert SmtpServer("localhost", tls=TlsMode.NONE, username="a", password="b").password == "b"
    assert "secret" not in repr(SmtpServer("mail.example.org", username="a", password="secret"))


def test_half_a_sign_in_is_a_mistake():
    with pytest.raises(ValueError, match="both"):
        SmtpServer("mail.example.org", username="a")


@pytest.mark.parametrize(("mode", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_usual_port_of_the_mode_is_used(sender, mode, port):
    mailer = SmtpMailer(SmtpServer("mail.example.org", tls=TlsMode(mode)), sender)

    assert mailer._client().port == port


def test_certificates_are_checked(sender):
    mailer = SmtpMailer(SmtpServer("mail.example.org"), sender)

    assert mailer._tls is not None
    assert (mailer._tls.verify_mode, mailer._tls.check_hostname) == (ssl.CERT_REQUIRED, True)


def _quick(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, TlsMode.NONE, timeout_seconds=0.5, deadline_seconds=10.0)


class _scripted:  # noqa: N801 - used like a function
    """A server that answers from a list whatever it is told: b"" hangs up, None says nothing more."""

    def __init__(self, script: list[bytes | None]) -> None:
        self.script = script
        self.serving: list[asyncio.Task] = []

    async def __aenter__(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def __aexit__(self, *exc: object) -> None:
        self.server.close()
        await self.server.wait_closed()
        await asyncio.gather(*self.serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.append(asyncio.current_task())
        for line in self.script:
            if line == b"":
                break
            if line is None:
                await reader.read()  # until the other side gives up
                break
            writer.write(line)
            await writer.drain()
            end = b"\r\n.\r\n" if line.startswith(b"354") else b"\r\n"
            try:
                await reader.readuntil(end)
            except (asyncio.IncompleteReadError, ConnectionError):
                break
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_visit_without_a_letter_proves_that_we_are_let_in(sender):
    async with open_post_office(auth=True) as office:
        await _mailer(office, sender, username=USER.decode(), password=PASSWORD.decode()).reach()

    assert office.received == []
    assert office.passwords_seen == 1


async def test_a_visit_tells_a_wrong_password(sender):
    async with open_post_office(auth=True) as office:
        with pytest.raises(Transient, match="did not let us in"):
            await _mailer(office, sender, username=USER.decode(), password="wrong").reach()


async def test_a_visit_tells_a_server_that_is_not_there(sender):
    async with open_post_office() as office:
        pass

    with pytest.raises(Transient, match="cannot be reached"):
        await _mailer(office, sender).reach()
