"""The interviewer's own words: kind, plain and short, from files, one a language; chosen without chance.

Adding a language is adding `wording_xx.json` with the same keys (a test compares them). Every text is chosen so that
it was not said before in the conversation and gives no expected point away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Final

from colloquy.contexts.conversations.policy.guard_points import Phrase, gives_away, hidden
from colloquy.contexts.conversations.policy.interviewer import Plan, Said
from colloquy.contexts.conversations.policy.wording_quote import safe_phrase

_LONGEST_NAME: Final = 40
_NAME: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@cache
def languages() -> frozenset[str]:
    """The languages there are words in."""
    folder = files(__package__).iterdir()
    return frozenset(m[1] for entry in folder if (m := re.fullmatch(r"wording_([a-z]{2,3})\.json", entry.name)))


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a plan's language, and what was said already."""

    plan: Plan
    said: Sequence[Said]
    texts: dict[str, Any]
    used: frozenset[str]
    secret: frozenset[Phrase]

    def first_new(self, candidates: Iterable[str]) -> str | None:
        """The first that was not said yet and gives nothing away; None when all were."""
        return next((c for c in candidates if _key(c) not in self.used and not gives_away(c, self.secret)), None)

    def from_list(self, name: str, **values: object) -> Iterator[str]:
        """The texts of a list with its values filled in, beginning at another one with every turn."""
        for text in _turned(self.texts[name], self._turn):
            yield _filled(text, {"company": self.plan.company, "name": self._name(), **values})

    def follow_up(self, lack: str, answer: str) -> str | None:
        """A question for what is lacking, after a word of thanks or a phrase of the answer; None when all are used."""
        openers = list(_turned(self.texts["openers"], self._turn))
        quote = safe_phrase(answer)
        if quote is not None and not self._said_back(quote):
            openers = [_filled(t, {"quote": quote}) for t in _turned(self.texts["quoting"], self._turn)] + openers
        bodies = list(_turned(self.texts[lack], self._turn))
        fresh = [body for body in bodies if not any(_key(body) in used for used in self.used)] or bodies
        combined = (f"{opener} {body}" for body, opener in product(fresh, openers))
        return self.first_new(combined) or self.first_new(self.texts["neutral"])

    def topic(self, transition: str, texts: Sequence[str], number: int) -> str:
        """The question of a topic, or of several at once, after a transition. Always finds words."""
        body = texts[0] if len(texts) == 1 else "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
        between = " " if len(texts) == 1 else "\n\n"
        values = {"number": number, "count": len(self.plan.topics) if transition == "numbered" else len(texts)}
        listed = self.texts[transition]
        openings = [_filled(text, values) for text in _turned(listed, self._turn)]
        numbered = _filled(self.texts["numbered"], {"number": number, "count": len(self.plan.topics)})
        # A topic's own text may name a point of another topic: the recruiter's words are asked as they are.
        harmless = [opening for opening in openings if not gives_away(opening, self.secret)]
        texts_in_order = [f"{opening}{between}{body}" for opening in [*harmless, numbered]]
        return next((t for t in [*texts_in_order, body] if _key(t) not in self.used), texts_in_order[-1])

    @property
    def _turn(self) -> int:
        return sum(message.who == "interviewer" for message in self.said)

    def _said_back(self, quote: str) -> bool:
        return any(quote.lower() in used for used in self.used)

    def _name(self) -> str:
        """The candidate's first name after a comma, if it looks like one: people can type anything there."""
        found = _NAME.match(self.plan.candidate_name.strip())
        return f", {found.group()}" if found and len(found.group()) <= _LONGEST_NAME else ""


def words(plan: Plan, said: Sequence[Said]) -> Words:
    """The words for the next turn, in the plan's language, or in English where there are none."""
    primary = plan.language.lower().replace("_", "-").split("-")[0]
    used = frozenset(_key(message.text) for message in said if message.who == "interviewer")
    return Words(plan, said, _texts(primary if primary in languages() else "en"), used, hidden(plan, said))


@cache
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads(files(__package__).joinpath(f"wording_{language}.json").read_text("utf-8"))
    return texts


def _turned(texts: Sequence[str], turn: int) -> Iterator[str]:
    start = turn % len(texts)
    yield from texts[start:]
    yield from texts[:start]


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A text with its values. Not `str.format`: what people wrote may hold braces."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), text)


def _key(text: str) -> str:
    """What makes two texts the same to a reader: the words, not case, spaces or punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
