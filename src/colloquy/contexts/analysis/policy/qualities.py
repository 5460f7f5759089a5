"""Structure, specificity, relevance and depth of an answer, each as a level from 0 to 3 with the reason for it.

They describe the answer, never the person, and they are no levels of a competency: they say in the same four words for
every answer what the evidence amounts to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from colloquy.contexts.analysis.policy.evidence import Evidence, Feature


class QualityKind(StrEnum):
    """The order is that in which they are told."""

    STRUCTURE = "structure"
    SPECIFICITY = "specificity"
    RELEVANCE = "relevance"
    DEPTH = "depth"


@dataclass(frozen=True, slots=True)
class Quality:
    """One quality of an answer: 0 nothing of it, 1 little, 2 much, 3 all that is looked for; `why` in plain words."""

    kind: QualityKind
    level: int
    why: str


MOST: Final = 3

_STEPS: Final = {
    QualityKind.SPECIFICITY: (0.3, 0.5, 0.85),
    QualityKind.RELEVANCE: (0.3, 0.5, 0.75),
}
"""Least value of the feature for levels 1, 2 and 3."""

_DEPTH: Final = (
    (Feature.CAUSE,),
    (Feature.TRADEOFF, Feature.ALTERNATIVE),
    (Feature.VERIFICATION,),
    (Feature.REFLECTION,),
)

_TEXTS: Final = {
    "en": {
        "structure": "structure", "specificity": "specificity", "relevance": "relevance", "depth": "depth",
        "told": "found: {found}", "missing": "not found: {missing}", "of": "{kind} {level} of {most} ({why})",
        "situation": "situation or task", "action": "own action", "result": "result",
        "order": "words of order", "cause": "reasons", "example": "an example",
        "details": "details: {details}, figures: {figures}", "general": "general statements: {general}",
        "taken_up": "clauses on what was asked: {places}", "nothing": "nothing found",
        "tradeoff": "alternatives or drawbacks", "verification": "a check", "reflection": "what was learned",
    },
    "ru": {
        "structure": "структура", "specificity": "конкретность", "relevance": "связь с вопросом", "depth": "глубина",
        "told": "найдено: {found}", "missing": "не найдено: {missing}", "of": "{kind}: {level} из {most} ({why})",
        "situation": "ситуация или задача", "action": "собственные действия", "result": "результат",
        "order": "порядок изложения", "cause": "причины", "example": "пример",
        "details": "деталей: {details}, цифр: {figures}", "general": "общих фраз: {general}",
        "taken_up": "фраз о том, что спрошено: {places}", "nothing": "ничего не найдено",
        "tradeoff": "варианты или недостатки", "verification": "проверка", "reflection": "выводы",
    },
}  # fmt: skip


def qualities_of(language: str, evidence: Evidence) -> tuple[Quality, ...]:
    """The four qualities in the language ("en", "ru"; English for every other) of the interview."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    return (
        _structure(texts, evidence),
        _specificity(texts, evidence),
        _relevance(texts, evidence),
        _depth(texts, evidence),
    )


def told(language: str, qualities: tuple[Quality, ...]) -> str:
    """The qualities as one sentence."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    parts = [texts["of"].format(kind=texts[q.kind], level=q.level, most=MOST, why=q.why) for q in qualities]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _structure(texts: dict[str, str], evidence: Evidence) -> Quality:
    """A real case has a situation or task, an own action and a result; other answers an order, reasons, an example."""
    if evidence.case:
        parts = {
            "situation": bool(evidence.of(Feature.SITUATION).value or evidence.of(Feature.TASK).value),
            "action": bool(evidence.of(Feature.ACTION).value) and not evidence.imagined,
            "result": bool(evidence.of(Feature.RESULT).value),
        }
    else:
        parts = {name: bool(evidence.of(Feature(name)).value) for name in ("order", "cause", "example")}
    return Quality(QualityKind.STRUCTURE, sum(parts.values()), _found_and_missing(texts, parts))


def _depth(texts: dict[str, str], evidence: Evidence) -> Quality:
    parts = {str(group[0]): any(evidence.of(feature).value for feature in group) for group in _DEPTH}
    return Quality(QualityKind.DEPTH, min(MOST, sum(parts.values())), _found_and_missing(texts, parts))


def _specificity(texts: dict[str, str], evidence: Evidence) -> Quality:
    details, figures = evidence.of(Feature.SPECIFICS), evidence.of(Feature.FIGURE)
    why = texts["details"].format(details=len(details.clauses), figures=len(figures.clauses))
    if evidence.talk:
        why += f", {texts['general'].format(general=len(evidence.talk))}"
    return Quality(QualityKind.SPECIFICITY, _level(QualityKind.SPECIFICITY, details.value), why)


def _relevance(texts: dict[str, str], evidence: Evidence) -> Quality:
    relevance = evidence.of(Feature.RELEVANCE)
    why = texts["taken_up"].format(places=len(relevance.clauses))
    return Quality(QualityKind.RELEVANCE, _level(QualityKind.RELEVANCE, relevance.value), why)


def _level(kind: QualityKind, value: float) -> int:
    return sum(value >= step for step in _STEPS[kind])


def _found_and_missing(texts: dict[str, str], parts: dict[str, bool]) -> str:
    found = ", ".join(texts[name] for name, there in parts.items() if there)
    missing = ", ".join(texts[name] for name, there in parts.items() if not there)
    if not found:
        return texts["nothing"]
    why = texts["told"].format(found=found)
    return f"{why}; {texts['missing'].format(missing=missing)}" if missing else why
