"""A real SMTP server on loopback, told by a test what to answer."""

# ruff: noqa: ARG002 - aiosmtpd calls its hooks with all of these

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = b"colloquy", b"open sesame"


@dataclass
class PostOffice:
    """What came in, and what to answer: `replies` maps RCPT or DATA to the replies to give first."""

    replies: dict[str, list[str]] = field(default_factory=dict)
    received: list[Envelope] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    passwords_seen: int = 0
    silent: bool = False
    port: int = 0

    def _next(self, command: str) -> str | None:
        waiting = self.replies.get(command)
        return waiting.pop(0) if waiting else None

    # aiosmtpd finds its hooks by these names.
    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address, options):  # noqa: N802 - see above
        if reply := self._next("RCPT"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802 - see above
        if self.silent:
            await asyncio.sleep(30)
        if reply := self._next("DATA"):
            return reply
        self.received.append(envelope)
        self.secure.append(server.transport.get_extra_info("ssl_object") is not None)
        self.signed_in.append(bool(session.authenticated))
        return "250 Taken"

    def check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data) -> AuthResult:
        self.passwords_seen += 1
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def open_post_office(
    *, tls: ssl.SSLContext | None = None, implicit: bool = False, auth: bool = False, utf8: bool = True
) -> AsyncIterator[PostOffice]:
    office = PostOffice()
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        with warnings.catch_warnings():
            # It warns, rightly, that a server like some of these is unsafe.
            warnings.simplefilter("ignore")
            made = SMTP(
                office,
                hostname="mx.example.org",
                enable_SMTPUTF8=utf8,
                tls_context=None if implicit else tls,
                require_starttls=tls is not None and not implicit,
                authenticator=office.check,
                auth_required=auth,
                auth_require_tls=False,
                loop=loop,
            )
        sessions.append(made)
        return made

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if implicit else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
        tasks = [made._handler_coroutine for made in sessions if made._handler_coroutine]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def make_certificate(folder: Path, host: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """A throw-away certificate: the server's context, and the file that makes a client trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
