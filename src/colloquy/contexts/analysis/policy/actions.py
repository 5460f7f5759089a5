"""Whose deed a clause tells: the speaker's own, the team's, or only an imagined one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Final

from colloquy.contexts.analysis.policy import lexicon
from colloquy.contexts.analysis.policy.statements import deeds_as_written
from colloquy.contexts.analysis.policy.tokens import Token, word_list

_REACH: Final = 5
"""How many words may stand between "I" and what I did: "I then very carefully measured"."""

_SINGULAR: Final = frozenset({"i", "я"})
_PLURAL: Final = frozenset({"we", "мы"})
_ENGLISH_PAST: Final = re.compile(r"[a-z]{3,}ed")
_RUSSIAN_SINGULAR: Final = re.compile(r"[а-я]{2,}(?:л|ла|лся|лась)")
_RUSSIAN_PRESENT: Final = re.compile(r"[а-я]{3,}юс?ь?")
_RUSSIAN_PLURAL: Final = re.compile(r"[а-я]{2,}(?:ли|лись)")
_ASKS_TO_IMAGINE: Final = re.compile(
    r"\b(?:would you|imagine|suppose|вы бы|бы вы|представьте|предположим)\b",
    re.IGNORECASE,
)


class Deed(StrEnum):
    """OWN and TEAM were done, IMAGINED is what the speaker would do."""

    OWN = "own"
    TEAM = "team"
    IMAGINED = "imagined"


def asks_to_imagine(question: str) -> bool:
    """Whether a question is hypothetical, so that "I would" is the answer asked for."""
    return bool(_ASKS_TO_IMAGINE.search(question))


def deed(tokens: Sequence[Token], *, continues: bool) -> Deed | None:
    """What a clause tells, or None. `continues`: the clause before told an own deed, so "..., added tests" is one as
    well.
    """
    for at, token in enumerate(tokens):
        subject = token.norm.split("'")[0]
        if subject in _SINGULAR | _PLURAL and token.norm not in word_list("copulas"):
            following = tokens[at : at + 1 + _REACH]
            found = _done(following, plural=subject in _PLURAL)
            if found:
                return found
    if any(token.norm in word_list("other_subjects") | _SINGULAR | _PLURAL for token in tokens):
        return None
    if any(token.norm in word_list("negations") | word_list("imagined") for token in tokens):
        return None
    return _without_subject(tokens, continues=continues)


def _done(words: Sequence[Token], *, plural: bool) -> Deed | None:
    """The deed in a pronoun and the words after it."""
    imagined = words[0].norm in word_list("imagined")
    fresh = True
    for at, token in enumerate(words[1:], 1):
        if token.norm in _no_deed_after() or token.stem in _stative():
            return None
        imagined = imagined or token.norm in word_list("imagined") or _followed_by_would(words, at)
        now = fresh and not plural and bool(_RUSSIAN_PRESENT.fullmatch(token.norm))  # later it may be a noun: историю
        if now or _acts(token, plural=plural):
            return Deed.IMAGINED if imagined else Deed.TEAM if plural else Deed.OWN
        fresh = fresh and not token.content
    return None


def _followed_by_would(words: Sequence[Token], at: int) -> bool:
    """Russian puts its "would" after the verb as well: сделал бы."""
    return at + 1 < len(words) and words[at + 1].norm == "бы"


def _without_subject(tokens: Sequence[Token], *, continues: bool) -> Deed | None:
    """Russian drops the pronoun (Предложил схему); both languages do in a row of deeds (and added tests)."""
    opening = next((token for token in tokens if not token.function), None)
    if opening is None or opening.stem in _stative():
        return None
    russian = bool(_RUSSIAN_SINGULAR.fullmatch(opening.norm)) and opening.stem in _deeds()
    in_a_row = opening.norm in deeds_as_written() or bool(_ENGLISH_PAST.fullmatch(opening.norm))
    return Deed.OWN if russian or (continues and in_a_row) else None


def _acts(token: Token, *, plural: bool) -> bool:
    if token.function or token.stem in _stative():
        return False
    russian = _RUSSIAN_PLURAL if plural else _RUSSIAN_SINGULAR
    return token.stem in _deeds() or bool(_ENGLISH_PAST.fullmatch(token.norm) or russian.fullmatch(token.norm))


@cache
def _no_deed_after() -> frozenset[str]:
    """Words that end the search. After a form of to be, a past form is done to me or describes me: I was asked."""
    return word_list("negations") | word_list("copulas") | word_list("other_subjects") | _SINGULAR | _PLURAL


@cache
def _deeds() -> frozenset[str]:
    return frozenset(first for first, phrases in lexicon.family("action").phrases.items() if (first,) in phrases)


@cache
def _stative() -> frozenset[str]:
    return frozenset(first for first, phrases in lexicon.family("stative").phrases.items() if (first,) in phrases)
