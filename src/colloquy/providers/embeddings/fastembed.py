"""Contextual vectors by fastembed, for those who have put one of its late-interaction models on the machine.

These models give a row per token of the sentence, which is what the port asks for, where sentence models give one row
for all. The rows are of one length: such a model does not say how telling a word is.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from colloquy.providers.embeddings.port import EmbeddingsMissingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_MODEL: Final = "answerdotai/answerai-colbert-small-v1"


class FastembedEmbeddings:
    """One model of fastembed. It is loaded with the first text, from `models` alone unless `may_fetch` is said."""

    def __init__(self, model: str = DEFAULT_MODEL, *, models: Path, may_fetch: bool = False) -> None:
        self._model = model
        self._models = models
        self._may_fetch = may_fetch
        self._loaded: Any = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return f"fastembed:{self._model}"

    def vectors(self, text: str) -> NDArray[np.float32]:
        """See Embeddings."""
        import numpy as np

        model = self._loaded or self._load()
        if not text.strip():
            return np.zeros((0, model.embedding_size), np.float32)
        (rows,) = model.embed([text])
        found: NDArray[np.float32] = np.asarray(rows, np.float32)
        return found

    def _load(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> Any:
        try:
            from fastembed import LateInteractionTextEmbedding
        except ImportError as error:
            raise EmbeddingsMissingError("fastembed is not installed: pip install 'colloquy[embeddings]'.") from error
        try:
            return LateInteractionTextEmbedding(
                self._model, cache_dir=str(self._models), local_files_only=not self._may_fetch
            )
        except Exception as error:  # its own, the hub's and onnxruntime's errors: all mean that there is no model
            raise EmbeddingsMissingError(
                f"The model “{self._model}” is not in {self._models}, or none of fastembed's late-interaction models."
            ) from error
