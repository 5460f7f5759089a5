"""When numbers may stand by themselves, and the words that say why not."""

from __future__ import annotations

import pytest

from colloquy.contexts.scoring.policy import JudgedAnswer, JudgedCompetency, numbers
from colloquy.contexts.scoring.policy.outcome import NOTHING_ASSESSED, PEOPLE_ONLY, Ending, why_a_person


def judged(*levels: int | None):
    return numbers([JudgedAnswer(1, (JudgedCompetency("technical", 1, level),)) for level in levels])


@pytest.mark.parametrize(
    ("states", "levels", "reason"),
    [
        (["analysed", "analysed"], [4, 2], None),
        (["analysed", "analysed"], [4, None], None),
        (["analysed", "not_scorable"], [4, None], "Answer 2 is not scorable."),
        (
            ["not_scorable", "analysed", "not_scorable", "not_scorable"],
            [None, 5, None, None],
            "Answers 1, 3 and 4 are not scorable. Only 25% of the interview could be judged.",
        ),
        (["needs_human", "analysed"], [None, 3], "Answer 1 has to be evaluated by a person."),
        (["failed", "analysed"], [None, 3], "Answer 1 failed and can be run again."),
        (["analysed", "analysed", "analysed"], [3, None, None], "Only 33% of the interview could be judged."),
        (["analysed"], [None], "No answer gave enough evidence for a score."),
        (
            ["failed", "needs_human"],
            [None, None],
            (
                "Answer 2 has to be evaluated by a person. Answer 1 failed and can be run again."
                " No answer gave enough evidence for a score."
            ),
        ),
    ],
)
def test_the_reason_names_what_a_person_has_to_look_at(states, levels, reason):
    endings = [Ending(number, state) for number, state in enumerate(states, 1)]

    assert why_a_person(endings, judged(*levels), people_only=False) == reason


def test_an_answer_that_speaks_to_the_assessor_calls_for_a_person_though_it_has_a_level():
    endings = [Ending(1, "analysed"), Ending(2, "analysed", speaks_to_assessor=True)]

    reason = why_a_person(endings, judged(4, 4), people_only=False)

    assert reason == "Answer 2 tells whoever marks it what to do; that moved no level."


def test_people_only_is_the_only_reason_then():
    assert why_a_person([Ending(1, "needs_human")], judged(None), people_only=True) == PEOPLE_ONLY


def test_an_interview_that_asks_for_no_level_says_so():
    assert why_a_person([], numbers([]), people_only=False) == NOTHING_ASSESSED
