"""What an answer lacks, seen in the candidate's own words: a situation, their own action, a result, figures, depth.

Lexical and deterministic, English and Russian and both mixed in one sentence. It chooses what to ask next and nothing
else: no mark depends on it, so a wrong guess costs a candidate one question more or less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final


class Lack(StrEnum):
    """What a follow-up asks for. EXAMPLE is for topics that ask for knowledge or a view."""

    SITUATION = "situation"
    ACTION = "action"
    RESULT = "result"
    FIGURES = "figures"
    DEPTH = "depth"
    EXAMPLE = "example"


class Asks(StrEnum):
    """What a topic asks for; it decides what a full answer consists of."""

    EXPERIENCE = "experience"
    PLAN = "plan"
    KNOWLEDGE = "knowledge"
    VIEW = "view"


FULL: Final = {
    Asks.EXPERIENCE: (Lack.SITUATION, Lack.ACTION, Lack.RESULT, Lack.FIGURES, Lack.DEPTH),
    Asks.PLAN: (Lack.ACTION, Lack.DEPTH, Lack.RESULT),
    Asks.KNOWLEDGE: (Lack.DEPTH, Lack.EXAMPLE),
    Asks.VIEW: (Lack.DEPTH, Lack.EXAMPLE),
}
"""What a full answer has, in the order in which it is asked for."""

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE: Final = re.compile(r"[.!?…\n]+")
_REACH: Final = 5
"""How many words may stand between "I" and what I did: "I then very carefully measured"."""
_LONG: Final = 60
"""Words. A spoken half minute (people speak about 130 words a minute); one reason in it is an explanation."""
_STEM: Final = 5
"""Letters by which two forms of a word are taken for the same; enough for overlap, where an error is harmless."""
_COVERED: Final = 0.5
_LONGER: Final = 4
"""Letters of a word that means something by itself."""

_SPEAKER: Final = frozenset({"i", "i've", "i'd", "i'll", "я"})
_WOULD: Final = frozenset({"would", "could", "i'd", "бы", "will", "i'll", "should"})
_RUSSIAN_PAST: Final = re.compile(r"[а-я]{2,}(?:л|ла|лся|лась)")
_RUSSIAN_PRESENT: Final = re.compile(r"[а-я]{3,}(?:ю|юсь|у|усь)")
_ENGLISH_PAST: Final = re.compile(r"[a-z]{2,}ed")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_AGO: Final = re.compile(
    r"\S+ (?:years?|months?|weeks?|days?) (?:ago|before)|\S+ (?:лет|года?|месяц\w*|недел\w+|дн\w+) назад"
)
_NUMBER: Final = re.compile(r"(?<![^\W_])\d+(?:[.,:]\d+)*(?:%|k|ms|s|x|h|gb|mb|тыс|млн)?(?![^\W\d_])")


def words_of(text: str) -> list[str]:
    """The words of a text, lower case, ё as е and with straight apostrophes."""
    return [word.replace("’", "'").replace("ё", "е") for word in _WORD.findall(text.lower())]


def asks_for(topic: str) -> Asks:
    """What a topic's text asks for; a view where nothing tells."""
    said = _line(topic)
    for asks in (Asks.PLAN, Asks.EXPERIENCE, Asks.KNOWLEDGE):
        if _signs(asks.value).search(said):
            return asks
    return Asks.VIEW


def lacks_of(topic: str, points: Sequence[str], said: str) -> tuple[Lack, ...]:
    """What the words said on a topic lack, in the order in which to ask for it; empty when the answer is full.

    `points` are the recruiter's expected points: an answer that has mentioned most of them is deep enough.
    """
    asks = asks_for(topic)
    return tuple(lack for lack in FULL[asks] if not _has(lack, said, points, imagined=asks is Asks.PLAN))


def _has(lack: Lack, said: str, points: Sequence[str], *, imagined: bool) -> bool:
    line = _line(said)
    match lack:
        case Lack.SITUATION:
            return bool(_signs("situation").search(line) or _YEAR.search(line))
        case Lack.ACTION:
            return own_action(said, imagined=imagined)
        case Lack.RESULT:
            return bool(_signs("result").search(line))
        case Lack.FIGURES:
            return figures(said)
        case Lack.EXAMPLE:
            return bool(_signs("example").search(line) or _signs("situation").search(line))
        case Lack.DEPTH:
            return _deep(line, points)


def _deep(line: str, points: Sequence[str]) -> bool:
    reasons = sum(bool(_signs(name).search(line)) for name in ("cause", "weighing", "example", "check"))
    count = len(line.split())
    several = reasons > 1 and count >= _LONG // 2
    return several or (reasons > 0 and count >= _LONG) or _covers(line, points)


def _covers(line: str, points: Sequence[str]) -> bool:
    """Whether most of the expected points are mentioned, by half of their longer words each."""
    if not points:
        return False
    said = {word[:_STEM] for word in line.split()}
    met = 0
    for point in points:
        wanted = {word[:_STEM] for word in words_of(point) if len(word) >= _LONGER}
        met += bool(wanted) and len(wanted & said) >= _COVERED * len(wanted)
    return met > _COVERED * len(points)


def figures(said: str) -> bool:
    """Whether a figure is named; years and "two years ago" are dates, not figures."""
    line = _AGO.sub(" ", said.lower().replace("ё", "е"))
    digits = any(not _YEAR.fullmatch(found.group()) for found in _NUMBER.finditer(line))
    return digits or bool(_signs("numbers").search(_line(line)))


def own_action(said: str, *, imagined: bool = False) -> bool:
    """Whether the speaker tells what they did themselves; with `imagined` also what they would do."""
    for sentence in _SENTENCE.split(said):
        words = words_of(sentence)
        if _without_subject(words):
            return True
        for at, word in enumerate(words):
            if word in _SPEAKER and _done(words[at : at + 1 + _REACH], imagined=imagined):
                return True
    return False


def _done(words: Sequence[str], *, imagined: bool) -> bool:
    would = words[0] in _WOULD or any(word in _WOULD for word in words[1:3])
    if would and not imagined:
        return False
    for word, following in zip(words[1:], [*words[2:], ""], strict=False):
        if word in _forms("breaks") or word in _forms("stative") or word in _SPEAKER:
            return False
        if (_acts(word) and following not in {"not", "never"}) or (would and word not in _WOULD | _forms("small")):
            return True
        if words[0] == "я" and imagined and _RUSSIAN_PRESENT.fullmatch(word):
            return True
    return False


def _without_subject(words: Sequence[str]) -> bool:
    """Russian drops the pronoun: "Предложил схему"."""
    opening = next((word for word in words if word not in _forms("small")), "")
    return bool(_RUSSIAN_PAST.fullmatch(opening)) and len(opening) >= _LONGER and opening not in _forms("stative")


def _acts(word: str) -> bool:
    if word in _forms("stative"):
        return False
    return word in _forms("deeds") or bool(_ENGLISH_PAST.fullmatch(word) or _RUSSIAN_PAST.fullmatch(word))


def _line(text: str) -> str:
    """The words of a text with one space between any two: what signs are looked for in."""
    return " ".join(words_of(text))


@cache
def _lists() -> Any:
    return json.loads(files(__package__).joinpath("lacks.json").read_text("utf-8"))


@cache
def _forms(name: str) -> frozenset[str]:
    return frozenset(word for words in _lists()[name].values() for word in words)


@cache
def _signs(name: str) -> re.Pattern[str]:
    """One expression for all signs of a list, both languages. `*` at the end of a word stands for any ending."""
    signs = sorted(_forms(name), key=len, reverse=True)
    forms = (re.escape(" ".join(sign.replace(",", "").split())).replace(r"\*", r"[^ ]*") for sign in signs)
    return re.compile(rf"(?<![^ ])(?:{'|'.join(forms)})(?![^ ])")
