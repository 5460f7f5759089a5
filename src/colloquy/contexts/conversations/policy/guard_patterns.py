"""Patterns of words, matched word by word as a text grows, so that the beginning of a match can be held back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from colloquy.contexts.conversations.policy.guard_points import Phrase

SENTENCE = "^"
"""Stands before the first word of a sentence. Patterns that do not ask for it pass over it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: whole words, or beginnings of words; `optional` may be missing."""

    words: frozenset[str]
    beginnings: tuple[str, ...] = ()
    optional: bool = False

    def takes(self, word: str) -> bool:
        """Whether the word fits."""
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))

    def might_take(self, part: str) -> bool:
        """Whether a word that begins like this might fit once it is whole."""
        return any(word.startswith(part) for word in self.words) or any(
            beginning.startswith(part) or part.startswith(beginning) for beginning in self.beginnings
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of elements. `quotable`: allowed once somebody else has said it."""

    elements: tuple[Element, ...]
    reason: str
    quotable: bool = False


@cache
def patterns(language: str) -> tuple[Pattern, ...]:
    """The patterns of a language's file; none where there is no file."""
    source = files(__package__).joinpath(f"guard_{language}.txt")
    return tuple(_parsed(source.read_text("utf-8"))) if source.is_file() else ()


def of_phrases(phrases: Iterable[Phrase], reason: str) -> tuple[Pattern, ...]:
    """Patterns of exactly these words."""
    return tuple(Pattern(tuple(Element(frozenset([word])) for word in phrase), reason) for phrase in sorted(phrases))


def _parsed(text: str) -> Iterator[Pattern]:
    reason, quotable = "", False
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if header := re.fullmatch(r"\[(\w+)( ~)?\]", stripped):
            reason, quotable = header[1], header[2] is not None
            continue
        yield Pattern(tuple(_element(part) for part in stripped.split()), reason, quotable)


def _element(part: str) -> Element:
    optional = part.endswith("?")
    forms = part.removesuffix("?").replace("ё", "е").split("|")
    words = frozenset(form for form in forms if not form.endswith("*"))
    return Element(words, tuple(form[:-1] for form in forms if form.endswith("*")), optional)


State = tuple[int, int]
"""(pattern, place): the elements before the place have been met."""


class Automaton:
    """All patterns at once. Built once a language and once for the phrases of a conversation; then only read.

    What may begin with a word is looked up, so that words which begin nothing, as nearly all do, cost next to nothing.
    """

    def __init__(self, given: Iterable[Pattern]) -> None:
        self.patterns = tuple(given)
        self.longest = max((len(pattern.elements) for pattern in self.patterns), default=0)
        self._first = _Index()
        self._in_sentence = _Index()
        for number, pattern in enumerate(self.patterns):
            begins_sentence = SENTENCE in pattern.elements[0].words
            index = self._in_sentence if begins_sentence else self._first
            for place in places(pattern, 1 if begins_sentence else 0):
                index.add(pattern.elements[place], (number, place + 1))
        # What people write is mostly the same few thousand words.
        self.states_after = lru_cache(maxsize=4096)(self._states_after)
        self.might_start = lru_cache(maxsize=8192)(self._might_start)
        self.step = lru_cache(maxsize=16384)(self._step)
        self.might_go_on = lru_cache(maxsize=16384)(self._might_go_on)
        self.met = lru_cache(maxsize=None)(self._met)

    def _states_after(self, word: str, *, sentence: bool) -> tuple[State, ...]:
        """The states after `word` as the first of a pattern; `sentence`: it begins one."""
        return (*self._first.after(word), *(self._in_sentence.after(word) if sentence else ()))

    def _might_start(self, part: str, *, sentence: bool) -> bool:
        """Whether a pattern might begin with a word that begins with `part`."""
        return self._first.might(part) or (sentence and self._in_sentence.might(part))

    def _step(self, state: State, word: str) -> tuple[State, ...]:
        """The states after one more word; empty when the pattern is out of the running."""
        number, place = state
        pattern = self.patterns[number]
        return tuple((number, at + 1) for at in places(pattern, place) if pattern.elements[at].takes(word))

    def _might_go_on(self, state: State, part: str) -> bool:
        """Whether an unfinished word might continue the pattern."""
        pattern = self.patterns[state[0]]
        return any(pattern.elements[at].might_take(part) for at in places(pattern, state[1]))

    def _met(self, state: State) -> Pattern | None:
        """The pattern of a state that has everything it must have."""
        pattern = self.patterns[state[0]]
        return pattern if all(element.optional for element in pattern.elements[state[1] :]) else None


class _Index:
    """Elements that may come first, found by word and by the beginning of a word."""

    def __init__(self) -> None:
        self._words: dict[str, list[State]] = {}
        self._beginnings: dict[str, list[State]] = {}
        self._parts: set[str] = set()
        self._all_beginnings: tuple[str, ...] = ()

    def add(self, element: Element, state: State) -> None:
        for word in element.words:
            self._words.setdefault(word, []).append(state)
        for beginning in element.beginnings:
            self._beginnings.setdefault(beginning, []).append(state)
        for form in (*element.words, *element.beginnings):
            self._parts.update(form[:end] for end in range(1, len(form) + 1))
        self._all_beginnings = tuple(self._beginnings)

    def after(self, word: str) -> list[State]:
        found = list(self._words.get(word, ()))
        if word.startswith(self._all_beginnings):
            found += [s for beginning, states in self._beginnings.items() if word.startswith(beginning) for s in states]
        return found

    def might(self, part: str) -> bool:
        return part in self._parts or part.startswith(self._all_beginnings)


def places(pattern: Pattern, place: int) -> Iterator[int]:
    """The elements that may come at a place: the next one, and those behind it if it may be missing."""
    while place < len(pattern.elements):
        yield place
        if not pattern.elements[place].optional:
            return
        place += 1


@cache
def automaton(language: str) -> Automaton:
    """The automaton of a language's own patterns."""
    return Automaton(patterns(language))


@lru_cache(maxsize=256)
def automaton_of(phrases: frozenset[Phrase]) -> Automaton:
    """The automaton of phrases that give points away. Kept, as they change little from turn to turn."""
    return Automaton(of_phrases(phrases, "points"))
