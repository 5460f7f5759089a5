"""Reads the packaged attacks and honest texts, and writes attacks the way they hide."""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Attack:
    """One attempt. `how` is typed, spoken, or what was done to its words; `text` is what stands in the answer."""

    language: str
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class HonestAnswer:
    """An answer that tries nothing, with what it was asked. `competencies` are (key, name, kind)."""

    language: str
    question: str
    points: tuple[str, ...]
    competencies: tuple[tuple[str, str, str], ...]
    text: str


@cache
def attacks() -> tuple[Attack, ...]:
    """Every packaged attack, at least thirty in each of en, ru, de and es."""
    found = []
    for language, how, words in _rows("attacks.txt", 3):
        plain = words.replace("\\n", "\n")
        found.append(Attack(language, how, _WRITTEN[how](plain) if how in _WRITTEN else plain))
    return tuple(found)


@cache
def honest_sentences() -> tuple[tuple[str, str], ...]:
    """(language, sentence) pairs, over three hundred, that must not be taken for attempts."""
    return tuple((language, words) for language, words in _rows("honest_sentences.txt", 2))


@cache
def honest_answers() -> tuple[HonestAnswer, ...]:
    """Answers of different quality in English and Russian."""
    document = json.loads(files(__package__).joinpath("honest_answers.json").read_text("utf-8"))
    return tuple(
        HonestAnswer(
            entry["language"],
            entry["question"],
            tuple(entry["points"]),
            tuple((key, name, kind) for key, name, kind in entry["competencies"]),
            text,
        )
        for entry in document
        for text in entry["answers"]
    )


def _rows(name: str, columns: int) -> list[list[str]]:
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t", columns - 1) for line in lines if line and not line.startswith("#")]


_ZERO_WIDTH: Final = "\u200b"
_LOOK_ALIKE: Final = str.maketrans("aeocpxy", "аеосрху"), str.maketrans("аеосрху", "aeocpxy")
_LEET: Final = str.maketrans("aeiostаеоз", "4310574303")


def _homoglyphs(text: str) -> str:
    """Every second word with letters of the other alphabet, as careful attackers write."""
    to = _LOOK_ALIKE[0] if re.search("[a-z]", text) else _LOOK_ALIKE[1]
    return " ".join(word[0] + word[1:].translate(to) for word in text.split(" "))


def _fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _bold(text: str) -> str:
    return "".join(
        chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else chr(0x1D400 + ord(c) - 65) if "A" <= c <= "Z" else c
        for c in text
    )


_WRITTEN: Final[dict[str, Callable[[str], str]]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "leet": lambda text: text.translate(_LEET),
    "spaced": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "zero_width": lambda text: " ".join(_ZERO_WIDTH.join(word) for word in text.split()),
    "homoglyph": _homoglyphs,
    "tags": lambda text: "".join(chr(0xE0000 + ord(c)) for c in text),
    "reversed": lambda text: text[::-1],
    "hex": lambda text: text.encode().hex(),
    "percent": quote,
    "bidi": lambda text: f"\u202e{text[::-1]}\u202c",
    "fullwidth": _fullwidth,
    "bold": _bold,
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
}
