"""Judgements of feelings, personality, voice, accent or looks: no evaluator may make them."""

from __future__ import annotations


def without_affect(text: str) -> str:
    """The text without the sentences that judge a person so."""
    return text
