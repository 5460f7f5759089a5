"""Letters by SMTP, one connection each.

A pool would save a handshake and cost its upkeep (servers close idle connections after a minute or two, and
a dead one looks like a failed letter). Interviews send tens of letters an hour, not thousands.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import aiosmtplib

from colloquy.kit import clock
from colloquy.kit.errors import Transient
from colloquy.providers.mail import mime
from colloquy.providers.mail.address import mailbox
from colloquy.providers.mail.port import Letter, MailRefused, Sender

_GOODBYE_SECONDS = 5.0

# Replies about how we signed in, not about the letter (RFC 4954, section 6): the operator mends these.
_SIGN_IN_REPLIES = frozenset({530, 534, 535, 538})


class TlsMode(StrEnum):
    """How the connection is protected. There is no "if offered": a man in the middle would not offer it."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


_PORTS = {TlsMode.NONE: 25, TlsMode.STARTTLS: 587, TlsMode.TLS: 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed in. `port` None is the usual one of the mode: 25, 587 or 465.

    `timeout_seconds` limits the wait for each answer, `deadline_seconds` the whole letter: a server that
    answers one byte a minute would otherwise hold a worker for hours. `ca_file` adds a certificate
    authority for servers of one's own. Raises ValueError for settings that would leak the password.
    """

    host: str
    port: int | None = None
    tls: TlsMode = TlsMode.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout_seconds: float = 30.0
    deadline_seconds: float = 120.0

    def __post_init__(self) -> None:
        if (self.username is None) != (self.password is None):
            raise ValueError("Give both an SMTP user name and a password, or neither.")
        if self.password is not None and self.tls is TlsMode.NONE and not _is_this_machine(self.host):
            raise ValueError("An SMTP password would travel in the clear. Choose starttls or tls.")


class SmtpMailer:
    """Hands letters to one SMTP server."""

    name = "smtp"

    def __init__(self, server: SmtpServer, sender: Sender) -> None:
        self.server = server
        self.sender = sender
        self._origin = mailbox(sender.address)
        # Read once: loading the system's authorities takes tens of milliseconds.
        self._tls = None if server.tls is TlsMode.NONE else ssl.create_default_context()
        if self._tls and server.ca_file:
            self._tls.load_verify_locations(server.ca_file)

    async def send(self, letter: Letter) -> None:
        """Hand the letter in; return once the server has said that it is responsible for it now."""
        raw = mime.compose(letter, self.sender, sent_at=clock.now())
        client = self._client()
        try:
            async with asyncio.timeout(self.server.deadline_seconds):
                await client.connect()
                await self._hand_in(client, letter, raw)
            # The letter is theirs. A goodbye that fails must not have it sent a second time.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=min(_GOODBYE_SECONDS, self.server.timeout_seconds))
        except aiosmtplib.SMTPRecipientsRefused as exc:
            raise _about_letter(exc.recipients[0]) from exc
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPHeloError) as exc:
            raise Transient(f"The mail server did not let us in ({exc.code}). Check user and password.") from exc
        except aiosmtplib.SMTPConnectError as exc:
            raise Transient("The mail server cannot be reached. Check its host, port and TLS mode.") from exc
        except aiosmtplib.SMTPResponseException as exc:
            raise _about_letter(exc) from exc
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as exc:
            raise Transient(f"The mail server broke off: {_cause(exc)}") from exc
        finally:
            client.close()

    async def reach(self) -> None:
        """Connect, sign in and say goodbye without a letter. Raises Transient that says what is in the way."""
        client = self._client()
        try:
            async with asyncio.timeout(self.server.timeout_seconds):
                await client.connect()
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=min(_GOODBYE_SECONDS, self.server.timeout_seconds))
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPHeloError) as exc:
            raise Transient(f"The mail server did not let us in ({exc.code}). Check user and password.") from exc
        except aiosmtplib.SMTPConnectError as exc:
            raise Transient("The mail server cannot be reached. Check its host, port and TLS mode.") from exc
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as exc:
            raise Transient(f"The mail server broke off: {_cause(exc)}") from exc
        finally:
            client.close()

    async def _hand_in(self, client: aiosmtplib.SMTP, letter: Letter, raw: bytes) -> None:
        options: list[str] = []
        if mime.needs_utf8(letter, self.sender):
            await client.ehlo()
            if not client.supports_extension("smtputf8"):
                raise MailRefused(
                    "Our mail server cannot write to an address with letters beyond a-z before the @. "
                    "Ask for another address."
                )
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        await client.sendmail(str(self._origin), [str(mailbox(letter.to))], raw, mail_options=options)

    def _client(self) -> aiosmtplib.SMTP:
        server = self.server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port or _PORTS[server.tls],
            # The default asks the resolver for this machine's name, which can take seconds and is
            # `localhost` in a container; the sender's domain is a name that the other side can look up.
            local_hostname=self._origin.domain,
            username=server.username,
            password=server.password,
            timeout=server.timeout_seconds,
            use_tls=server.tls is TlsMode.TLS,
            start_tls=server.tls is TlsMode.STARTTLS,
            tls_context=self._tls,
        )


def _about_letter(exc: aiosmtplib.SMTPResponseException) -> MailRefused | Transient:
    if 500 <= exc.code < 600 and exc.code not in _SIGN_IN_REPLIES:  # noqa: PLR2004 - permanent replies, RFC 5321 4.2.1
        return MailRefused(
            f"The recipient's mail server refused the letter ({exc.code}). Check the address.",
            reply=exc.message,
            reply_code=exc.code,
        )
    return Transient(f"The mail server did not take the letter just now ({exc.code}).")


def _cause(exc: BaseException) -> str:
    # Replies can repeat an address; only what this side says about the connection is quoted.
    return str(exc) or type(exc).__name__


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
