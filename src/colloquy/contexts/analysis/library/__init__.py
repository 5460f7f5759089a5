"""Answers, attacks and honest sentences, packaged for the benches of this context."""

from __future__ import annotations

from colloquy.contexts.analysis.library.attacks import Attack, HonestAnswer, attacks, honest_answers, honest_sentences

__all__ = ["Attack", "HonestAnswer", "attacks", "honest_answers", "honest_sentences"]
