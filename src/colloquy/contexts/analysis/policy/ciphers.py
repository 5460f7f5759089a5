"""Texts that stand for other texts: base64, hexadecimal, rot13, letters set apart, words from the end.

Pure text to spans with what they stand for; what that means is `injection`'s to say. The time is linear.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final
from urllib.parse import unquote

from colloquy.contexts.analysis.policy.phrases import phrases, plain

Decoded = tuple[int, int, str]
"""start, end, and what text[start:end] stands for"""

_BASE64: Final = re.compile(
    r"(?<![\w+/=-])(?:[A-Za-z0-9+/_-]{16,}|(?:[A-Za-z0-9+/_-]{8,80}\s){2,40}[A-Za-z0-9+/_-]{2,80})={0,2}"
)
_HEX: Final = re.compile(r"(?<!\w)(?:0x)?[0-9a-fA-F]{2}(?:[\s:,-]?(?:0x|\\x)?[0-9a-fA-F]{2}){9,}(?!\w)")
_PERCENT: Final = re.compile(r"(?<!\S)[^\s%]{0,200}(?:%[0-9A-Fa-f]{2}[^\s%]{0,40}){2,}")
_ENTITIES: Final = re.compile(r"(?:&#x?[0-9a-fA-F]{2,6};\s?){4,}")
_ESCAPES: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}){4,}")
_APART: Final = re.compile(r"(?<!\w)[^\W_](?:[ \t.\-_*·•|]{1,3}[^\W_](?!\w)){7,}")
_NEXT_SENTENCE: Final = re.compile(r"(?<=[^\W\dA-ZА-ЯЁ])\W+[A-ZА-ЯЁ]$")
"""A capital after small letters set apart: "I" and the like, which begin the next sentence."""
_LEAST_READABLE: Final = 0.9
_TELLING_LENGTH: Final = 6
_SMALL_WORDS: Final = frozenset(
    [
        "a",
        "and",
        "all",
        "the",
        "this",
        "me",
        "my",
        "is",
        "to",
        "for",
        "be",
        "must",
        "candidate",
        "answer",
        "все",
        "и",
        "на",
        "мне",
        "это",
        "этот",
        "und",
        "el",
        "la",
        "mir",
        "die",
    ]
)
_LONG_WORDS: Final = frozenset(
    [
        "previous",
        "instructions",
        "предыдущие",
        "инструкции",
        "инструкция",
        "максимальный",
        "балл",
        "высший",
        "vorherigen",
        "anweisungen",
        "instrucciones",
        "anteriores",
    ]
)
"""Forms of words that injection.txt has by their beginnings."""
_TURNED: Final = ("IGNORE", "PREVIOUS", "INSTR", "GRADER", "GIVE", "SCORE")


def decoded(text: str) -> Iterator[Decoded]:
    """Stretches that stand for other text, with that text. They may overlap, and most will be harmless."""
    yield from _packed(text)
    yield from _escaped(text)
    for match in _APART.finditer(text):
        apart = _NEXT_SENTENCE.sub("", match.group())
        if read := _put_together(apart):
            yield match.start(), match.start() + len(apart), read
    yield from _turned(text)


def _packed(text: str) -> Iterator[Decoded]:
    for match in _BASE64.finditer(text):
        if read := _from_base64(match.group()):
            yield *match.span(), read
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[\s:,-]", "", match.group())
        if len(digits) % 2 == 0 and (read := _readable(bytes.fromhex(digits))):
            yield *match.span(), read


def _escaped(text: str) -> Iterator[Decoded]:
    """As in addresses, in HTML and in program text."""
    if "%" in text:
        for match in _PERCENT.finditer(text):
            yield *match.span(), unquote(match.group()).replace("+", " ")
    if "&#" in text:
        for match in _ENTITIES.finditer(text):
            yield *match.span(), html.unescape(match.group())
    if "\\" in text:
        for match in _ESCAPES.finditer(text):
            yield *match.span(), codecs.decode(match.group(), "unicode_escape")


def _from_base64(text: str) -> str | None:
    packed = re.sub(r"\s", "", text).rstrip("=").replace("-", "+").replace("_", "/")
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    try:
        return _readable(base64.b64decode(packed + "=" * (-len(packed) % 4)))
    except (ValueError, binascii.Error):
        return None


def _readable(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data[:-1].decode("utf-8", "ignore")
    good = sum(c.isalnum() or c in " .,:;!?'\"{}/-\n" for c in text)
    return text if text and good >= _LEAST_READABLE * len(text) and len(text.encode()) > len(data) - 4 else None


def _put_together(text: str) -> str | None:
    """Letters set apart, as words again: by wider gaps if there are any, else by the words that are looked for."""
    parts = re.split(r"[ \t]{2,}|[ \t]*[|·•][ \t]*", text)
    words = [re.sub(r"[\W_]", "", part).lower() for part in parts]
    if len(words) > 1 and max(map(len, words)) > 1:
        return " ".join(words)
    return _cut("".join(words))


def _cut(letters: str) -> str | None:
    """Letters without gaps cut into known words, the longest first; letters of no known word are left out."""
    known, longest = _known_words()
    words, at = [], 0
    while at < len(letters):
        word = next((letters[at : at + n] for n in range(longest, 0, -1) if letters[at : at + n] in known), "")
        if word:
            words.append(word)
        at += len(word) or 1
    return " ".join(words) or None


@cache
def _known_words() -> tuple[frozenset[str], int]:
    patterns = phrases("injection.txt")
    known = set(_SMALL_WORDS)
    for name in (*_TURNED, "TOP", "OBJ", "HIRE", "HIRED", "WORK", "PREVIOUS"):
        known |= patterns.words_in(name)
    known |= _LONG_WORDS
    return frozenset(known), max(map(len, known))


@cache
def _turned_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that would not be in a text unless it was put through rot13, or written from the end."""
    patterns = phrases("injection.txt")
    long = {word for name in _TURNED for word in patterns.words_in(name) if len(word) >= _TELLING_LENGTH}
    long |= _LONG_WORDS
    return frozenset(codecs.encode(word, "rot13") for word in long if word.isascii()), frozenset(w[::-1] for w in long)


_LONG_WORD: Final = re.compile(r"[^\W\d_]{6,}")


def _turned(text: str) -> Iterator[tuple[int, int, str]]:
    rot, back = _turned_words()
    for match in _LINES.finditer(text):
        words = {word.lower() for word in _LONG_WORD.findall(match.group())}
        if words & rot:
            yield _part_turned(match, lambda part: codecs.encode(part, "rot13"))
        if words & back:
            yield _part_turned(match, lambda part: part[::-1])


def _part_turned(line: re.Match[str], turn: Callable[[str], str]) -> tuple[int, int, str]:
    """The words of a line from the first to the last that mean something when turned, and on to the next sentence."""
    patterns = phrases("injection.txt")
    words = list(_ANY_WORD.finditer(line.group()))
    telling = [
        bool(patterns.mask(plain(turn(word.group())))) and not patterns.mask(plain(word.group())) for word in words
    ]
    strong = _turned_words()[0] | _turned_words()[1]
    first = last = next(i for i, word in enumerate(words) if word.group().lower() in strong)
    for at, tells in enumerate(telling):
        if tells and last < at <= last + _NEAR:
            last = at
    for at in range(first, -1, -1):
        if telling[at] and first - at <= _NEAR:
            first = at
    while last + 1 < len(words) and words[last + 1].group().islower() and not patterns.mask(words[last + 1].group()):
        last += 1
    start, end = words[first].start(), words[last].end()
    return line.start() + start, line.start() + end, turn(line.group()[start:end])


_NEAR: Final = 5
"""Words between two that mean something when turned."""
_ANY_WORD: Final = re.compile(r"[^\W\d_]+")
_LINES: Final = re.compile(r"[^\n.!?]+[.!?]*")
