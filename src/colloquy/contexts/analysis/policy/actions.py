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
    r"\b(?:would you|what do you do\?|imagine|suppose|вы бы|бы вы|представьте|предположим|что вы сделаете"
    r"|что вы ответите|как вы поступите)(?!\w)",
    re.IGNORECASE,
)
_OBJECT_REACH: Final = 4
_EMPTY_OBJECTS: Final = frozenset({"it", "that", "this", "things", "something", "everything", "все", "это", "что"})
_CONDITIONS: Final = frozenset({"if", "если"})
_ASKS_FOR_CASE: Final = re.compile(
    r"\b(?:tell (?:me|us) about|describe|give (?:me|us) an example|how did you|did you|have you ever|расскажите|опишите"
    r"|приведите пример|как вы (?:по|с|раз|на)\w+ли|был ли)\b",
    re.IGNORECASE,
)
_ASKS_FOR_HABIT: Final = re.compile(
    r"\b(?:how (?:do|can) (?:you|we)|what do you do|как вы|как сделать|как вам|что вы делаете)\b",
    re.IGNORECASE,
)
_OBLIQUE: Final = re.compile(r"(?:[уюеоиы]|[оеё]й|[оеёиы]м|[аяы]м?и|[аяиы]х|[аяо]м|ого|его)$")
"""Endings that a Russian subject in the singular hardly has."""


class Deed(StrEnum):
    """OWN and TEAM were done, IMAGINED is what the speaker would do."""

    OWN = "own"
    TEAM = "team"
    IMAGINED = "imagined"


def asks_to_imagine(question: str) -> bool:
    """Whether a question is hypothetical, so that "I would" is the answer asked for."""
    return bool(_ASKS_TO_IMAGINE.search(question))


def asks_for_habit(question: str) -> bool:
    """Whether a question asks how somebody usually works, so that "I take the list" tells a deed."""
    return bool(_ASKS_FOR_HABIT.search(question)) or asks_to_imagine(question)


def asks_for_case(question: str) -> bool:
    """Whether a question asks what somebody really did once, so that "I would" is no answer to it."""
    return bool(_ASKS_FOR_CASE.search(question)) and not asks_to_imagine(question)


def deed(tokens: Sequence[Token], *, continues: bool, habit: bool = False) -> Deed | None:
    """What a clause tells, or None.

    `continues`: the clause before told an own deed, so "..., added tests" is one as well. `habit`: the question asks
    how one works, so a verb in the present counts.
    """
    would = any(token.norm == "бы" for token in tokens)
    if continues and not would and _goes_on(tokens):
        return Deed.OWN
    for at, token in enumerate(tokens):
        subject = token.norm.split("'")[0]
        if subject in _SINGULAR | _PLURAL and token.norm not in word_list("copulas"):
            if at and tokens[at - 1].norm in _CONDITIONS:
                return None
            following = tokens[at : at + 1 + _REACH]
            found = _done(following, plural=subject in _PLURAL, habit=habit, would=would)
            if found:
                return found
    if any(token.norm in word_list("other_subjects") | _SINGULAR | _PLURAL for token in tokens):
        return None
    if any(token.norm in word_list("negations") | word_list("imagined") for token in tokens):
        return None
    return Deed.OWN if _russian_deed(tokens) else None


def _done(words: Sequence[Token], *, plural: bool, habit: bool, would: bool) -> Deed | None:
    """The deed in a pronoun and the words after it."""
    imagined = words[0].norm in word_list("imagined") or would
    had_or_would = words[0].norm in {"i'd", "we'd"}
    fresh = True
    for at, token in enumerate(words[1:], 1):
        if token.norm in _no_deed_after() or token.stem in _stative():
            return None
        imagined = imagined or token.norm in word_list("imagined") or _followed_by_would(words, at)
        now = fresh and not plural and bool(_RUSSIAN_PRESENT.fullmatch(token.norm))  # later it may be a noun: историю
        base = token.norm in word_list("base_verbs")
        if base and had_or_would:
            imagined = True  # I'd ask; with a past form it was done: I'd asked
        if now or _acts(token, plural=plural) or (fresh and base and (habit or imagined)):
            if _says_nothing(words, at):
                return None
            return Deed.IMAGINED if imagined else Deed.TEAM if plural else Deed.OWN
        fresh = fresh and not token.content
    return None


def _followed_by_would(words: Sequence[Token], at: int) -> bool:
    """Russian puts its "would" after the verb as well: сделал бы."""
    return at + 1 < len(words) and words[at + 1].norm == "бы"


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with a deed, the one who did it being that of the clause before: and told her that we …"""
    for at, token in enumerate(tokens):
        if token.norm.split("'")[0] in word_list("other_subjects") | _SINGULAR | _PLURAL:
            return False
        if token.norm in word_list("negations") | word_list("imagined"):
            return False
        if not token.function:
            if _says_nothing(tokens, at):
                return False
            written = token.norm in deeds_as_written() or bool(_ENGLISH_PAST.fullmatch(token.norm))
            return written and token.stem not in _stative()
    return False


def _says_nothing(words: Sequence[Token], at: int) -> bool:
    """Whether a verb has nothing but a pronoun to act on: I fixed it, and everybody was glad."""
    following = words[at + 1 : at + 1 + _OBJECT_REACH]
    return bool(following) and following[0].norm in _EMPTY_OBJECTS and not any(token.content for token in following)


def _russian_deed(tokens: Sequence[Token]) -> bool:
    """Whether a clause has a Russian verb of action in the singular past and no noun before it that may have done it.

    Without a parser: what stands before the verb is no subject when its ending is that of an oblique case or a plural
    (Двери вернула, Вечером открыла), when a preposition governs it, or when its gender differs from the verb's.
    """
    before: list[Token] = []
    for token in tokens:
        if _RUSSIAN_SINGULAR.fullmatch(token.norm) and token.stem in _deeds():
            feminine = token.norm.removesuffix("сь").endswith("а")
            return not any(_may_be_subject(before, at, feminine=feminine) for at in range(len(before)))
        if token.norm.endswith("лось") or len(before) >= _REACH:
            return False
        before.append(token)
    return False


def _may_be_subject(tokens: Sequence[Token], at: int, *, feminine: bool) -> bool:
    token = tokens[at]
    if token.function or token.norm[0].isdigit() or _OBLIQUE.search(token.norm):
        return False
    if any(near.norm in word_list("prepositions") for near in tokens[max(0, at - 2) : at]):
        return False
    return token.norm.endswith(("а", "я", "ь")) if feminine else not token.norm.endswith(("а", "я"))


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
