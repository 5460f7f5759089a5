"""The port: a list of keys, the current one first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from colloquy.kit.errors import Transient


class CannotChange(Exception):  # noqa: N818 - an answer to the operator
    """The keys are kept where Colloquy cannot write; the text says who can, and how."""


class KeysUnavailable(Transient):
    """The service that opens the keys does not answer, or is sealed."""


class KeysRefused(Exception):  # noqa: N818 - an answer to the operator
    """The service answers and refuses: a wrong token, an unknown key, a key that others wrapped."""


class KeyStore(Protocol):
    """Keys of 32 bytes. ValueError for what is no key; KeysUnavailable and KeysRefused where a service is asked."""

    where: str
    """For people: which file, variable or service."""

    def load(self) -> tuple[bytes, ...]:
        """All keys, the current one first. Made on first use, where the store can write."""
        ...

    def newer(self) -> tuple[bytes, ...] | None:
        """All keys when they may have changed since `load` or `newer` last looked, else None."""
        ...

    def put(self, keys: Sequence[bytes]) -> None:
        """Keeps exactly these from now on. Raises CannotChange."""
        ...

    def rewrap(self) -> int:
        """Wraps every key again under the newest version of the key that wraps them; how many. Raises CannotChange."""
        ...
