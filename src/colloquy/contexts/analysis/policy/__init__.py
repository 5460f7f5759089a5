"""Pure decisions about an answer: levels with evidence, and the check that the evidence is real."""

from __future__ import annotations

from colloquy.contexts.analysis.policy.elements import Element, ElementKind, elements, qualities
from colloquy.contexts.analysis.policy.qualities import Quality, QualityKind
from colloquy.contexts.analysis.policy.quotes import verify_quotes
from colloquy.contexts.analysis.policy.rules import EVALUATOR, judge, scores
from colloquy.contexts.analysis.policy.statements import spoken_to_assessor
from colloquy.contexts.analysis.policy.values import (
    LEVELS,
    Anchor,
    AnswerText,
    CompetencyToJudge,
    Judgement,
    QuestionToJudge,
    Quote,
    TimedWord,
)

__all__ = [
    "EVALUATOR",
    "LEVELS",
    "Anchor",
    "AnswerText",
    "CompetencyToJudge",
    "Element",
    "ElementKind",
    "Judgement",
    "Quality",
    "QualityKind",
    "QuestionToJudge",
    "Quote",
    "TimedWord",
    "elements",
    "judge",
    "qualities",
    "scores",
    "spoken_to_assessor",
    "verify_quotes",
]
