"""Judgements as JSON, and the hash of what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from colloquy.contexts.analysis.policy.elements import Element, ElementKind
from colloquy.contexts.analysis.policy.qualities import Quality, QualityKind
from colloquy.contexts.analysis.policy.values import AnswerText, Judgement, QuestionToJudge, Quote


def to_json(judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """The judgements as plain JSON values."""
    return [asdict(judgement) | {"quotes": [asdict(quote) for quote in judgement.quotes]} for judgement in judgements]


def from_json(document: Iterable[dict[str, Any]]) -> tuple[Judgement, ...]:
    """The judgements that `to_json` wrote."""
    return tuple(Judgement(**{**one, "quotes": tuple(Quote(**quote) for quote in one["quotes"])}) for one in document)


def elements_of(document: Iterable[dict[str, Any]]) -> tuple[Element, ...]:
    """The elements of a told answer, as `asdict` wrote them."""
    return tuple(
        Element(ElementKind(one["kind"]), None if one["quote"] is None else Quote(**one["quote"])) for one in document
    )


def qualities_of(document: Iterable[dict[str, Any]]) -> tuple[Quality, ...]:
    """The qualities of an answer, as `asdict` wrote them."""
    return tuple(Quality(QualityKind(one["kind"]), one["level"], one["why"]) for one in document)


def text_hash(text: str) -> str:
    """Lower-case hex SHA-256 of a typed answer, which has no transcript to name it by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def input_hash(question: QuestionToJudge, answer: AnswerText) -> str:
    """Lower-case hex SHA-256 of everything that an evaluator is given."""
    given = [asdict(question), asdict(answer)]
    canonical = json.dumps(given, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
