"""A pasted vacancy finds its role and its questions, and says why."""

from __future__ import annotations

import pytest

from colloquy.contexts.interviews.library import BankQuestion, BankRole
from colloquy.contexts.interviews.library.matching import match

NURSE = BankRole(
    "nurse",
    "Nurse",
    ("registered nurse", "staff nurse"),
    ("patient", "medication", "ward"),
    ("customer_focus", "teamwork"),
)
DEVELOPER = BankRole(
    "developer",
    "Backend developer",
    ("python developer",),
    ("API", "database", "C++", "Node.js"),
    ("technical_knowledge", "problem_solving"),
)


def question(role, number, *, kind="technical", difficulty=2, terms=(), competencies=("technical_knowledge",)):
    return BankQuestion(
        f"{role}_{number}",
        role,
        f"topic {number}",
        kind,
        difficulty,
        competencies,
        terms,
        f"{role} {number}?",
        (),
        (),
        "",
    )


QUESTIONS = [
    question("developer", 1, terms=("database", "index")),
    question("developer", 2, terms=("API",), difficulty=3),
    question("developer", 3, kind="behavioural", competencies=("problem_solving",)),
    question("developer", 4, kind="motivation", competencies=("learning",)),
    question("developer", 5, difficulty=1),
    question("nurse", 1, terms=("medication",)),
    question("nurse", 2, kind="behavioural"),
]


def found(vacancy, **more):
    return match(vacancy, [NURSE, DEVELOPER], QUESTIONS, **more)


@pytest.mark.parametrize(
    ("vacancy", "role"),
    [
        ("Python Developer\nWe build APIs.", "developer"),
        ("We look for staff nurses for our ward", "nurse"),
        ("You give medication to patients on the ward and write handovers", "nurse"),
        ("Experience with databases, APIs, Node.js and C++ wanted", "developer"),
    ],
)
def test_a_role_is_found_by_its_titles_or_by_its_terms(vacancy, role):
    assert found(vacancy).roles[0].role.key == role


def test_what_is_recognised_is_told_in_the_words_of_the_bank():
    assert found("Python developers for a database team").roles[0].because == ("python developer", "database")


@pytest.mark.parametrize("vacancy", ["", "Astronaut for a mission to Mars", "🙂" * 50, "a" * 100_000])
def test_an_unknown_vacancy_finds_nothing_rather_than_something(vacancy):
    assert found(vacancy) == (found("Astronaut"))
    assert found(vacancy).roles == found(vacancy).chosen == ()


def test_what_the_vacancy_names_comes_first_and_says_so():
    made = found("Backend developer: database", wanted=1)
    assert [one.question.key for one in made.chosen] == ["developer_1"]
    assert made.chosen[0].because == ("database",)


def test_types_and_competencies_are_mixed():
    made = found("Backend developer", wanted=3)
    assert {one.question.type for one in made.chosen} == {"technical", "behavioural", "motivation"}
    assert made.chosen[0].question.type == "motivation"


def test_nothing_is_offered_twice_and_nothing_of_other_roles():
    made = found("Backend developer", wanted=3)
    keys = [one.question.key for one in (*made.chosen, *made.others)]
    assert sorted(keys) == [f"developer_{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    ("word", "difficulty"), [("Senior", 3), ("Junior", 1), ("", 2), ("Ведущий", 3), ("Младший", 1), ("Lead", 3)]
)
def test_seniority_chooses_the_difficulty(word, difficulty):
    assert found(f"{word} backend developer").difficulty == difficulty
