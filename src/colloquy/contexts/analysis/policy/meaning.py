"""What words mean beside how they are spelt: vectors of their parts, when the installation has any.

The policy stays pure: it is given a function from text to numbers and never learns where they come from. Which function
a process uses is decided once, where the product is put together; without one everything is compared word by word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LANGUAGES: Final = frozenset({"en"})
"""Languages whose vectors say more than their words. The built-in ones were made from English text: they know Russian
as single letters and syllables.
"""
_TINY: Final = 1e-9
_CHARACTERS: Final = 20_000
"""Longest text that is turned into vectors; three times the longest spoken answer. The rest is compared as words."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """`vectors(text)` is a float32 array, one row per part of a word in their order; a longer row is a rarer part.

    `name` goes into the evaluator's version: other vectors are another evaluator.
    """

    name: str
    vectors: Callable[[str], NDArray[np.float32]]


_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)

NEAR: Final = 0.85
"""What a word of near sense counts: as much as a listed synonym."""
_STRANGERS: Final = 0.2
_NEIGHBOURS: Final = 0.5
"""Cosines of two words. Pairs that have nothing to do with each other lie below the first; delete and remove, quick and
fast, mistake and error above the second. Opposites lie between: a vector does not know buying from selling.
"""

NO_EMBEDDING: Final = "none"


class _Chosen:
    embedding: Embedding | None = None


def use_embedding(embedding: Embedding | None) -> None:
    """Decide what this process goes by. Called where the product is put together, once, before anything is judged."""
    _Chosen.embedding = embedding


def embedding_in_use() -> Embedding | None:
    """What `use_embedding` was last told."""
    return _Chosen.embedding


def embedding_for(language: str) -> Embedding | None:
    """The embedding to compare texts of this language by (a BCP 47 tag), None where words serve better."""
    return _Chosen.embedding if language.lower().replace("_", "-").split("-")[0] in LANGUAGES else None


def embedding_for_text(text: str) -> Embedding | None:
    """The same by the letters of a text that carries no language: None for Cyrillic."""
    return None if _CYRILLIC.search(text) else _Chosen.embedding


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """A text as unit rows with the length each had: `rows[i] * lengths[i]` is the vector of part i."""

    rows: NDArray[np.float32]
    lengths: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    def whole(self) -> NDArray[Any]:
        """The sum of all parts: rare parts lead, order is lost."""
        total: NDArray[Any] = self.lengths @ self.rows
        return total


def sense(embedding: Embedding, text: str) -> Sense:
    """The sense of a text. Parts of zero length are left out."""
    rows = embedding.vectors(text[:_CHARACTERS])
    lengths = (rows * rows).sum(axis=1) ** 0.5
    kept = lengths > 0
    return Sense(rows[kept] / lengths[kept, None], lengths[kept])


@lru_cache(maxsize=256)
def known_sense(embedding: Embedding, text: str) -> Sense:
    """The same, remembered: for questions and expected answers, which are compared with one answer after another."""
    return sense(embedding, text)


def akin(embedding: Embedding, words: tuple[str, ...], others: tuple[str, ...]) -> NDArray[Any]:
    """(words, others): how near in sense two words are, from 0 for strangers to `NEAR` for a word in its place."""
    import numpy as np

    one, other = (np.stack([_word(embedding, word) for word in side]) for side in (words, others))
    share: NDArray[Any] = ((one @ other.T - _STRANGERS) / (_NEIGHBOURS - _STRANGERS)).clip(0, 1) * NEAR
    return share


@lru_cache(maxsize=8192)
def _word(embedding: Embedding, word: str) -> NDArray[Any]:
    parts = sense(embedding, word)
    whole = parts.whole()
    return whole / max(_TINY, float(whole @ whole) ** 0.5) if len(parts) else whole


def fresh_share(part: Sense, known: Sense) -> NDArray[Any]:
    """For each row of `part` what is new in it beside `known`, 0 to 1."""
    if not len(known) or not len(part):
        return part.lengths * 0 + 1
    fresh: NDArray[Any] = 1 - (part.rows @ known.rows.T).max(axis=1).clip(0, 1)
    return fresh


def nearest(part: Sense, whole: Sense) -> NDArray[Any]:
    """For each row of `part` the cosine of the row of `whole` that is nearest to it; 0 when there is none."""
    if not len(whole) or not len(part):
        return part.lengths * 0
    near: NDArray[Any] = (part.rows @ whole.rows.T).max(axis=1)
    return near


def beyond_question(whole: NDArray[Any], asked: Sense) -> NDArray[Any]:
    """A text's sum without what points in the question's direction, which every answer to it has."""
    if not len(asked):
        return whole
    way = asked.whole()
    way = way / max(_TINY, float(way @ way) ** 0.5)
    beyond: NDArray[Any] = whole - (whole @ way) * way
    return beyond


def cosine(one: NDArray[Any], other: NDArray[Any]) -> float:
    """-1 to 1; 0 when either is all zero."""
    scale = float(((one @ one) * (other @ other)) ** 0.5)
    return float(one @ other) / scale if scale > 0 else 0.0
