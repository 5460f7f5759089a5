from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from colloquy.contexts.analysis.policy import Anchor, CompetencyToJudge, QuestionToJudge
from colloquy.contexts.interviews import library
from colloquy.roles import choices

RANKED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("ranked_answers.json").read_text("utf-8"))


@pytest.fixture(autouse=True, scope="module")
def as_installed():
    """Words are compared as in the product, whatever ran before in this process."""
    choices.compare_by_sense()


def question_of(entry: dict[str, Any]) -> QuestionToJudge:
    """The question of a ranked entry, with the library's own competencies and anchors."""
    offered = {competency.key: competency for competency in library.competencies(entry["language"])}
    return QuestionToJudge(
        text=entry["question"],
        expected_points=tuple(entry["points"]),
        competencies=tuple(
            CompetencyToJudge(
                key, offered[key].name, offered[key].kind, tuple(Anchor(a.level, a.text) for a in offered[key].anchors)
            )
            for key in entry["competencies"]
        ),
        language=entry["language"],
    )


@pytest.fixture(params=RANKED, ids=lambda entry: f"{entry['language']}: {entry['name']}")
def ranked(request):
    """A question with a strong, a middling and a weak answer, as a person would rank them."""
    return request.param, question_of(request.param)


@pytest.fixture
def rollout():
    """The ranked entry about bringing a risky change into production, in English."""
    entry = next(entry for entry in RANKED if entry["name"].startswith("keyword stuffing"))
    return entry, question_of(entry)
