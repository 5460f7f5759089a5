"""Texts as numbers that lie near each other when the words mean alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embeddings(Protocol):
    """Turns text into vectors on this machine. Nothing is ever sent anywhere and nothing fetched.

    `name` says whose vectors they are: two embeddings of one name give the same numbers.
    """

    @property
    def name(self) -> str: ...

    def vectors(self, text: str) -> NDArray[np.float32]:
        """float32, one row for each word or part of a word in their order, (0, dimensions) for a text without any.

        Where an embedding knows how telling a word is, its row is longer. The same text gives the same rows, and it
        may be called from several threads at once. Raises `EmbeddingsMissingError` when the model is not there.
        """
        ...


class EmbeddingsMissingError(RuntimeError):
    """The library or the model is not on this machine; the text says how to get it."""
