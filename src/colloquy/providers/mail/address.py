"""Mail addresses as they go on the wire.

Forms check addresses that people type. Here an address is checked once more for the wire alone, and more
kindly: names that never leave a house (`corp.local`, `localhost`) are good recipients for its own server.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from email.utils import parseaddr

import idna

from colloquy.providers.mail.port import MailRefused, Sender

_LOCAL_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")  # RFC 5322, section 3.2.3
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LONGEST_LOCAL = 64  # octets, RFC 5321, section 4.5.3.1.1
_LONGEST_DOMAIN = 253  # octets that fit the 255 of RFC 1035, section 3.1, on the wire


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address in two parts; `domain` is ASCII (an international one is in its `xn--` form)."""

    local: str
    domain: str

    @property
    def needs_utf8(self) -> bool:
        """Whether only servers with SMTPUTF8 (RFC 6531) can take it. A domain alone never needs it."""
        return not self.local.isascii()

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def mailbox(address: str) -> Mailbox:
    """Return the parts of `address`; raises MailRefused when no server could take it."""
    local, at, domain = address.strip().rpartition("@")
    if not at:
        raise MailRefused("This mail address has no @. Correct it and send again.")
    local = unicodedata.normalize("NFC", local)
    if not _is_local_part(local):
        raise MailRefused("The part before the @ is not a mailbox name. Correct the address and send again.")
    return Mailbox(local, _ascii_domain(domain))


def parse_sender(text: str) -> Sender:
    """Return the sender written as `Colloquy <mail@example.org>` or as a bare address.

    Raises ValueError when no letter could leave from it, so that a slip shows at the start and not in a job.
    """
    name, address = parseaddr(text)
    try:
        mailbox(address)
    except MailRefused as exc:
        raise ValueError(f"{text!r} is not a sender. Write it as Colloquy <mail@example.org>.") from exc
    return Sender(address, name or None)


def _is_local_part(local: str) -> bool:
    try:
        size = len(local.encode())
    except UnicodeEncodeError:
        return False
    return size <= _LONGEST_LOCAL and all(map(_is_atom, local.split(".")))


def _is_atom(text: str) -> bool:
    # Quoted local parts ("a b"@x) are legal and unused; refusing them keeps spaces and brackets out.
    return bool(text) and all(
        _LOCAL_ATOM.fullmatch(char) if char.isascii() else unicodedata.category(char)[0] in "LMN" for char in text
    )


def _ascii_domain(domain: str) -> str:
    # The length is checked first: IDNA is slow on absurdly long input.
    if len(domain) <= _LONGEST_DOMAIN:
        try:
            name = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            name = ""
        if len(name) <= _LONGEST_DOMAIN and all(map(_LABEL.fullmatch, name.split("."))):
            return name
    raise MailRefused("The part after the @ is not a domain. Correct the address and send again.")
