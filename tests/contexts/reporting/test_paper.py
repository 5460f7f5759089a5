"""The sentences of the printed report, before any of them is set."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from colloquy.contexts.reporting.policy.document import Answer, ReportDocument, Transcript, Word
from colloquy.contexts.reporting.policy.paper import paper, readable
from colloquy.contexts.reporting.policy.text import breakable, clock, day_and_time, printable
from colloquy.kit.i18n import use_catalogues, using_language
from colloquy.web.i18n import LOCALES


def page(report: ReportDocument) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(paper(report))
    return data


def shown(answer: Answer, report: ReportDocument) -> dict[str, Any]:
    data: dict[str, Any] = page(replace(report, answers=(answer,)))["answers"][0]
    return data


def test_the_numbers_stand_with_their_band(report: ReportDocument) -> None:
    assert page(report)["numbers"] == [
        {"label": "Overall", "value": "77", "note": "between 70 and 83"},
        {"label": "Technical", "value": "81", "note": "of 100"},
        {"label": "Communication", "value": "68", "note": "of 100"},
    ]


def test_a_score_that_is_none_is_never_a_zero(report: ReportDocument) -> None:
    numbers = page(replace(report, overall_score=None, technical_score=None))["numbers"]

    assert [(number["value"], number["note"]) for number in numbers[:2]] == [("–", "not enough evidence")] * 2


def test_a_competency_shows_the_mean_where_it_comes_from_and_peoples_levels(report: ReportDocument) -> None:
    rows = page(report)["competencies"]

    assert rows[0] == {
        "name": "Problem solving",
        "dots": 4.5,
        "level": "4.5",
        "from": "Mean of answers 1 and 3",
        "people": ["Maria Keller: 4", "J. Ortiz: 5"],
    }
    assert (rows[3]["dots"], rows[3]["level"], rows[3]["from"]) == (0, "–", "Not enough evidence")


def test_fallbacks_low_accuracy_and_what_was_not_judged_are_said(report: ReportDocument) -> None:
    notes = page(report)["notes"]

    assert len(notes) == 3
    assert "no language model" in notes[0]
    assert notes[1].startswith("Low accuracy: the recogniser of answer 1 ")
    assert notes[2] == "Not part of the scores: answer 2. Its page says why."


def test_nothing_is_said_where_nothing_needs_saying(report: ReportDocument) -> None:
    heard = report.answers[0].transcript
    assert heard is not None
    clear = replace(report.answers[0], transcript=replace(heard, low_accuracy=False))
    fine = page(replace(report, evaluator="openai:gpt-5", answers=(clear,), needs_human=False))

    assert (fine["notes"], fine["attention"]) == ([], [])


def test_a_candidate_who_refused_the_machine_is_reported_so(report: ReportDocument) -> None:
    by_hand = replace(report, evaluator=None, consents=replace(report.consents, ai_evaluation=False))
    data = page(by_hand)

    assert ["Evaluator", "None: people alone judge"] in data["method"]
    assert ["Consent", "recording (notice 2026-02)"] in data["method"]
    assert "People alone evaluate these answers." in data["notes"]
    assert not any("Not part of the scores" in note for note in data["notes"])


@pytest.mark.parametrize(
    ("state", "reason", "why"),
    [
        ("not_scorable", "no_speech", "No speech was found in the recording."),
        ("not_scorable", "The words are in German.", "The words are in German."),
        ("needs_human", "no_consent", "People alone evaluate these answers."),
        ("failed", None, "This answer has no score."),
    ],
)
def test_an_unscored_answer_says_why(report: ReportDocument, state: str, reason: str | None, why: str) -> None:
    lines = shown(replace(report.answers[1], state=state, state_reason=reason), report)["why"]

    assert lines[0] == "This answer has no score."
    assert any(line.startswith(why) for line in lines)


def test_a_scored_answer_excuses_nothing(report: ReportDocument) -> None:
    assert shown(report.answers[0], report)["why"] == []


def test_a_thumbnail_is_shown_only_if_its_bytes_come_along(report: ReportDocument) -> None:
    path = report.answers[0].thumbnail_path
    assert path is not None

    assert json.loads(paper(report))["answers"][0]["picture"] is None
    assert json.loads(paper(report, pictures={path}))["answers"][0]["picture"] == path


def test_the_quotes_are_marked_in_the_transcript_and_no_word_is_lost(report: ReportDocument) -> None:
    answer = report.answers[0]
    pieces = shown(answer, report)["transcript"]
    runs = [run for piece in pieces for run in piece["runs"]]

    assert answer.transcript is not None
    assert " ".join("".join(run["text"] for run in piece["runs"]) for piece in pieces) == answer.transcript.text
    assert [run["text"] for run in runs if run["quoted"]] == [
        "I wrote in the incident channel what I knew and what I did not know",
        "The slow query log showed one report",
        "We moved reports to a read replica and added a timeout of thirty seconds to every query from the back office",
        "What I would do differently is to ask earlier",
        "the time to find a blocking query went from forty minutes to under five",
    ]


def test_paragraphs_begin_at_sentences_and_carry_their_time(report: ReportDocument) -> None:
    pieces = shown(report.answers[0], report)["transcript"]

    assert [piece["time"] for piece in pieces] == ["0:00", "0:22", "0:46", "1:08"]
    assert all(piece["runs"][-1]["text"].endswith(".") for piece in pieces)


def test_speech_without_a_pause_or_a_full_stop_still_breaks(report: ReportDocument) -> None:
    words = tuple(
        Word(text="and", start=at * 0.5, end=at * 0.5 + 0.5, confidence=None, start_char=at * 4, end_char=at * 4 + 3)
        for at in range(200)
    )
    said = Transcript(text="and " * 200, words=words, language="en", recogniser="x", confidence=None,
                      low_accuracy=False, hash="")  # fmt: skip
    pieces = shown(replace(report.answers[0], transcript=said, scores=()), report)["transcript"]

    assert [piece["time"] for piece in pieces] == ["0:00", "0:40", "1:20"]


def test_a_typed_answer_keeps_its_paragraphs_and_says_so(report: ReportDocument) -> None:
    data = shown(report.answers[2], report)

    assert [piece["time"] for piece in data["transcript"]] == ["", "", ""]
    assert ["Transcript", "typed by the candidate"] in data["facts"]
    assert data["language"] == "ru"


def test_overlapping_quotes_are_one_mark(report: ReportDocument) -> None:
    answer = report.answers[0]
    first = answer.scores[0].quotes[0]
    wider = replace(first, start_char=first.start_char - 4, end_char=first.end_char - 7)
    scores = (replace(answer.scores[0], quotes=(first, wider)),)
    runs = [run for piece in shown(replace(answer, scores=scores), report)["transcript"] for run in piece["runs"]]

    assert answer.transcript is not None
    assert [run["text"] for run in runs if run["quoted"]] == [
        answer.transcript.text[wider.start_char : first.end_char].strip()
    ]


@pytest.mark.parametrize(
    ("seconds", "spelt"), [(0, "0:00"), (42.9, "0:42"), (600, "10:00"), (3723, "1:02:03"), (59.999, "0:59")]
)
def test_a_time_reads_as_on_the_player(seconds: float, spelt: str) -> None:
    assert clock(seconds) == spelt


def test_a_moment_reads_in_words() -> None:
    assert day_and_time("2026-12-01T08:05:59Z") == "1 December 2026, 08:05 UTC"


@pytest.mark.parametrize("colour", ["#0f766e", "#ffffff", "#ffe600", "#ff0000", "#000000"])
def test_an_organisations_colour_is_readable_on_paper(colour: str) -> None:
    linear = [
        v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        for v in (int(readable(colour)[at : at + 2], 16) / 255 for at in (1, 3, 5))
    ]

    assert 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= 4.5


def test_a_colour_that_is_dark_enough_stays() -> None:
    assert readable("#0f766e") == "#0f766e"


def test_what_cannot_be_printed_is_replaced_and_line_ends_agree() -> None:
    assert printable("a\0b\u202ec\r\nd\re\u2028f") == "a\ufffdb\ufffdc\nd\ne\nf"


def test_a_run_without_a_space_can_be_broken() -> None:
    assert breakable("x" * 100).split("\u200b") == ["x" * 48, "x" * 48, "x" * 4]
    assert breakable("x" * 48) == "x" * 48


def test_a_mean_is_drawn_to_the_nearest_half_and_written_to_the_tenth(report: ReportDocument) -> None:
    score = report.answers[0].scores[0]
    answers = tuple(
        replace(report.answers[0], number=number, scores=(replace(score, level=level),))
        for number, level in enumerate((4, 4, 5), start=1)
    )
    row = page(replace(report, answers=answers))["competencies"][0]

    assert (row["dots"], row["level"], row["from"]) == (4.5, "4.3", "Mean of answers 1, 2 and 3")


def test_the_report_is_printed_in_the_readers_language(report: ReportDocument) -> None:
    use_catalogues(LOCALES)
    with using_language("ru"):
        data = page(report)

    assert data["language"] == "ru"
    assert data["words"]["page"] == "Страница {number} из {total}"
    assert [number["label"] for number in data["numbers"]] == ["Общий балл", "Технические навыки", "Общение"]
    assert data["answers"][0]["place"].startswith("Вопрос 1 из ")
    assert data["creed"].startswith("Решает человек.")
    # What was asked and answered stays as it is.
    assert data["answers"][0]["question"] == page(report)["answers"][0]["question"]
