"""The figures that follow from an interview's content, and what it needs to be published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.contexts.interviews.policy.cursor import cursor, place
from colloquy.contexts.interviews.policy.interview import (
    Anchor,
    Competency,
    CompetencyKind,
    Question,
    minutes,
    rubric_version,
)
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.readiness import checks
from colloquy.kit.ids import new_id

COMPETENCY = Competency(
    id=new_id(),
    key="teamwork",
    name="Teamwork",
    description="",
    kind=CompetencyKind.BEHAVIOURAL,
    weight=2,
    anchors=(Anchor(1, "a"), Anchor(3, "b"), Anchor(5, "c")),
)
QUESTION = Question(
    id=new_id(),
    number=1,
    text="Why?",
    kind=AnswerKind.VIDEO,
    think_seconds=30,
    answer_seconds=120,
    takes=3,
    weight=2,
    competency_ids=(COMPETENCY.id,),
    expected_points=("because",),
    max_characters=0,
    assessed=True,
)
TYPED = replace(QUESTION, kind=AnswerKind.TEXT, think_seconds=0, answer_seconds=0, takes=1, max_characters=2000)


def version(question=QUESTION, competency=COMPETENCY, language="en") -> str:
    return rubric_version(language, [question], [competency])


@pytest.mark.parametrize(
    "other",
    [
        {"question": replace(QUESTION, text="How?")},
        {"question": replace(QUESTION, weight=3)},
        {"question": replace(QUESTION, expected_points=())},
        {"question": replace(QUESTION, competency_ids=())},
        {"question": replace(QUESTION, assessed=False)},
        {"question": replace(QUESTION, kind=AnswerKind.AUDIO)},
        {"competency": replace(COMPETENCY, weight=1)},
        {"competency": replace(COMPETENCY, anchors=(Anchor(1, "z"), *COMPETENCY.anchors[1:]))},
        {"competency": replace(COMPETENCY, kind=CompetencyKind.TECHNICAL)},
        {"language": "ru"},
    ],
)
def test_everything_that_judging_depends_on_is_in_the_version(other):
    assert version(**other) != version()
    assert len(version()) == 16


@pytest.mark.parametrize("change", [{"think_seconds": 0}, {"takes": 1}, {"answer_seconds": 60}, {"id": new_id()}])
def test_rules_of_recording_are_not(change):
    assert version(replace(QUESTION, **change)) == version()


def test_the_version_is_pinned():
    """Stored judgements name it: a change of the formula would make every one of them look outdated."""
    assert version() == "0c02a553ea9b7b36"


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ([], 0),
        ([QUESTION], 4),  # 90 s for the devices, 30 s to read, 30 s to think, 0.7 of 120 s
        ([QUESTION] * 3, 9),
        ([TYPED], 10),  # 30 s to read, 1,000 characters at 114 a minute, no device check
    ],
)
def test_minutes_are_a_plan_rounded_up(questions, expected):
    assert minutes(questions) == expected


@pytest.mark.parametrize(
    ("questions", "competencies", "missing"),
    [
        ([], [], ["has_questions"]),
        ([QUESTION], [COMPETENCY], []),
        ([replace(QUESTION, competency_ids=())], [COMPETENCY], ["question_has_competencies"]),
        ([replace(QUESTION, competency_ids=(), assessed=False)], [], []),
        ([QUESTION], [replace(COMPETENCY, anchors=COMPETENCY.anchors[:2])], ["competency_has_anchors"]),
        ([replace(QUESTION, competency_ids=(), assessed=False)], [replace(COMPETENCY, anchors=())], []),
    ],
)
def test_what_is_missing_before_publishing(questions, competencies, missing):
    assert [check.code for check in checks(questions, competencies) if not check.done] == missing


@given(st.uuids())
def test_a_place_in_a_list_survives_its_word(identifier):
    assert place(cursor(identifier)) == identifier


@given(st.text(max_size=40))
def test_any_other_word_is_no_place(word):
    found = place(word)
    assert found is None or place(cursor(found)) == found
