"""Reading letters back, and deleting them, for mailers that keep them."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from colloquy.providers.mail.mime import StoredLetter


@runtime_checkable
class KeepsLetters(Protocol):
    """What a mailer can do beside sending when its letters stay in the house; `isinstance` asks for it."""

    async def read_letter(self, letter_id: str) -> StoredLetter | None:
        """The letter, or None when there is none with this id."""
        ...

    async def delete_letter(self, letter_id: str) -> None:
        """Remove the letter for good; one that is not there counts as removed. Raises Transient."""
        ...
