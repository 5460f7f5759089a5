"""Words of a text with their places and stems, for English and Russian and for both mixed in one sentence."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

_WORD: Final = re.compile(
    r"\d+(?:[.,:]\d+)*\s?%"  # 40 %, 99.9%
    r"|\d+(?:[.,:]\d+)+"  # 2,000
    r"|[^\W_]+(?:['’][^\W_]+)*(?:\+\+|\#)?"  # words, C++, k8s, didn't
)
_CYRILLIC: Final = re.compile(r"[а-я]")
_LONGEST_STEMMED: Final = 40
"""Characters. Nothing longer is a word, and stemming time grows with length."""

_lock = threading.Lock()


@cache
def _stemmer(language: str) -> Any:
    import snowballstemmer  # the rules of thirty languages: not while the product starts

    return snowballstemmer.stemmer(language)


@dataclass(frozen=True, slots=True)
class Token:
    """A word at text[start:end]. `norm` is its lower-case form, `content` false for function and filler words."""

    start: int
    end: int
    norm: str
    stem: str
    function: bool
    content: bool


def read_json(name: str) -> Any:
    """The parsed content of a JSON file that lies beside this module."""
    return json.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def word_list(name: str) -> frozenset[str]:
    """One of the lists of words.json (function, filler, light, numbers, units), both languages, normalised."""
    languages: dict[str, str] = read_json("words.json")[name]
    return frozenset(normalise(word) for words in languages.values() for word in words.replace("-", " ").split())


def normalise(word: str) -> str:
    """Lower case, ё as е, straight apostrophe and no English possessive, so that spellings of a word agree."""
    norm = word.lower().replace("ё", "е").replace("’", "'")
    return norm[:-2] if norm.endswith("'s") and norm != "let's" else norm


@lru_cache(maxsize=65_536)
def stem(norm: str) -> str:
    """The Snowball stem of a normalised word: Russian for Cyrillic, English for everything else."""
    if len(norm) > _LONGEST_STEMMED:
        return norm[:_LONGEST_STEMMED]
    with _lock:  # a stemmer keeps the word it works on in itself, and answers are judged in several threads
        return str(_stemmer("russian" if _CYRILLIC.search(norm) else "english").stemWord(norm))


def tokens_of(text: str) -> tuple[Token, ...]:
    """Every word of `text` in order. Offsets are exact: text[token.start:token.end] is the word as written."""
    return tuple(_token(match) for match in _WORD.finditer(text))


def content_stems(text: str) -> frozenset[str]:
    """The distinct stems of the words in `text` that carry meaning."""
    return frozenset(token.stem for token in tokens_of(text) if token.content)


def stems(text: str) -> tuple[str, ...]:
    """The stems of all words of `text`, function words included, in order."""
    return tuple(token.stem for token in tokens_of(text))


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    return Token(start, end, *_word(match.group()))


@lru_cache(maxsize=65_536)
def _word(written: str) -> tuple[str, str, bool, bool]:
    """What a token holds beside its place."""
    norm = normalise(written)
    base = norm.split("'")[0]  # I'd, we've, they'll: the stem says who; n't forms are listed whole
    contracted = norm not in word_list("function") and base in word_list("function")
    function = contracted or norm in word_list("function")
    filler = norm in word_list("filler") or stem(norm) in _filler_stems()
    content = not function and not filler and (len(norm) > 1 or norm.isdigit())
    return norm, stem(base if contracted else norm), function, content


@cache
def light_stems() -> frozenset[str]:
    """Stems of verbs and adjectives that say little by themselves."""
    return frozenset(stem(word) for word in word_list("light"))


@cache
def _filler_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in word_list("filler"))
