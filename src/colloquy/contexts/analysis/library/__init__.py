"""Answers written and ordered by a person, attacks and honest sentences, to measure evaluators by."""

from __future__ import annotations

from colloquy.contexts.analysis.library.attacks import Attack, HonestAnswer, attacks, honest_answers, honest_sentences
from colloquy.contexts.analysis.library.triples import LANGUAGES, RANKS, RankedAnswer, Triple, triples_in, triples_of

__all__ = [
    "LANGUAGES",
    "RANKS",
    "Attack",
    "HonestAnswer",
    "RankedAnswer",
    "Triple",
    "attacks",
    "honest_answers",
    "honest_sentences",
    "triples_in",
    "triples_of",
]
