"""Patterns over classes of words, found in one pass: the reader behind `injection` and `affect`.

A file of patterns has lines of three forms. `@NAME language word beginn* …` adds words to a class; `[kind]` names what
follows; anything else is a pattern, a row of steps:

    GIVE|award|gran*  a class, words or beginnings of words, one of which must stand here
    ..4               up to four other words may stand before the next step
    step?             the step may be missing
    step/UNIT         the step counts only when no word of the class UNIT comes right after it
    ^                 what follows begins a sentence
    !                 what follows is said as an order: nobody who might do it stands before it

Every pattern walks forward from its first word only, by the set of places it may have reached, so the time is linear in
the length of the text whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

HIDDEN_CHARACTERS: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
)
"""Characters that show nothing, as the inside of a character class of `re`."""

_WORD: Final = re.compile(rf"[^\W_](?:[^\W_]|[{HIDDEN_CHARACTERS}\u0300-\u036f])*(?:['’][^\W_]+)*")
_ENDS: Final = re.compile(r"[.!?…;。．](?=[\s\"'”»)\]>]|$)|\n")
_PARTS: Final = re.compile(r"[,:(\[{<«“\"'„—–|#*=/_?&]|\s-\s")
_UNSEEN: Final = re.compile(rf"[{HIDDEN_CHARACTERS}\u0300-\u036f]")
_SOON: Final = 6
_SHORT_SENTENCE: Final = 2
"""Words up to which what stands between two full stops is no sentence of its own: Ignore. All. Rules."""

_TO_LATIN: Final = str.maketrans("авеёкмнорстухіјѕԁһԛԝαβεικνορτυχ", "abeekmhopctyxijsdhqwabeikvoptux")
_TO_CYRILLIC: Final = str.maketrans("abcehkmoptxyu", "авсенкмортхуи")
_LEET: Final = str.maketrans("01345789@$", "oieastbgas")
_LEET_L: Final = str.maketrans("01345789@$", "oleastbgas")
_LEET_RUSSIAN: Final = str.maketrans("0346", "оеаб")
_LATIN: Final = re.compile(r"[a-z]")
_OTHER_LETTERS: Final = re.compile(r"[а-яёіјѕԁһԛԝα-ω]")
_DIGIT: Final = re.compile(r"\d")


class Word(NamedTuple):
    """A word at text[start:end]; `sentence` and `part` number the sentence and the stretch between marks it is in."""

    start: int
    end: int
    norm: str
    sentence: int
    part: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Words [first, last) that a pattern met. `veiled`: one of them was written so as not to be seen for what it is."""

    first: int
    last: int
    kind: str
    language: str
    veiled: bool


@dataclass(frozen=True, slots=True)
class _Step:
    mask: int
    gap: int
    optional: bool
    unless: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    kind: str
    steps: tuple[_Step, ...]
    begins: bool
    order: bool


@lru_cache(maxsize=32_768)
def plain(word: str) -> str:
    """The word in lower case without accents and unseen characters; ё is е, and fancy letters are plain ones."""
    if word.isascii():
        return word.lower()
    shown = unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).lower().replace("’", "'").replace("ё", "е")
    if shown.isascii():
        return shown
    return "".join(
        unicodedata.normalize("NFD", letter)[0] if "à" <= letter <= "ɏ" else letter for letter in shown
    ).replace("ß", "ss")


def words_of(text: str) -> tuple[Word, ...]:
    """Every word of the text. A stretch of one or two words between full stops belongs to the sentence after it."""
    words: list[Word] = []
    sentence = part = begun = before = 0
    for number, match in enumerate(_WORD.finditer(text)):
        start = match.start()
        if before and text[before:start] != " ":
            gap = text[before : start + 1]  # a full stop counts when no letter follows it at once
            if _ENDS.search(gap):
                part += 1
                if number - begun > _SHORT_SENTENCE or "\n" in gap:
                    sentence += 1
                    begun = number
            elif _PARTS.search(gap):
                part += 1
        before = match.end()
        words.append(Word(start, before, plain(match.group()), sentence, part))
    return tuple(words)


class Phrases:
    """All patterns of one file. Built once, then only read."""

    def __init__(self, name: str) -> None:
        self._classes: dict[str, dict[str, set[str]]] = {}
        self._exact: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        self._languages: dict[str, set[str]] = {}
        self._elements: dict[str, int] = {}
        self._patterns: dict[int, list[_Pattern]] = {}
        source = files(__package__).joinpath(name).read_text("utf-8")
        self._read([line.strip() for line in source.splitlines()])
        self._starting = sum(self._patterns)
        self._longest_beginning = max(map(len, self._beginnings), default=0)
        self._shortest_beginning = min(map(len, self._beginnings), default=1)
        self.mask = lru_cache(maxsize=65_536)(self._mask)

    def words_in(self, name: str) -> frozenset[str]:
        """The whole words of a class, normalised."""
        return frozenset(form for form in self._classes[name] if not form.endswith("*"))

    def element(self, name: str) -> int:
        """The bit of a class, to be held against `mask`. Raises KeyError for a class that the file does not have."""
        return self._elements[name]

    def hits(self, words: Sequence[Word]) -> list[Hit]:
        """Every place where a pattern begins and is met, the longest match at each place."""
        masks = [self.mask(word.norm) for word in words]
        found: list[Hit] = []
        after = -_SOON
        for at, mask in enumerate(masks):
            starting = mask & self._starting
            if not starting:
                continue
            best: tuple[int, str] | None = None
            while starting:
                bit = starting & -starting
                starting ^= bit
                for pattern in self._patterns[bit]:
                    last = self._met(pattern, words, masks, at, ordered=at - after < _SOON)
                    if last and (best is None or last > best[0]):
                        best = (last, pattern.kind)
            if best:
                after = best[0]
                found.append(self._hit(words, at, *best))
        return found

    def _hit(self, words: Sequence[Word], first: int, last: int, kind: str) -> Hit:
        votes: dict[str, int] = {}
        veiled = False
        for word in words[first:last]:
            for spelling in spellings(word.norm):
                for language in self._languages_of(spelling):
                    votes[language] = votes.get(language, 0) + 1
                    veiled = veiled or spelling != word.norm
        return Hit(first, last, kind, max(votes, key=votes.__getitem__) if votes else "en", veiled)

    def _languages_of(self, word: str) -> set[str]:
        known = self._languages.get(word)
        if known is not None:
            return known
        ends = range(min(len(word), self._longest_beginning), self._shortest_beginning - 1, -1)
        return next((self._languages[word[:n] + "*"] for n in ends if word[:n] + "*" in self._languages), set())

    def _met(self, pattern: _Pattern, words: Sequence[Word], masks: Sequence[int], at: int, *, ordered: bool) -> int:
        """The end of the match that begins at a word, or 0. `ordered`: right after a match, where one order follows
        another.
        """
        if pattern.begins and at and words[at - 1].sentence == words[at].sentence:
            return 0
        if not self._counts(pattern.steps[0], words, masks, at):
            return 0
        if pattern.order and not ordered and not self._is_order(words, masks, at):
            return 0
        sentence = words[at].sentence
        reached = {at + 1}
        for step in pattern.steps[1:]:
            following = set(reached) if step.optional else set()
            for place in reached:
                for ahead in range(place, min(place + step.gap + 1, len(words))):
                    if words[ahead].sentence != sentence:
                        break
                    if self._counts(step, words, masks, ahead):
                        following.add(ahead + 1)
            if not following:
                return 0
            reached = following
        return max(reached)

    @staticmethod
    def _counts(step: _Step, words: Sequence[Word], masks: Sequence[int], at: int) -> bool:
        if not masks[at] & step.mask:
            return False
        if not step.unless or at + 1 == len(masks) or words[at].part != words[at + 1].part:
            return True
        return not masks[at + 1] & step.unless

    def _is_order(self, words: Sequence[Word], masks: Sequence[int], at: int) -> bool:
        """Whether a verb is said to the reader: at the beginning of a part, after "please", or in speech without marks
        after anything but somebody who might be doing it.
        """
        if at == 0 or words[at - 1].sentence != words[at].sentence:
            return True
        if ("а" <= words[at - 1].norm[0] <= "я") is not ("а" <= words[at].norm[0] <= "я"):
            return True  # nobody does in one language what is said in another
        before = masks[at - 1]
        if before & self._bit("MODAL") and at > 1 and masks[at - 2] & self._bit("SECOND"):
            return True
        if before & self._bit("NOORDER"):
            return False
        if before & self._bit("ORDER"):
            return True
        if before & self._bit("ANDORDER"):
            look = range(at - 2, max(-1, at - 9), -1)
            same = [i for i in look if words[i].sentence == words[at].sentence]
            return not any(masks[i] & self._bit("DOERS") for i in same)
        return words[at - 1].part != words[at].part or _is_running(words, at)

    def _mask(self, norm: str) -> int:
        mask = 0
        for spelling in spellings(norm):
            mask |= self._exact.get(spelling, 0)
            for end in range(self._shortest_beginning, min(len(spelling), self._longest_beginning) + 1):
                mask |= self._beginnings.get(spelling[:end], 0)
        return mask

    def _read(self, lines: Sequence[str]) -> None:
        for line in lines:
            if line.startswith("@"):
                name, language, *forms = line[1:].split()
                for form in map(_form, forms):
                    self._classes.setdefault(name, {}).setdefault(form, set()).add(language)
                    self._languages.setdefault(form, set()).add(language)
        for name in self._classes:
            self._bit(name)
        kind = ""
        for line in lines:
            if header := re.fullmatch(r"\[(\w+)\]", line):
                kind = header[1]
            elif line and line[0] not in "#@":
                pattern = self._pattern(kind, line.split())
                first = pattern.steps[0].mask
                self._patterns.setdefault(first, []).append(pattern)

    def _pattern(self, kind: str, parts: Sequence[str]) -> _Pattern:
        steps: list[_Step] = []
        gap = 0
        for part in parts:
            if part in {"^", "!"}:
                continue
            if part.startswith(".."):
                gap = int(part[2:])
                continue
            body, _, unless = part.removesuffix("?").partition("/")
            steps.append(_Step(self._bit(body), gap, part.endswith("?"), self._bit(unless) if unless else 0))
            gap = 0
        return _Pattern(kind, tuple(steps), "^" in parts, "!" in parts)

    def _bit(self, element: str) -> int:
        """The bit of a class or of words joined by |; made when first asked for, which is while the file is read."""
        if element in self._elements:
            return self._elements[element]
        bit = 1 << len(self._elements)
        self._elements[element] = bit
        for name in element.split("|"):
            for form in self._classes.get(name) or [_form(name)]:
                table = self._beginnings if form.endswith("*") else self._exact
                key = form.removesuffix("*")
                table[key] = table.get(key, 0) | bit
        return bit


def _form(form: str) -> str:
    return plain(form.removesuffix("*")) + ("*" if form.endswith("*") else "")


@lru_cache(maxsize=65_536)
def spellings(norm: str) -> tuple[str, ...]:
    """The word, and what it may stand for: letters of two alphabets in one word, digits among letters."""
    found = [norm]
    if _LATIN.search(norm) and _OTHER_LETTERS.search(norm):
        found += [norm.translate(_TO_LATIN), norm.translate(_TO_CYRILLIC)]
    elif not _LATIN.search(norm) and _OTHER_LETTERS.search(norm) and (folded := norm.translate(_TO_LATIN)).isascii():
        found.append(folded)  # every letter looks like a Latin one
    if _DIGIT.search(norm) and not norm.isdigit():
        found += [norm.translate(_LEET), norm.translate(_LEET_L), norm.translate(_LEET_RUSSIAN)]
    return tuple(dict.fromkeys(found))


_RUNNING: Final = 22
"""Words with no mark among them from which a text reads like speech that was written down without marks."""


def _is_running(words: Sequence[Word], at: int) -> bool:
    part = words[at].part
    first = next((i for i in range(at, max(-1, at - _RUNNING - 1), -1) if words[i].part != part), at - _RUNNING)
    last = next((i for i in range(at, min(len(words), at + _RUNNING + 1)) if words[i].part != part), at + _RUNNING)
    return min(last, len(words)) - max(first, 0) >= _RUNNING


@cache
def phrases(name: str) -> Phrases:
    """The patterns of a file that lies beside this module."""
    return Phrases(name)


def sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """The sentences as ranges of words [first, last)."""
    first = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or words[at].sentence != words[first].sentence:
            yield first, at
            first = at
