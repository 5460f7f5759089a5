"""What an interviewer may not say, checked while the words still come.

A model words turns freely, and what it must not do is enforced here and not asked of it: give expected points away,
judge, promise, speak of affect or appearance, ask more than one question, write links or markup, leave its role or
the language. Words are let through as soon as nothing that is forbidden can begin with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from colloquy.contexts.conversations.policy.guard_patterns import Automaton, State, automaton, automaton_of
from colloquy.contexts.conversations.policy.guard_points import hidden
from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan, Said
from colloquy.contexts.conversations.policy.lacks import words_of

MOST_WORDS: Final = 90
"""A spoken forty seconds. A move whose own wording is longer (a long topic) may have that many and a third more."""
MOST_HELD_BACK: Final = 10
"""Words: the longest pattern but its last word. Ordinary text is held back for a part of a word, if at all."""

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_UNFINISHED: Final = re.compile(r"(?:[^\W_]+['’-])*[^\W_]+['’-]?\Z")
_MARKUP: Final = re.compile(
    r"[<>{}\[\]`|\\~^]|\*\*|__|&\w+;|(?:^|\n)[ \t]*(?:[#*•–—-] |#{2,}|\d{1,2}[.)] )|\w@\w+\.\w|"
    r"\w\.(?:com|org|net|io|ru|dev|app)\b"
)
_ROLES: Final = re.compile(
    r"(?:^|\n)\s*(?:interviewer|candidate|assistant|user|system|ai|human|bot|интервьюер|кандидат|ассистент|система|"
    r"пользователь)\s*:",
    re.IGNORECASE,
)
_CYRILLIC: Final = re.compile(r"[а-яёА-ЯЁ]")
_FOREIGN: Final = re.compile(r"[^\W\d_a-zA-ZÀ-ɏа-яёА-ЯЁ]")
"""Letters of neither alphabet: Greek, Hebrew, Arabic, Chinese, …"""
_TELLING_WORDS: Final = 12
"""After so many words the language shows."""
_ENGLISH: Final = frozenset(
    [
        "the", "a", "an", "of", "to", "in", "and", "you", "your", "it", "that", "is", "was", "what", "how", "did",
        "for", "me", "we", "i", "have", "so", "on", "are", "one", "will", "be", "can", "not", "or", "if", "with",
        "this", "there", "here", "from", "at", "by", "as", "do", "would", "could", "which", "when", "who", "why",
        "any", "some", "more", "please", "thank", "thanks", "let", "us", "my", "then", "than", "about",
    ]
)  # fmt: skip
_ENGLISH_SHARE: Final = 0.15
"""The least share of these words in an English text. Tests hold it against our wordings, German and Spanish."""


class Unfit(Exception):  # noqa: N818 - a finding about a text, not a fault of the program
    """The words must not be said. `reason` is a snake_case word for logs; it holds nothing of the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Guard:
    """Lets a turn's words through, piece by piece. One guard a turn.

    Holds back at most an unfinished word and the `MOST_HELD_BACK` words before it, and only where a forbidden
    phrase may have begun.
    """

    def __init__(self, plan: Plan, said: Sequence[Said], move: Move) -> None:
        self._known = _known(plan, said)
        self._said = frozenset(_plain(message.text) for message in said if message.who == "interviewer")
        self._russian = plan.language.lower().startswith("ru")
        self._ordinary = _ORDINARY[self._russian]
        self._english = plan.language.lower().startswith("en")
        text = move.text or ""
        self._questions = max(text.count("?"), 0 if move.act in {Act.CLOSING, Act.GREETING} else 1)
        self._most_words = max(MOST_WORDS, len(_WORD.findall(text)) * 4 // 3)
        languages = ("ru", "en") if self._russian else ("en",)
        runs = [_Run(automaton(language)) for language in languages]
        if secret := hidden(plan, said):
            runs.append(_Run(automaton_of(secret)))
        self._runs = tuple(runs)
        self._fixed, self._fixed_line = text, f" {_plain(text)} "
        self._text = ""
        self._shown = 0
        self._read = 0
        self._words = 0
        self._english_words = 0
        self._cyrillic_words = 0
        self._sentence = True

    def feed(self, piece: str) -> str:
        """What may be shown now. Raises Unfit, and then the whole turn is to be worded otherwise."""
        before, self._text = self._text, self._text + piece
        if not piece:
            return ""
        if not (self._ordinary.fullmatch(piece) and before[-1:] not in _UNSETTLED):
            self._look(piece)
        unfinished = _UNFINISHED.search(self._text, self._read)
        place = unfinished.start() if unfinished else len(self._text)
        self._take(place)
        return self._show(self._safe_until(place))

    def close(self) -> str:
        """What was held back. Raises Unfit when the whole is nothing, in another language, or said before."""
        self._take(len(self._text))
        self._look(self._text)  # what came letter by letter was not seen whole
        if self._words == 0:
            raise Unfit("empty")
        if _plain(self._text) in self._said:
            raise Unfit("repeated")
        self._check_language(at_the_end=True)
        return self._show(len(self._text))

    end = close
    """The same, by the name that its callers use."""

    def _look(self, piece: str) -> None:
        """Checks of characters, looking back a few for what began in an earlier piece."""
        if self._text.count("?") > self._questions:
            raise Unfit("questions")
        start = max(0, len(self._text) - len(piece) - _LOOK_BACK)
        around = self._text[start:] if start == 0 else f" {self._text[start:]}"
        for found in _MARKUP.finditer(around):
            if found.group().strip() not in self._fixed and not self._domain_known(found.group()):
                raise Unfit("markup")
        if ":" in piece and _ROLES.search(around):
            raise Unfit("role")
        for alphabet in (_FOREIGN,) if self._russian else (_FOREIGN, _CYRILLIC):
            if alphabet.search(piece) and not self._only_known(alphabet):
                raise Unfit("language")

    def _only_known(self, alphabet: re.Pattern[str]) -> bool:
        """Whether words in another alphabet are the recruiter's or the candidate's, as names are."""
        strange = [word for word in words_of(self._text[self._read :]) if alphabet.search(word)]
        return all(any(known.startswith(word) for known in self._known) for word in strange)

    def _domain_known(self, found: str) -> bool:
        """Whether what looks like a domain is a name somebody used before: ASP.NET."""
        return "." in found[1:] and set(words_of(self._text.rsplit(maxsplit=1)[-1])) <= self._known

    def _take(self, until: int) -> None:
        """Reads the whole words up to a place."""
        for found in _WORD.finditer(self._text, self._read, until):
            if _ENDS_SENTENCE.search(self._text, self._read, found.start()):
                self._sentence = True
            self._read = found.end()
            self._word(_as_word(found.group()), found.start())
            self._sentence = False

    def _word(self, word: str, start: int) -> None:
        self._words += 1
        if self._words > self._most_words:
            raise Unfit("length")
        self._english_words += word in _ENGLISH
        self._cyrillic_words += "а" <= word[0] <= "я"
        for run in self._runs:
            for reason, began, quotable in run.take(word, start, sentence=self._sentence):
                if not (quotable and word in self._known) and not self._is_fixed(began):
                    raise Unfit(reason)
        if self._words == _TELLING_WORDS:
            self._check_language(at_the_end=False)

    def _is_fixed(self, began: int) -> bool:
        """Whether the words from a place on stand in the move's own wording, so in the recruiter's question."""
        return f" {_plain(self._text[began : self._read])} " in self._fixed_line

    def _check_language(self, *, at_the_end: bool) -> None:
        if self._russian and self._cyrillic_words * 2 < self._words:
            raise Unfit("language")
        enough = self._words >= _TELLING_WORDS or not at_the_end
        if self._english and enough and self._english_words < self._words * _ENGLISH_SHARE:
            raise Unfit("language")

    def _safe_until(self, place: int) -> int:
        """The place up to which nothing forbidden may have begun. `place` is where an unfinished word begins."""
        part = _as_word(self._text[place:])
        sentence = bool(part) and (self._sentence or _ENDS_SENTENCE.search(self._text, self._read, place) is not None)
        held = min([run.held_from(part, place, sentence=sentence) for run in self._runs])
        if self._text[-1] in _UNSETTLED and held == len(self._text):
            # The first half of markup, perhaps: a single star, a dash or a number that begins a line.
            unsettled = _LINE_BEGINS.search(self._text, max(0, held - _LOOK_BACK))
            return unsettled.start() if unsettled else held
        return held

    def _show(self, until: int) -> str:
        shown = self._text[self._shown : until]
        self._shown = max(self._shown, until)
        return shown


_LOOK_BACK: Final = 24
"""Characters: the longest role with its line break and colon, or the end of a domain's name."""
_ORDINARY: Final = {
    False: re.compile(r" ?[a-zA-Z]*[,.]?"),
    True: re.compile(r" ?[а-яёА-ЯЁ]*[,.]?"),
}
"""Pieces that no check of characters can object to, by whether the language is Russian: most of them are like this."""
_UNSETTLED: Final = frozenset(".*_&#•–—-)\n\t0123456789") | {""}
"""Characters after which the next piece must be looked at, whatever it is."""
_ENDS_SENTENCE: Final = re.compile(r"[.!?…:\n]")
_LINE_BEGINS: Final = re.compile(r"(?:[*_&]|\n[ \t]*(?:[#*•–—-]|\d{1,2}[.)]?)?[ \t]*)\Z")


class _Run:
    """Where one automaton stands in a text. Each state carries the place where its match began."""

    def __init__(self, patterns: Automaton) -> None:
        self._patterns = patterns
        self._active: dict[State, int] = {}

    def take(self, word: str, start: int, *, sentence: bool) -> list[tuple[str, int, bool]]:
        """Goes on by a word; what that completes: reason, where it began, and whether it may be quoted."""
        patterns = self._patterns
        starting = patterns.states_after(word, sentence=sentence)
        if not starting and not self._active:
            return []
        following: dict[State, int] = {}
        for state, began in self._active.items():
            for after in patterns.step(state, word):
                following[after] = min(began, following.get(after, began))
        for after in starting:
            following.setdefault(after, start)
        self._active = following
        met = ((patterns.met(state), began) for state, began in following.items())
        return [(pattern.reason, began, pattern.quotable) for pattern, began in met if pattern is not None]

    def held_from(self, part: str, place: int, *, sentence: bool) -> int:
        """Where what must be held back begins: a match under way, or an unfinished word that may begin one."""
        held = place + len(part)
        if part and self._patterns.might_start(part, sentence=sentence):
            held = place
        for state, began in self._active.items():
            if began < held and (not part or self._patterns.might_go_on(state, part)):
                held = began
        return held


def _as_word(text: str) -> str:
    return text.lower().replace("’", "'").replace("ё", "е")


def _known(plan: Plan, said: Sequence[Said]) -> frozenset[str]:
    texts = [plan.interview_title, plan.company, plan.candidate_name, *(topic.text for topic in plan.topics)]
    texts += [message.text for message in said if message.who == "candidate"]
    return frozenset(word for text in texts for word in words_of(text))


def _plain(text: str) -> str:
    return " ".join(words_of(text))
