"""What a letter is and what it means to send one.

A mailer answers in one of three ways: it returns (the letter has been taken over), it raises
`MailRefused` (this letter will never be taken, however often it is tried) or it raises
`colloquy.kit.errors.Transient` (try the same letter again).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from colloquy.kit.errors import Refusal

MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What a message id may look like: also safe as the name of a file."""

LONGEST_LINE = 998
"""Characters one header value may have: the line limit of RFC 5322, section 2.1.1, before encoding."""

MOST_ATTACHED_BYTES = 1 << 20
"""A letter of ours carries a calendar entry, not files: more than this in all is a mistake of the writer."""

_ATTACHMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_PARAMETER = re.compile(r"[A-Za-z0-9-]{1,40}")

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")

# Written by `mime.compose` alone: a letter that could set them could forge its sender or its shape.
_RESERVED_HEADERS = frozenset(
    {
        *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id"),
        *("mime-version", "received", "return-path"),
    }
)

# Controls, lone surrogates, line and paragraph separators: each ends a line somewhere on the way, or cannot
# be encoded at all.
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


class MailRefused(Refusal):
    """A letter that will not be taken: the recipient's address is wrong or their server said a final no.

    `reply` is the server's own sentence, which often repeats the address: log it under a `pii` key.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "mail_refused"

    def __init__(self, message: str, *, reply: str | None = None, **extra: Any) -> None:
        super().__init__(message, **extra)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose house the letters leave from. The operator configures it; a letter may change the name only."""

    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that goes with a letter. `parameters` belong to its content type, such as ("method", "PUBLISH").

    We name and type attachments ourselves, so both are plain ASCII. Text is UTF-8. Raises ValueError otherwise.
    """

    name: str
    content_type: str
    data: bytes
    parameters: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not _ATTACHMENT_NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} cannot name an attachment. Use letters, digits, dots and hyphens.")
        if not _CONTENT_TYPE.fullmatch(self.content_type) or self.content_type.startswith("multipart/"):
            raise ValueError(f"{self.content_type!r} is not the content type of a file.")
        if not all(_PARAMETER.fullmatch(part) for pair in self.parameters for part in pair):
            raise ValueError("A parameter of a content type is a short word.")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person, in plain text and in HTML.

    `message_id` comes from the effect that causes the letter (see `message_id_for`), so that a second
    sending after a crash carries the same id and is recognised by mailboxes and by the file mailer.
    `from_name` is shown beside the operator's address. `headers` are extra (name, value) pairs. `attachments` follow
    the two tellings of the letter, in their order.

    Raises ValueError when a header could break its line: callers fold foreign text before they write.
    """

    to: str
    to_name: str | None
    subject: str
    text: str
    html: str
    message_id: str
    reply_to: str | None = None
    from_name: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError("A message id has 8 to 64 letters, digits, - or _. Use message_id_for().")
        if not self.subject.strip():
            raise ValueError("A letter needs a subject.")
        _refuse_breaks("subject", self.subject)
        _refuse_breaks("to_name", self.to_name or "")
        _refuse_breaks("from_name", self.from_name or "")
        for name, value in self.headers:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a header name.")
            if name.lower() in _RESERVED_HEADERS or name.lower().startswith("content-t"):
                raise ValueError(f"The header {name} is written by the mailer and cannot be set here.")
            _refuse_breaks(name, value)
        if sum(len(attached.data) for attached in self.attachments) > MOST_ATTACHED_BYTES:
            raise ValueError(f"A letter carries at most {MOST_ATTACHED_BYTES} bytes of attachments; link to the file.")


class Mailer(Protocol):
    """Takes letters over. `name` says which kind it is (shown by `doctor` and in the log)."""

    @property
    def name(self) -> str: ...

    async def send(self, letter: Letter) -> None:
        """Take the letter over, durably.

        Raises MailRefused for good, Transient for now. After a Transient the letter may still have
        arrived (the answer was lost, not the letter): sending it again is right, the message id is the same.
        """
        ...


def message_id_for(effect_id: str, *parts: str) -> str:
    """Return the id of the letter that `effect_id` causes: 32 hexadecimal digits.

    `parts` tell apart several letters of one effect, such as the kind of letter and who receives it.
    """
    # JSON keeps ("ab", "c") and ("a", "bc") apart.
    return hashlib.sha256(json.dumps([effect_id, *parts]).encode()).hexdigest()[:32]


def _refuse_breaks(field: str, value: str) -> None:
    if len(value) > LONGEST_LINE:
        raise ValueError(f"The {field} of a letter has at most {LONGEST_LINE} characters; shorten it first.")
    if any(unicodedata.category(character) in _BREAKING for character in value):
        raise ValueError(f"The {field} of a letter is one line of text; fold control characters first.")
