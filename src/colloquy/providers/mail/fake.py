"""A mailer that remembers. Tests read `sent` and tell it what to answer next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from colloquy.kit import clock
from colloquy.kit.errors import Transient
from colloquy.providers.mail import mime
from colloquy.providers.mail.port import Letter, MailRefused, Sender


@dataclass(slots=True)
class FakeMailer:
    """Keeps letters in memory, in the order sent, a repeated sending included."""

    sender: Sender = field(default_factory=lambda: Sender("colloquy@example.org", "Colloquy"))
    name: str = "fake"
    sent: list[Letter] = field(default_factory=list)
    _answers: deque[MailRefused | Transient] = field(default_factory=deque)

    def fail_next(self, *answers: MailRefused | Transient) -> None:
        """Raise each of `answers` once, in this order, before letters are taken again."""
        self._answers.extend(answers)

    @property
    def message_ids(self) -> set[str]:
        """The different letters taken so far."""
        return {letter.message_id for letter in self.sent}

    def to(self, address: str) -> list[Letter]:
        """Return the letters taken for `address`."""
        return [letter for letter in self.sent if letter.to == address]

    async def send(self, letter: Letter) -> None:
        """Keep the letter. One that could not be written for the wire is refused, as everywhere."""
        mime.compose(letter, self.sender, sent_at=clock.now())
        if self._answers:
            raise self._answers.popleft()
        self.sent.append(letter)
