"""What answers are judged by, as a document that outlives the interview's next change, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from colloquy.contexts.interviews.policy.documents import topics_document, topics_of
from colloquy.contexts.interviews.policy.drafts import CompetencyDraft, QuestionDraft
from colloquy.contexts.interviews.policy.interview import Anchor, Competency, CompetencyKind, Interview, Question
from colloquy.contexts.interviews.policy.texts import Problems, one_line, text_problem
from colloquy.kit.i18n import gettext as _

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class RubricVersion:
    """A rubric that answers were or are judged by. `made_by` is None for the one that candidates began with."""

    version: str
    note: str
    made_by: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RubricDraft:
    """A revision as written: descriptions, weights and anchors of competencies, and expected points, by id.

    What is left out stays. Names, kinds and which question probes what stay too: they are what candidates were asked.
    """

    competencies: Mapping[UUID, CompetencyDraft] = field(default_factory=dict)
    points: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""


def document_of(interview: Interview) -> dict[str, Any]:
    """Everything that judging depends on, and the ids by which answers find their question."""
    return {
        "language": interview.language,
        "competencies": [
            {
                "id": str(one.id),
                "key": one.key,
                "name": one.name,
                "description": one.description,
                "kind": one.kind.value,
                "weight": one.weight,
                "anchors": [[anchor.level, anchor.text] for anchor in one.anchors],
            }
            for one in interview.competencies
        ],
        "questions": [
            {
                "id": str(one.id),
                "text": one.text,
                "weight": one.weight,
                "assessed": one.assessed,
                "competency_ids": [str(competency_id) for competency_id in one.competency_ids],
                "expected_points": list(one.expected_points),
                "topics": topics_document(one.topics),
            }
            for one in interview.questions
        ],
    }


def as_of(interview: Interview, version: str, document: Mapping[str, Any]) -> Interview:
    """The interview as it was judged by that version. Rules of recording are those of today."""
    kept = {entry["id"]: entry for entry in document["questions"]}
    return replace(
        interview,
        language=document["language"],
        rubric_version=version,
        competencies=tuple(
            Competency(
                id=UUID(entry["id"]),
                key=entry["key"],
                name=entry["name"],
                description=entry["description"],
                kind=CompetencyKind(entry["kind"]),
                weight=entry["weight"],
                anchors=tuple(Anchor(level, text) for level, text in entry["anchors"]),
            )
            for entry in document["competencies"]
        ),
        questions=tuple(
            _question(question, kept[str(question.id)]) for question in interview.questions if str(question.id) in kept
        ),
    )


def _question(question: Question, entry: Mapping[str, Any]) -> Question:
    return replace(
        question,
        text=entry["text"],
        weight=entry["weight"],
        assessed=entry["assessed"],
        competency_ids=tuple(UUID(one) for one in entry["competency_ids"]),
        expected_points=tuple(entry["expected_points"]),
        topics=topics_of(entry["topics"]),
    )


def draft_of(interview: Interview) -> RubricDraft:
    """The rubric as it is, to be edited."""
    return RubricDraft(
        {
            one.id: CompetencyDraft(
                one.name,
                one.description,
                one.kind,
                one.weight,
                {anchor.level: anchor.text for anchor in one.anchors},
            )
            for one in interview.competencies
        },
        {one.id: one.expected_points for one in interview.questions},
    )


def tidied(draft: RubricDraft, interview: Interview) -> RubricDraft:
    """The draft with names and kinds as they are, trimmed, without what the interview does not have."""
    own = {one.id: one for one in interview.competencies}
    asked = {one.id: one for one in interview.questions if one.assessed}
    return RubricDraft(
        {
            key: replace(given, name=own[key].name, kind=own[key].kind).tidied()
            for key, given in draft.competencies.items()
            if key in own
        },
        {
            key: QuestionDraft(asked[key].text, asked[key].kind, expected_points=points).tidied().expected_points
            for key, points in draft.points.items()
            if key in asked
        },
        one_line(draft.note),
    )


def problems(draft: RubricDraft, interview: Interview) -> Problems:
    """What is outside its limits, of a tidied draft: fields are named by what they are of, `anchor_3-<id>`."""
    found: Problems = {}
    for key, competency in draft.competencies.items():
        found |= {f"{name}-{key}": text for name, text in competency.problems().items()}
    kinds = {one.id: one.kind for one in interview.questions}
    for key, points in draft.points.items():
        question = QuestionDraft("-", kinds[key], expected_points=points)
        if problem := question.problems().get("expected_points"):
            found[f"expected_points-{key}"] = problem
    if not draft.note:
        found["note"] = _("Say in a few words what changes and why. It stands beside every score made by it.")
    elif problem := text_problem(draft.note, MAX_NOTE):
        found["note"] = problem
    return found
