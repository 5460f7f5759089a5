"""A letter as bytes (RFC 5322), and back.

Headers are written here and not by `email.message`: up to Python 3.11.8 and in part later its folding adds
spaces to long encoded names, loses the quotes around commas in them, and lets line breaks through on output
(gh-100884, gh-121650). The body is the standard library's work.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import format_datetime, parseaddr

from colloquy.providers.mail.address import Mailbox, mailbox
from colloquy.providers.mail.port import Attachment, Letter, Sender

# Everything in the body is ASCII, so that a relay without 8BITMIME has nothing to break.
_BODY = policy.SMTP.clone(cte_type="7bit")

# Octets of text in one encoded word: base64 makes 52 of 39, the frame adds 12, "Reply-To: " leads with 10,
# and a line that has an encoded word ends at 76 (RFC 2047, section 2).
_WORD = 39

# A header of plain ASCII stays as it is up to here; with its name it fits the 78 that RFC 5322 asks for.
_PLAIN = 66


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """An attachment read back: `data` are the bytes that were attached."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter read back from its bytes. `date` is UTC; addresses are as they were on the wire."""

    id: str
    subject: str
    to: str
    to_name: str | None
    sender: str
    date: datetime
    text: str
    html: str
    attachments: tuple[StoredAttachment, ...] = ()


def compose(letter: Letter, sender: Sender, *, sent_at: datetime) -> bytes:
    """Return the letter as bytes with CRLF line ends: ASCII, or UTF-8 where a mailbox name needs it.

    The same letter, sender and moment give the same bytes. Raises MailRefused for an address that
    no server could take.
    """
    origin = mailbox(sender.address)
    head = [
        ("From", _named(letter.from_name or sender.name, origin)),
        ("To", _named(letter.to_name, mailbox(letter.to))),
        ("Subject", _encoded(letter.subject)),
        ("Date", format_datetime(sent_at.astimezone(UTC))),
        ("Message-ID", f"<{letter.message_id}@{origin.domain}>"),
    ]
    if letter.reply_to:
        head.append(("Reply-To", str(mailbox(letter.reply_to))))
    head += [(name, _encoded(value)) for name, value in letter.headers]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)
    return lines.encode() + _body(letter)


def needs_utf8(letter: Letter, sender: Sender) -> bool:
    """Return whether the composed letter has UTF-8 in its headers and needs a server with SMTPUTF8."""
    addresses = [sender.address, letter.to, letter.reply_to]
    return any(mailbox(address).needs_utf8 for address in addresses if address)


def read(raw: bytes) -> StoredLetter:
    """Return the letter that `compose` once wrote as `raw`."""
    # Decoded first: the byte parser takes UTF-8 in headers (RFC 6532) for damage.
    message = message_from_string(raw.decode(errors="replace"), policy=policy.default)
    to_name, to = parseaddr(_raw_header(message, "To"))
    _, sender = parseaddr(_raw_header(message, "From"))
    date = message["Date"].datetime if message["Date"] else None
    return StoredLetter(
        id=_raw_header(message, "Message-ID").strip("<>").partition("@")[0],
        subject=str(message["Subject"] or ""),
        to=to,
        to_name=_decoded(to_name) or None,
        sender=sender,
        date=date or datetime.fromtimestamp(0, UTC),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=tuple(
            StoredAttachment(part.get_filename() or "", part.get_content_type(), _bytes(part))
            for part in message.iter_attachments()
        ),
    )


def _body(letter: Letter) -> bytes:
    body = EmailMessage(policy=_BODY)
    body.set_content(letter.text)
    body.add_alternative(letter.html, subtype="html")
    if not letter.attachments:
        body.set_boundary(f"=_{letter.message_id}")
        return body.as_bytes()
    for attached in letter.attachments:
        _attach(body, attached)
    # The tellings of the letter stay together inside (multipart/alternative), the files follow them (mixed).
    body.set_boundary(f"=_{letter.message_id}")
    # No boundary may begin with the other one: readers compare beginnings of lines (RFC 2046, section 5.1.1).
    next(body.iter_parts()).set_boundary(f"=_a_{letter.message_id}")
    return body.as_bytes()


def _attach(body: EmailMessage, attached: Attachment) -> None:
    main, sub = attached.content_type.split("/")
    parameters = dict(attached.parameters)
    if main == "text":
        # Bytes, not `str`: the standard library would turn CRLF, which a calendar entry needs, into the policy's own.
        parameters["charset"] = "utf-8"
    body.add_attachment(
        attached.data, maintype=main, subtype=sub, cte="base64", filename=attached.name, params=parameters
    )


def _named(name: str | None, address: Mailbox) -> str:
    if not name:
        return str(address)
    if name.isascii() and "=?" not in name and len(name) <= _PLAIN:
        quoted = name.replace("\\", r"\\").replace('"', r"\"")
        return f'"{quoted}"\r\n <{address}>'
    return f"{_words(name)}\r\n <{address}>"


def _encoded(text: str) -> str:
    plain = text.isascii() and "=?" not in text and text == text.strip() and len(text) <= _PLAIN
    return text if plain else _words(text)


def _words(text: str) -> str:
    """Return `text` as encoded words (RFC 2047), one to a line; no character is cut in two."""
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[bytes]:
    piece = b""
    for character in text:
        octets = character.encode()
        if len(piece) + len(octets) > _WORD:
            yield piece
            piece = b""
        piece += octets
    yield piece


def _raw_header(message: EmailMessage, name: str) -> str:
    # The stored text, unparsed: the standard parser of names adds spaces between encoded words (gh-100884).
    return next((value for key, value in message.raw_items() if key.lower() == name.lower()), "").strip()


def _decoded(name: str) -> str:
    return str(make_header(decode_header(name)))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""
