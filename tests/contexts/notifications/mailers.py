"""Mailers that say what tests tell them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from colloquy.kit.errors import Transient
from colloquy.providers.mail.fake import FakeMailer
from colloquy.providers.mail.port import Letter, Mailer, MailRefused
from colloquy.roles.runtime import Runtime


@dataclass(slots=True)
class Post(FakeMailer):
    """A mailer that fails for one address when told to: other tests' letters may be in the same queue."""

    trouble: dict[str, list[MailRefused | Transient]] = field(default_factory=dict)

    def fail(self, address: str, *answers: MailRefused | Transient) -> None:
        """Raise each of `answers` once, in this order, before letters to `address` are taken."""
        self.trouble[address] = list(answers)

    async def send(self, letter: Letter) -> None:
        if waiting := self.trouble.get(letter.to):
            raise waiting.pop(0)
        await FakeMailer.send(self, letter)


@contextmanager
def mailing_with(runtime: Runtime, mailer: Mailer) -> Iterator[None]:
    before = runtime.provided.get(Mailer)
    runtime.provided.put(Mailer, mailer)
    try:
        yield
    finally:
        runtime.provided.put(Mailer, before)
