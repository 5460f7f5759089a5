"""What an evaluator is, and the one that is built in.

An evaluator reads one answer at a time and gives levels with quotes. It has no tools, sees no name and no face, makes
no numbers, and is not believed: `problem_with` and `verify_quotes` check whatever it returns.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

from colloquy.contexts.analysis.policy.meaning import NO_EMBEDDING, embedding_in_use
from colloquy.contexts.analysis.policy.quotes import verify_quotes
from colloquy.contexts.analysis.policy.rules import EVALUATOR, judge
from colloquy.contexts.analysis.policy.values import AnswerText, Judgement, QuestionToJudge

LONGEST_REASON: Final = 4000


class Evaluator(Protocol):
    """Judges answers. `name` is "vendor:model"; `prompt_version` changes whenever the instructions to it do."""

    @property
    def name(self) -> str: ...

    @property
    def prompt_version(self) -> str: ...

    async def judge(self, question: QuestionToJudge, answer: AnswerText) -> Sequence[Judgement]:
        """One judgement per competency of the question. Raises `Transient` when a later call may succeed."""
        ...


class RulesEvaluator:
    """The deterministic rules: no key, no network, the same judgement every time."""

    name = EVALUATOR

    @property
    def prompt_version(self) -> str:
        """What the rules go by besides their own version: their lists and curves, as 12 hex digits of their SHA-256,
        and the table of words by sense that is in use.
        """
        embedding = embedding_in_use()
        return f"words:{_lists()} {embedding.name if embedding else NO_EMBEDDING}"[:100]

    async def judge(self, question: QuestionToJudge, answer: AnswerText) -> Sequence[Judgement]:
        """See `Evaluator`. Never raises for any text."""
        # A long answer takes tens of milliseconds of pure computing; other work of this process goes on meanwhile.
        return await asyncio.to_thread(judge, question, answer)


_LISTS: Final = ("words.json", "families.json", "signals.json", "synonyms.json", "grading.json")
"""Everything packaged that a judgement of the rules depends on."""


@cache
def _lists() -> str:
    folder = files("colloquy.contexts.analysis.policy")
    content = b"\0".join(folder.joinpath(name).read_bytes() for name in _LISTS)
    return hashlib.sha256(content).hexdigest()[:12]


def problem_with(question: QuestionToJudge, judgements: Sequence[Judgement]) -> str | None:
    """None when there is exactly one judgement per competency of the question; else a sentence for the operator."""
    asked = Counter(competency.key for competency in question.competencies)
    given = Counter(judgement.competency for judgement in judgements)
    if asked == given:
        return None
    missing, extra = sorted((asked - given).elements()), sorted((given - asked).elements())
    return f"The evaluator left out {len(missing)} competencies and gave {len(extra)} that were not asked for."


def checked(question: QuestionToJudge, judgements: Sequence[Judgement], answer: AnswerText) -> tuple[Judgement, ...]:
    """The judgements in the order of the question's competencies, with nothing in them that the answer does not hold.

    Call `problem_with` first. Reasons are cut to `LONGEST_REASON` characters.
    """
    by_key = {judgement.competency: judgement for judgement in verify_quotes(judgements, answer)}
    ordered = (by_key[competency.key] for competency in question.competencies)
    # PostgreSQL holds no NUL in JSON, and a reason is prose: nothing is lost with it.
    return tuple(replace(one, reason=one.reason.replace("\0", "")[:LONGEST_REASON]) for one in ordered)
