"""Rules as the JSON documents in which they are stored, and back.

What comes back was written by `*_document`, so a document that cannot be read is a bug and raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from colloquy.contexts.interviews.policy.accommodation import UNCHANGED, Accommodation
from colloquy.contexts.interviews.policy.branching import Condition, KnockOut, Operator, ShowIf, Test
from colloquy.contexts.interviews.policy.guide import NO_GUIDE, Guide, QuestionType
from colloquy.contexts.interviews.policy.kinds import ANY_NUMBER, NumberRule, Option, Topic

Document = dict[str, Any]


def options_document(options: Iterable[Option]) -> list[Document]:
    """`[{"id": "a", "text": "Yes"}]`."""
    return [{"id": option.id, "text": option.text} for option in options]


def options_of(document: Iterable[Document]) -> tuple[Option, ...]:
    """The options again."""
    return tuple(Option(entry["id"], entry["text"]) for entry in document)


def number_document(rule: NumberRule) -> Document | None:
    """`{"lowest": 0, "highest": null, "unit": "years"}`; None for any number."""
    if rule == ANY_NUMBER:
        return None
    return {"lowest": rule.lowest, "highest": rule.highest, "unit": rule.unit}


def number_of(document: Document | None) -> NumberRule:
    """The rule again."""
    return ANY_NUMBER if document is None else NumberRule(document["lowest"], document["highest"], document["unit"])


def topics_document(topics: Iterable[Topic]) -> list[Document]:
    """`[{"id": "<uuid>", "text": "…", "points": ["…"]}]`."""
    return [{"id": str(topic.id), "text": topic.text, "points": list(topic.points)} for topic in topics]


def topics_of(document: Iterable[Document]) -> tuple[Topic, ...]:
    """The topics again."""
    return tuple(Topic(UUID(entry["id"]), entry["text"], tuple(entry["points"])) for entry in document)


def show_if_document(rule: ShowIf | None) -> Document | None:
    """`{"every": true, "conditions": [{"question_id": "<uuid>", "operator": "is", "value": "a"}]}`."""
    if rule is None:
        return None
    return {
        "every": rule.every,
        "conditions": [
            {"question_id": str(condition.question_id), **_test_document(condition.test)}
            for condition in rule.conditions
        ],
    }


def show_if_of(document: Document | None) -> ShowIf | None:
    """The rule again."""
    if document is None:
        return None
    conditions = tuple(Condition(UUID(entry["question_id"]), _test_of(entry)) for entry in document["conditions"])
    return ShowIf(conditions, document["every"])


def show_if_elsewhere(document: Document | None, questions: Mapping[UUID, UUID]) -> Document | None:
    """The same rule about other questions: each id is replaced by what it maps to (a copy of an interview).

    Raises KeyError for a question that the mapping does not have.
    """
    rule = show_if_of(document)
    if rule is None:
        return None
    conditions = tuple(Condition(questions[one.question_id], one.test) for one in rule.conditions)
    return show_if_document(ShowIf(conditions, rule.every))


def knock_out_document(rule: KnockOut | None) -> Document | None:
    """`{"operator": "is", "value": "b", "message": "…"}`."""
    return None if rule is None else {**_test_document(rule.test), "message": rule.message}


def knock_out_of(document: Document | None) -> KnockOut | None:
    """The rule again."""
    return None if document is None else KnockOut(_test_of(document), document["message"])


def accommodation_document(accommodation: Accommodation) -> Document | None:
    """Its fields by name; None when nothing is changed."""
    if not accommodation.any:
        return None
    return {
        "time_multiplier": accommodation.time_multiplier,
        "extra_takes": accommodation.extra_takes,
        "text_instead": accommodation.text_instead,
        "no_camera": accommodation.no_camera,
        "own_captions": accommodation.own_captions,
    }


def accommodation_of(document: Document | None) -> Accommodation:
    """The accommodation again."""
    return UNCHANGED if document is None else Accommodation(**document)


def _test_document(test: Test) -> Document:
    return {"operator": test.operator.value, "value": test.value}


def _test_of(document: Document) -> Test:
    return Test(Operator(document["operator"]), document["value"])


def guide_document(guide: Guide) -> Document | None:
    """`{"type": "technical", "difficulty": 2, "answer": "…", "follow_ups": ["…"]}`; None where nothing is said."""
    if guide == NO_GUIDE:
        return None
    return {
        "type": guide.type and guide.type.value,
        "difficulty": guide.difficulty,
        "answer": guide.answer,
        "follow_ups": list(guide.follow_ups),
    }


def guide_of(document: Document | None) -> Guide:
    """The guide again."""
    if document is None:
        return NO_GUIDE
    type_ = QuestionType(document["type"]) if document["type"] else None
    return Guide(type_, document["difficulty"], document["answer"], tuple(document["follow_ups"]))
