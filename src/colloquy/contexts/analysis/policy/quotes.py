"""Quotes are checked here, whoever made them: a person, these rules, or a language model that may invent.

A quote counts only when the answer holds exactly this text at exactly these offsets. Its times are never taken from the
evaluator; they come from the timed words the quote covers. A level that keeps no quote is no level.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from colloquy.contexts.analysis.policy.values import LEVELS, AnswerText, Judgement, Quote, TimedWord
from colloquy.kit.i18n import N_

NO_QUOTE: Final = N_("Insufficient evidence: no quote from the answer supports this level.")
NO_SUCH_LEVEL: Final = N_("Insufficient evidence: the evaluator gave a level outside the scale.")


def verify_quotes(judgements: Iterable[Judgement], answer: AnswerText) -> tuple[Judgement, ...]:
    """The judgements with false and repeated quotes removed, times filled in, and unsupported levels withdrawn.

    A level that is not one of 1 to 5, or that is left without a quote, becomes None; the reason then says so and keeps
    what the evaluator wrote. Judgements keep their order.
    """
    timed = sound_words(answer)
    return tuple(_verified(judgement, answer, timed) for judgement in judgements)


def _verified(judgement: Judgement, answer: AnswerText, timed: tuple[TimedWord, ...]) -> Judgement:
    true = {(quote.start_char, quote.end_char): quote for quote in judgement.quotes if is_verbatim(quote, answer)}
    quotes = tuple(_with_times(quote, timed) for quote in true.values())
    level, reason = judgement.level, judgement.reason
    if level is not None and (type(level) is not int or level not in LEVELS):
        level, reason = None, f"{NO_SUCH_LEVEL} {reason}".strip()
    elif level is not None and not quotes:
        level, reason = None, f"{NO_QUOTE} {reason}".strip()
    return replace(judgement, level=level, reason=reason, quotes=quotes)


def is_verbatim(quote: Quote, answer: AnswerText) -> bool:
    """Whether the answer holds exactly this text at exactly this place, and it has at least one letter or digit."""
    start, end = quote.start_char, quote.end_char
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(answer.text):
        return False
    return quote.text == answer.text[start:end] and any(character.isalnum() for character in quote.text)


def sound_words(answer: AnswerText) -> tuple[TimedWord, ...]:
    """The timed words that make sense: inside the text, finite, not ending before they begin."""
    return tuple(
        word
        for word in answer.words
        if 0 <= word.start_char < word.end_char <= len(answer.text)
        and math.isfinite(word.start)
        and math.isfinite(word.end)
        and 0 <= word.start <= word.end
    )


def _with_times(quote: Quote, timed: tuple[TimedWord, ...]) -> Quote:
    """The quote with the start of the first and the end of the last word it touches, or with no times at all."""
    touched = [word for word in timed if word.start_char < quote.end_char and word.end_char > quote.start_char]
    if not touched:
        return replace(quote, start=None, end=None)
    return replace(quote, start=min(word.start for word in touched), end=max(word.end for word in touched))
