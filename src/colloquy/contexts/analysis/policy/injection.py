"""Finds what an answer says to whoever marks it, to raise its mark: orders, verdicts, roles, threats, hidden text.

Nobody is refused or marked down for it. The rules read the answer without these stretches (`blanked`), and a person is
shown them. Four languages are read: English, Russian, German and Spanish, in injection.txt. The time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from colloquy.contexts.analysis.policy import ciphers, veils
from colloquy.contexts.analysis.policy.phrases import Hit, Phrases, Word, phrases, words_of
from colloquy.contexts.analysis.policy.values import Judgement, Quote

LONGEST_SENTENCE: Final = 40
"""Words up to which a sentence with an attempt is taken whole. A longer one is speech written down without marks."""
BETWEEN: Final = 12
"""Words between two attempts that belong to them: their greetings, their thanks, their reasons."""
_BETWEEN_RUNNING: Final = 6
_TRAILING: Final = 10
"""Words after an attempt in unmarked speech that are looked at for more of it."""
_LEADING: Final = 4
_UNMARKED: Final = 25
"""Words without a mark among them that are speech rather than a sentence somebody typed."""
_HONEST_LEAD: Final = 7
"""Words before an order in a part of their own, from which they are a statement that stays."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stretch text[start:end] that speaks to whoever marks.

    `kind` is instruction, verdict, role, delimiter, hidden, encoded or pressure; `language` is en, ru, de or es.
    """

    start: int
    end: int
    kind: str
    language: str


def attempts(text: str) -> tuple[Attempt, ...]:
    """Every attempt in the text, in order, not overlapping; nothing for an honest answer."""
    return _attempts(text)


def blanked(text: str) -> str:
    """The text with every attempt replaced by as many spaces, so that offsets stay true. Line breaks stay."""
    parts: list[str] = []
    at = 0
    for attempt in attempts(text):
        parts += [text[at : attempt.start], _NOT_BREAK.sub(" ", text[attempt.start : attempt.end])]
        at = attempt.end
    return "".join((*parts, text[at:]))


def outside_attempts(judgements: Iterable[Judgement], text: str) -> tuple[Judgement, ...]:
    """The judgements of `blanked(text)` with quotes that stand in `text`.

    A quote that runs across an attempt is cut down to its longest piece outside, so that it is verbatim and shows
    nothing of the attempt. Times are left to `verify_quotes`.
    """
    found = attempts(text)
    if not found:
        return tuple(judgements)
    return tuple(
        replace(one, quotes=tuple(cut for quote in one.quotes if (cut := _outside(quote, text, found))))
        for one in judgements
    )


def _outside(quote: Quote, text: str, found: Sequence[Attempt]) -> Quote | None:
    pieces, at = [], quote.start_char
    for attempt in found:
        if attempt.end <= at or attempt.start >= quote.end_char:
            continue
        pieces.append((at, attempt.start))
        at = attempt.end
    pieces.append((at, quote.end_char))
    start, end = max(pieces, key=lambda piece: piece[1] - piece[0])
    start = start + len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    return replace(quote, text=text[start:end], start_char=start, end_char=end) if start < end else None


_NOT_BREAK: Final = re.compile(r"[^\n]")


@lru_cache(maxsize=64)  # an answer is asked about several times: for the rules, for its flags, for its quotes
def _attempts(text: str) -> tuple[Attempt, ...]:
    found = [Attempt(*span) for span in veils.marks(text)]
    rest = _without(text, found)
    for start, end, hidden in ciphers.decoded(rest):
        # What was hidden in base64 is read like the rest, but not for further hiding places.
        inside = _spoken(hidden) or [Attempt(*span) for span in veils.marks(hidden)]
        if inside:
            found.append(Attempt(start, end, "encoded", inside[0].language))
    found += _spoken(_without(text, found))
    return _joined(text, found)


def _without(text: str, found: Iterable[Attempt]) -> str:
    """The text with line breaks for what was found: nothing is read across it, and nothing twice."""
    letters = None
    for attempt in found:
        letters = letters or list(text)
        letters[attempt.start : attempt.end] = "\n" * (attempt.end - attempt.start)
    return "".join(letters) if letters else text


def _spoken(text: str) -> list[Attempt]:
    """What is said in words."""
    plain = veils.unfolded(text)
    words = words_of(plain)
    known = _patterns()
    hits = [hit for hit in known.hits(words) if not _told(text, words, hit)]
    return [_stretch(text, words, hit) for hit in hits]


@cache
def _patterns() -> Phrases:
    return phrases("injection.txt")


_QUOTED: Final = re.compile(r"[\"“«„'‘`]\s*$")


def _told(text: str, words: Sequence[Word], hit: Hit) -> bool:
    """Whether an order in quotation marks is told as somebody else's, in a sentence about such attacks. One that asks
    for a mark is never excused.
    """
    if hit.kind != "instruction" or not _QUOTED.search(text, 0, words[hit.first].start):
        return False
    sentence = words[hit.first].sentence
    around = range(max(0, hit.first - LONGEST_SENTENCE), min(len(words), hit.last + LONGEST_SENTENCE))
    telling = _patterns().element("TELLING")
    return any(_patterns().mask(words[i].norm) & telling for i in around if words[i].sentence == sentence)


def _stretch(text: str, words: Sequence[Word], hit: Hit) -> Attempt:
    """The sentence of a hit, less a statement that stands before it; in unmarked speech its nearest words."""
    sentence = words[hit.first].sentence
    first, last = hit.first, hit.last
    while first > 0 and words[first - 1].sentence == sentence and hit.first - first <= LONGEST_SENTENCE:
        first -= 1
    while last < len(words) and words[last].sentence == sentence and last - hit.last <= LONGEST_SENTENCE:
        last += 1
    if last - first > LONGEST_SENTENCE or _unmarked(words, first, last):
        first, last = _near(words, hit, first, last)
    else:
        part = words[hit.first].part
        begins = next(i for i in range(first, hit.first + 1) if words[i].part == part)
        lead = words[first:begins]
        if len(lead) >= _HONEST_LEAD and not any(_patterns().mask(word.norm) & _about_marking() for word in lead):
            first = begins
    return Attempt(words[first].start, words[last - 1].end, _kind(text, words, hit), hit.language)


def _kind(text: str, words: Sequence[Word], hit: Hit) -> str:
    if not hit.veiled:
        return hit.kind
    written = text[words[hit.first].start : words[hit.last - 1].end]
    return "encoded" if any(character.isdigit() for character in written) else "hidden"


def _unmarked(words: Sequence[Word], first: int, last: int) -> bool:
    return last - first > _UNMARKED and words[first].part == words[last - 1].part


def _near(words: Sequence[Word], hit: Hit, first: int, last: int) -> tuple[int, int]:
    """The hit with the small words before it, and with what follows up to its last word about marking."""
    known = _patterns()
    lead, links = known.element("LEADS"), known.element("LINKS")
    about = _about_marking() | known.element("GIVE") | known.element("HIRE")
    begin = hit.first
    while begin > max(first, hit.first - _LEADING) and known.mask(words[begin - 1].norm) & lead:
        begin -= 1
    end = hit.last
    for at in range(hit.last, min(last, hit.last + _TRAILING)):
        mask = known.mask(words[at].norm)
        if mask & about:
            end = at + 1
        elif not mask & links:
            break
    return begin, end


@cache
def _about_marking() -> int:
    """The classes of words that people use of marks and of those who give them."""
    names = ("SCORE", "TOP", "OBJ", "PERSON", "WORK", "HIRED", "GRADER", "RUBRIC", "INSTR", "THREAT", "VOCATIVE")
    mask = 0
    for name in names:
        mask |= _patterns().element(name)
    return mask


def _joined(text: str, found: Iterable[Attempt]) -> tuple[Attempt, ...]:
    """In order, those that touch or have little between them made one. The kind and language of the first stay."""
    joined: list[Attempt] = []
    for attempt in sorted(found, key=lambda one: (one.start, -one.end)):
        if joined and _belongs(text, joined[-1].end, attempt.start):
            before = joined[-1]
            joined[-1] = replace(before, end=max(before.end, attempt.end))
        else:
            joined.append(attempt)
    return tuple(replace(one, start=_out(text, one.start, -1), end=_out(text, one.end, 1)) for one in joined)


def _belongs(text: str, end: int, start: int) -> bool:
    if start <= end:
        return True
    if start - end > BETWEEN * 12:
        return False
    gap = text[end:start]
    return len(gap.split()) <= (BETWEEN if _FULL_STOP.search(gap) else _BETWEEN_RUNNING)


_FULL_STOP: Final = re.compile(r"[.!?…]|\n")
_AROUND: Final = {-1: frozenset("([{<*_#=-\"'“«„`~|>"), 1: frozenset(".．!?…)]}>*_#=-\"'”»`~|;:,")}


def _out(text: str, at: int, step: int) -> int:
    """The place after (or before) the marks that stand right beside a stretch."""
    while 0 <= (place := at if step > 0 else at - 1) < len(text) and text[place] in _AROUND[step]:
        at += step
    return at
