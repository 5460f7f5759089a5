"""The front door of analysis: what evaluators made of answers, with the words that show it."""

from colloquy.contexts.analysis.policy import (
    Anchor,
    AnswerText,
    CompetencyToJudge,
    Element,
    ElementKind,
    Judgement,
    Quality,
    QualityKind,
    QuestionToJudge,
    Quote,
    TimedWord,
)
from colloquy.contexts.analysis.policy.assessing import Pass
from colloquy.contexts.analysis.policy.evaluator import Evaluator, RulesEvaluator
from colloquy.contexts.analysis.policy.forgetting import unquoted
from colloquy.contexts.analysis.policy.injection import Attempt
from colloquy.contexts.analysis.policy.meaning import Embedding, use_embedding
from colloquy.contexts.analysis.service.again import judge_again
from colloquy.contexts.analysis.service.cohort import histories
from colloquy.contexts.analysis.service.read import StoredJudgements, judgement_history, judgements
from colloquy.contexts.analysis.service.replay import Check, Replayed, ToReplay, replay, to_replay

__all__ = [
    "Anchor",
    "AnswerText",
    "Attempt",
    "Check",
    "CompetencyToJudge",
    "Element",
    "ElementKind",
    "Embedding",
    "Evaluator",
    "Judgement",
    "Pass",
    "Quality",
    "QualityKind",
    "QuestionToJudge",
    "Quote",
    "Replayed",
    "RulesEvaluator",
    "StoredJudgements",
    "TimedWord",
    "ToReplay",
    "histories",
    "judge_again",
    "judgement_history",
    "judgements",
    "replay",
    "to_replay",
    "unquoted",
    "use_embedding",
]
