"""A short phrase of what the candidate said, safe to say back: “the billing service”.

Chosen so that nothing harmful comes back as the interviewer's own words: letters only, two to four of them in a row
after an article or possessive, no abuse, no instructions, nothing about health, belief, family or age.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_RUN: Final = re.compile(r"[^.,;:!?…()\[\]{}<>\"«»“”*_`~#|/\\@=+\d\n—–]+")
"""A stretch without punctuation, markup or digits: phrases are taken from inside one."""
_VERBAL: Final = re.compile(r"[a-z]+(?:ed|ing|ly)|[а-яё]+(?:л|ла|ло|ли|лся|лась|лось|лись|ть|ться|ет|ют|ит|ат|ят|но)")
_LONGEST_WORD: Final = 20
_SHORTEST_WORD: Final = 3
_FEWEST_WORDS, _MOST_WORDS = 2, 3
_READ: Final = 4000
"""Characters: a phrase worth quoting comes before."""


def safe_phrase(said: str) -> str | None:
    """The phrase most often (then first) named in `said`; None when there is none that is safe and says something."""
    found: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for run in _RUN.findall(said[:_READ]):
        for phrase in _phrases(_WORD.findall(run)):
            key = phrase.lower()
            found[key] += 1
            shown.setdefault(key, phrase)
    return shown[found.most_common(1)[0][0]] if found else None


def _phrases(words: list[str]) -> list[str]:
    found = []
    for at, word in enumerate(words):
        opening = word.lower()
        if opening not in _list("opens"):
            continue
        inside: list[str] = []
        for following in words[at + 1 : at + 2 + _MOST_WORDS]:
            low = following.lower()
            verbal = _VERBAL.fullmatch(low) and (inside or not low.endswith("ing"))  # "the billing service"
            if low in _list("ends") | _list("opens") or verbal:
                break
            inside.append(following)
        if _FEWEST_WORDS <= len(inside) <= _MOST_WORDS and all(map(_says_something, inside)):
            found.append(" ".join(inside if opening in _list("dropped") else [opening, *inside]))
    return found


def _says_something(word: str) -> bool:
    low = word.lower()
    unsafe = (
        low.startswith(tuple(_list("unsafe"))) or word.isupper()
    )  # capitals may be shouting, and are odd inside a sentence
    return _SHORTEST_WORD <= len(word) <= _LONGEST_WORD and low not in _list("vague") and not unsafe


@cache
def _list(name: str) -> frozenset[str]:
    """A list of words of `wording_quote.json`, both languages. `opens`: articles and possessives; `dropped`: those that
    said back would be the interviewer's own; `ends`: words that no phrase goes past; `vague`: say nothing; `unsafe`:
    beginnings of words, over-careful on purpose, as a phrase not quoted costs nothing.
    """
    lists: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("wording_quote.json").read_text("utf-8"))
    return frozenset(word for words in lists[name].values() for word in words.split())
