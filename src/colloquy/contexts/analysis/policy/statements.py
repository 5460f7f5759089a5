"""Which clauses say something: not a list of terms, not said before, not spoken to the assessor."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from colloquy.contexts.analysis.policy import lexicon
from colloquy.contexts.analysis.policy.clauses import Clause, Reading
from colloquy.contexts.analysis.policy.tokens import Token, content_stems, normalise, read_json, stem, stems, word_list

GLUE_SHARE: Final = 0.2
"""Function words and verbs among the words of a clause. English prose has about a half, a list of terms next to none.
"""

STATEMENT: Final = 0.5
"""Fullness from which a clause counts as a statement."""

_LONGEST_SENTENCE_DROPPED: Final = 30
_LIST_MARK: Final = re.compile(r"[,;/|•\n]")
_MARKED_SHARE: Final = 0.4
"""Prose has a comma after one word in ten or so."""
_VARIED: Final = 3
_HANDED_BACK: Final = 3
_ENGLISH_PAST: Final = re.compile(r"[a-z]{3,}ed")
_RUSSIAN_VERB: Final = re.compile(
    r"[а-я]{2,}(?:л|ла|ло|ли|лся|лась|лось|лись|ет|ют|ит|ят|ется|ются|ится|ятся|аем|яем|уем|аю|яю|ую|аюсь|уюсь)"
    r"|[а-я]{2,}(?<!ос)ть(?:ся)?",
)


@dataclass(frozen=True, slots=True)
class Statements:
    """What is left of an answer when empty talk is set aside.

    `kept` are the indexes of clauses that may count as evidence; `full[i]` between 0 and 1 says how much clause i is a
    statement rather than a list; `to_assessor` are the clauses that speak to whoever marks the answer.
    """

    kept: tuple[int, ...]
    full: tuple[float, ...]
    to_assessor: frozenset[int]


def statements(reading: Reading, question: str = "") -> Statements:
    """Sort the clauses of an answer into evidence and talk. What merely hands the question back is talk."""
    ignored = _to_assessor(reading)
    asked = _Asked(question)
    full = tuple(
        0.0 if _enumerates(reading, clause) else fullness(reading.tokens_in(clause)) for clause in reading.clauses
    )
    seen: set[frozenset[str]] = set()
    kept: list[int] = []
    for index, clause in enumerate(reading.clauses):
        meaning = frozenset(token.stem for token in reading.tokens_in(clause) if token.content)
        said = meaning or frozenset(reading.stems[index])  # "I would talk to both" has small words only
        if index in ignored or said in seen or asked.hands_back(reading.tokens_in(clause), meaning):
            continue  # saying a thing again adds nothing
        seen.add(said)
        kept.append(index)
    return Statements(tuple(kept), full, ignored)


class _Asked:
    """A question, to tell what only repeats it."""

    def __init__(self, question: str) -> None:
        self._words = content_stems(question)
        self._row = f" {' '.join(stems(question))} "

    def hands_back(self, tokens: Sequence[Token], meaning: frozenset[str]) -> bool:
        """Whether a clause holds nothing but words of the question: three of its own, or its very row of words."""
        if not meaning <= self._words:
            return False
        return len(meaning) >= _HANDED_BACK or f" {' '.join(token.stem for token in tokens)} " in self._row


def _enumerates(reading: Reading, clause: Clause) -> bool:
    """Whether a comma or the like follows so many words that the clause is an enumeration, whatever the words are."""
    places = range(clause.first, min(clause.last, len(reading.tokens) - 1))
    gaps = [reading.text[reading.tokens[at].end : reading.tokens[at + 1].start] for at in places]
    return sum(bool(_LIST_MARK.search(gap)) for gap in gaps) > _MARKED_SHARE * len(gaps) and len(gaps) > 1


def fullness(tokens: Sequence[Token]) -> float:
    """1 for a clause with a verb and enough small words to be a sentence, 0 for a list of terms, less than
    `STATEMENT` for a list held together by "and the".

    A clause whose verb is not recognised still passes when its small words are varied, as in "by declaring the class
    first and then any variables that it needs".
    """
    if not tokens:
        return 0.0
    verbs = [is_verb(tokens, at) for at in range(len(tokens))]
    small = [token.function for token in tokens]
    if not any(small):
        # The form of a word alone (эджайл, speed) makes no verb of it where no small word stands beside it.
        verbs = [token.stem in _deed_stems() for token in tokens]
    glue = sum(verb or word for verb, word in zip(verbs, small, strict=True)) / len(tokens)
    varied = len({token.norm for token in tokens if token.function}) >= _VARIED
    return min(1.0, glue / GLUE_SHARE) * (1.0 if any(verbs) else 0.8 if varied else 0.45)


def is_verb(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word is a verb, or a pronoun or auxiliary that comes with one.

    There is no parser: it is judged by its form, or by the article or pronoun right after it (contains the, insert a).
    """
    token = tokens[at]
    if token.norm in word_list("verb_signs") or token.norm.split("'")[0] in word_list("verb_signs"):
        return True
    if not token.content:
        return False
    if token.norm in deeds_as_written() or _ENGLISH_PAST.fullmatch(token.norm) or _RUSSIAN_VERB.fullmatch(token.norm):
        return True
    return at + 1 < len(tokens) and tokens[at + 1].norm in word_list("object_openers")


@cache
def deeds_as_written() -> frozenset[str]:
    """Verbs of action in the forms listed (rewrote, tested): their stems alone may be nouns (test, plan)."""
    written = read_json("families.json")["action"]
    return frozenset(normalise(word) for words in written.values() for word in words if " " not in word)


@cache
def _deed_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in deeds_as_written())


def _to_assessor(reading: Reading) -> frozenset[int]:
    """The clauses of every sentence that tells the assessor what to do. An endless one loses all from there on."""
    hits = lexicon.find(lexicon.family("assessor"), [token.stem for token in reading.tokens])
    starts = [clause.first for clause in reading.clauses]
    sentences: dict[int, list[int]] = {}
    for i, clause in enumerate(reading.clauses):
        sentences.setdefault(clause.sentence, []).append(i)
    found: set[int] = set()
    for at in sorted({bisect_right(starts, hit.at) - 1 for hit in hits}):
        if at in found:
            continue  # an answer made of nothing but instructions must not take long
        sentence = sentences[reading.clauses[at].sentence]
        if _words(reading, sentence) > _LONGEST_SENTENCE_DROPPED:
            sentence = [i for i in sentence if i >= at - 1]
        found.update(sentence)
    return frozenset(found)


def _words(reading: Reading, clauses: Sequence[int]) -> int:
    return reading.clauses[clauses[-1]].last - reading.clauses[clauses[0]].first


def spoken_to_assessor(text: str) -> bool:
    """Whether a text tells whoever marks it what to do. The rules ignore it; a person should see it was tried."""
    return bool(lexicon.find(lexicon.family("assessor"), stems(text)))
