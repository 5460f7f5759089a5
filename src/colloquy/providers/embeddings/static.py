"""The built-in embedding: a table of 32,000 parts of words, which lies inside the wheel of `wordllama`.

Only its data are used. Importing the package would set up logging for the whole process and bring an HTTP client that
fetches models; the table is a plain safetensors file, and `tokenizers` cuts text by the list that lies beside it.
"""

from __future__ import annotations

import importlib.util
import json
import struct
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from colloquy.providers.embeddings.port import EmbeddingsMissingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_TABLE: Final = "weights/l2_supercat_256.safetensors"
_PARTS: Final = "tokenizers/l2_supercat_tokenizer_config.json"
_TENSOR: Final = "embedding.weight"
_MISSING: Final = "The built-in embedding is not installed: pip install wordllama (Linux on x86-64)."


@dataclass(frozen=True, slots=True)
class _Loaded:
    table: NDArray[np.float16]
    parts: Tokenizer


class StaticEmbeddings:
    """Half-precision rows mapped from the file: nothing is read before the first text, processes share the pages."""

    name = "wordllama:l2_supercat_256"

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is that of the installed package, looked up when not given."""
        self._folder = folder
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()

    def vectors(self, text: str) -> NDArray[np.float32]:
        """See Embeddings. A rare part has a row some ten times as long as "the"."""
        import numpy as np

        loaded = self._loaded or self._load()
        rows: NDArray[np.float32] = loaded.table[loaded.parts.encode(text, add_special_tokens=False).ids].astype(
            np.float32
        )
        return rows

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _read(self._folder or folder_of_package())
            return self._loaded


def is_installed() -> bool:
    """Whether the built-in embedding can be used, without loading it."""
    return importlib.util.find_spec("wordllama") is not None and importlib.util.find_spec("tokenizers") is not None


def folder_of_package() -> Path:
    """Where wordllama is installed. The package itself is not imported. Raises EmbeddingsMissingError."""
    spec = importlib.util.find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingsMissingError(_MISSING)
    return Path(spec.submodule_search_locations[0])


def _read(folder: Path) -> _Loaded:
    try:
        from tokenizers import Tokenizer

        return _Loaded(_map(folder / _TABLE), Tokenizer.from_file(str(folder / _PARTS)))
    except (ImportError, OSError) as error:
        raise EmbeddingsMissingError(_MISSING) from error


def _map(path: Path) -> NDArray[np.float16]:
    """The one tensor of a safetensors file: eight bytes of length, that much JSON, then the numbers."""
    import numpy as np

    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        tensor = json.loads(file.read(length))[_TENSOR]
    if tensor["dtype"] != "F16":
        raise EmbeddingsMissingError(f"The table in {path.name} is of {tensor['dtype']}; this version reads F16 only.")
    rows, columns = tensor["shape"]
    return np.memmap(path, np.float16, "r", 8 + length + tensor["data_offsets"][0], (rows, columns))
