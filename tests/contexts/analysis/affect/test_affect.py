"""Judgements of a person are caught, statements about work are left alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.analysis.library import honest_answers
from colloquy.contexts.analysis.policy import AnswerText, judge
from colloquy.contexts.analysis.policy.affect import affect_in, without_affect
from colloquy.contexts.analysis.service.injection_bench import question_of

HERE = Path(__file__).parent
KINDS = {"emotion", "personality", "voice", "accent", "appearance", "health"}


def rows(name: str) -> list[tuple[str, str]]:
    return [tuple(line.split("\t")) for line in (HERE / name).read_text("utf-8").splitlines()]


CAUGHT, PASSING = rows("caught.txt"), rows("passing.txt")


def test_there_are_enough_phrasings():
    counted = Counter(language for language, _ in CAUGHT)

    assert counted["en"] >= 120
    assert counted["ru"] >= 80
    assert len(PASSING) >= 150


@pytest.mark.parametrize("language", ["en", "ru"])
def test_judgements_of_a_person_are_caught(language):
    phrasings = [text for lang, text in CAUGHT if lang == language]
    missed = [text for text in phrasings if not affect_in(text)]

    assert len(missed) <= 0.01 * len(phrasings), missed


def test_statements_about_the_work_pass():
    wrong = [text for _, text in PASSING if affect_in(text)]

    assert len(wrong) <= 0.01 * len(PASSING), wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The candidate seems nervous.", "emotion"),
        ("She is an introvert.", "personality"),
        ("He has a monotone voice.", "voice"),
        ("Speaks with a strong accent.", "accent"),
        ("An attractive woman.", "appearance"),
        ("Possibly on the autism spectrum.", "health"),
        ("Кандидат нервничает.", "emotion"),
        ("Говорит с акцентом.", "accent"),
    ],
)
def test_the_kind_says_what_was_judged(text, kind):
    found = affect_in(text)

    assert kind in {one.kind for one in found}
    assert {one.kind for one in found} <= KINDS


def test_whole_sentences_are_dropped_and_the_others_stay_as_they_were():
    text = "Covers 2 of 3 points, e.g. the cause. The candidate seems nervous! Takes 0.5 s now.\nNo figure is given."

    assert without_affect(text) == "Covers 2 of 3 points, e.g. the cause. Takes 0.5 s now.\nNo figure is given."


def test_a_text_without_judgements_is_returned_unchanged():
    text = "  The customer was angry and I calmed the situation.  "

    assert without_affect(text) == text


def test_a_text_of_nothing_but_judgements_is_left_empty():
    assert without_affect("She smiles a lot. He has a strong accent.") == ""


def test_what_the_rules_say_is_never_dropped():
    for answer in honest_answers():
        for judgement in judge(question_of(answer), AnswerText(answer.text)):
            assert without_affect(judgement.reason) == judgement.reason


def test_a_judgement_hidden_by_letters_of_two_alphabets_is_caught():
    assert affect_in("The candidate seems nerv\u043eus.")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_failing_and_nothing_is_added(text):
    kept = without_affect(text)

    assert len(kept) <= len(text)
    assert without_affect(kept) == kept or affect_in(text)
