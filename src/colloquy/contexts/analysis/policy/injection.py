"""Text that speaks to whoever marks an answer, instead of answering."""

from __future__ import annotations

from dataclasses import dataclass

from colloquy.contexts.analysis.policy.statements import spoken_to_assessor


@dataclass(frozen=True, slots=True)
class Attempt:
    """text[start:end] tries to raise its score: how (`kind`), and in which language (ISO 639-1)."""

    start: int
    end: int
    kind: str
    language: str


def attempts(text: str) -> tuple[Attempt, ...]:
    """Every attempt in a text, in order."""
    return (Attempt(0, len(text), "instruction", ""),) if spoken_to_assessor(text) else ()


def blanked(text: str) -> str:
    """The text with attempts replaced by as many spaces."""
    return text
