"""What is proposed for a vacancy, by the question bank or by a model, to be looked through before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from colloquy.contexts.interviews.policy.guide import QuestionType


@dataclass(frozen=True, slots=True)
class ProposedCompetency:
    """A competency with its anchors by level. `kind` is technical, communication or behavioural."""

    key: str
    name: str
    description: str
    kind: str
    anchors: dict[int, str]


@dataclass(frozen=True, slots=True)
class ProposedQuestion:
    """A question. `because` are words of the vacancy that ask for it; `chosen`: it is taken unless somebody says no."""

    text: str
    type: QuestionType
    difficulty: int
    competencies: tuple[str, ...]
    points: tuple[str, ...]
    follow_ups: tuple[str, ...]
    answer: str
    because: tuple[str, ...] = ()
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """`roles` are what the vacancy seems to be for, `because` the words that say so. Without roles nothing fits."""

    title: str
    roles: tuple[str, ...]
    because: tuple[str, ...]
    competencies: tuple[ProposedCompetency, ...]
    questions: tuple[ProposedQuestion, ...]


def proposal_document(proposal: Proposal) -> dict[str, Any]:
    """The proposal as JSON values."""
    return asdict(proposal) | {
        "questions": [asdict(one) | {"type": one.type.value} for one in proposal.questions],
        "competencies": [
            asdict(one) | {"anchors": {str(level): text for level, text in one.anchors.items()}}
            for one in proposal.competencies
        ],
    }


def proposal_of(document: Mapping[str, Any]) -> Proposal:
    """The proposal again."""
    return Proposal(
        title=document["title"],
        roles=tuple(document["roles"]),
        because=tuple(document["because"]),
        competencies=tuple(
            ProposedCompetency(**{**one, "anchors": {int(level): text for level, text in one["anchors"].items()}})
            for one in document["competencies"]
        ),
        questions=tuple(_question(one) for one in document["questions"]),
    )


def _question(one: Mapping[str, Any]) -> ProposedQuestion:
    listed = {name: tuple(one[name]) for name in ("competencies", "points", "follow_ups", "because")}
    return ProposedQuestion(**{**one, **listed, "type": QuestionType(one["type"])})
