"""Vectors without a model, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 64


class FakeEmbeddings:
    """Each word a direction of its own, but words that `alike` maps to one another share theirs."""

    name = "fake:words"

    def __init__(self, alike: Mapping[str, str] | None = None) -> None:
        self._alike = dict(alike or {})

    def vectors(self, text: str) -> NDArray[np.float32]:
        """See Embeddings."""
        import numpy as np

        words = [self._alike.get(word, word) for word in text.lower().replace(".", " ").replace(",", " ").split()]
        rows = [_direction(word) for word in words]
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)


def _direction(word: str) -> NDArray[np.float32]:
    import numpy as np

    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    row = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return row / np.float32(np.linalg.norm(row))
