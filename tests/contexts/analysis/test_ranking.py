"""The rules rank answers as a fair interviewer would. Each ranked entry was written and ordered by a person first."""

from __future__ import annotations

from statistics import fmean

from colloquy.contexts.analysis.policy import AnswerText, judge

NOTHING_SHOWN = 0
"""Insufficient evidence ranks below every level."""


def standing(question, text):
    return fmean(judgement.level or NOTHING_SHOWN for judgement in judge(question, AnswerText(text)))


def test_the_strong_answer_outranks_the_middling_and_the_middling_the_weak(ranked):
    entry, question = ranked

    strong, middling, weak = (standing(question, entry[which]) for which in ("strong", "middling", "weak"))

    assert strong > middling > weak


def test_a_strong_answer_reaches_the_upper_levels_and_a_weak_one_stays_at_the_bottom(ranked):
    entry, question = ranked

    assert standing(question, entry["strong"]) >= 4
    assert standing(question, entry["weak"]) <= 1.5


def test_saying_everything_twice_changes_nothing(ranked):
    entry, question = ranked
    once, twice = AnswerText(entry["middling"]), AnswerText(f"{entry['middling']}. {entry['middling']}")

    assert [j.level for j in judge(question, twice)] == [j.level for j in judge(question, once)]


def test_expected_words_strung_together_never_beat_the_strong_answer(ranked):
    entry, question = ranked
    stuffed = ", ".join(word for point in entry["points"] for word in point.split() if len(word) > 4) + "."

    assert standing(question, stuffed) <= 1 < standing(question, entry["strong"])


def test_reading_the_question_aloud_is_no_evidence(ranked):
    _, question = ranked

    assert {j.level for j in judge(question, AnswerText(f"{question.text} {question.text}"))} == {None}


def test_small_talk_around_an_answer_does_not_raise_it(ranked):
    entry, question = ranked
    chatter = {
        "en": " I am a very positive person and I like people and sunshine, and music is nice as well.",
        "ru": " Я очень позитивный человек и люблю людей и солнце, а ещё музыка это тоже приятно.",
    }

    assert standing(question, entry["middling"] + chatter[entry["language"]] * 3) <= standing(
        question, entry["middling"]
    )


def test_a_recited_list_stays_a_list_when_the_recogniser_bends_it_into_sentences(rollout):
    """Heard by a small recogniser from a list of terms read aloud: it puts verbs where there were none."""
    _, question = rollout
    heard = (
        "feature flag canary release rollback plan metrics monitoring staging played in latency error rate the "
        "proceeds for continuous integration regression tests observe ability dashboard does blue green deployment "
        "trade offs alternatives are you guys feature flag canary released rollback a plan"
    )

    assert standing(question, heard) <= 1
