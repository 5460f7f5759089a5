"""Which embedding this installation compares words by, decided without loading anything."""

from __future__ import annotations

from colloquy.providers.embeddings.port import Embeddings
from colloquy.providers.embeddings.static import StaticEmbeddings, is_installed


def built_in() -> Embeddings | None:
    """The embedding whose table is installed with the product; None on machines for which there is no wheel."""
    return StaticEmbeddings() if is_installed() else None
