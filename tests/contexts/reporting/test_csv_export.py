from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from colloquy.contexts.reporting.policy.csv import REPORT_COLUMNS, BoardRow, board_csv, report_csv
from colloquy.contexts.reporting.policy.document import ReportDocument


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_one_row_per_answer_and_competency_or_per_answer_without_scores(report: ReportDocument) -> None:
    rows = read(report_csv(report))

    assert [(row["question_number"], row["competency"], row["level"]) for row in rows] == [
        ("1", "Problem solving", "4"),
        ("1", "Communication", "4"),
        ("1", "Learning from mistakes", "5"),
        ("2", "", ""),
        ("3", "Problem solving", "5"),
        ("3", "Mentoring", ""),
    ]
    assert rows[3]["state"] == "not_scorable"
    assert rows[3]["state_reason"] == "no_speech"


def test_a_row_tells_who_what_when_and_by_whom(report: ReportDocument) -> None:
    row = read(report_csv(report))[0]

    assert tuple(row) == REPORT_COLUMNS
    assert row["candidate_name"] == "Анна Петрова"
    assert row["quotes"].startswith("The slow query log showed one report | We moved reports")
    assert row["quote_times"] == "0:36–0:39 | 0:58–1:07"
    assert (row["duration_seconds"], row["overall_score"], row["communication_score"]) == ("117.4", "76.5", "68")
    assert (row["low_accuracy"], row["evaluator"], row["decision"]) == ("true", "rules:1", "advance")


def test_the_quotes_of_a_typed_answer_have_no_times(report: ReportDocument) -> None:
    row = read(report_csv(report))[4]

    assert "Кэш прячет проблему" in row["quotes"]
    assert row["quote_times"] == ""


def test_lines_end_as_rfc_4180_says_and_quotes_are_doubled(report: ReportDocument) -> None:
    data = report_csv(replace(report, answers=(replace(report.answers[1], question='Say "hi",\nthen leave'),)))

    head, rest = data.split(b"\r\n", 1)
    assert head == ",".join(REPORT_COLUMNS).encode()
    assert b'"Say ""hi"",\nthen leave"' in rest
    assert rest.endswith(b"\r\n")
    assert data.count(b"\r\n") == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(report: ReportDocument, start: str) -> None:
    candidate = replace(report.candidate, name=f'{start}HYPERLINK("https://evil.example","x")')
    row = read(report_csv(replace(report, candidate=candidate)))[0]

    assert row["candidate_name"].startswith("'")
    assert row["candidate_name"].endswith('HYPERLINK("https://evil.example","x")')


def test_a_formula_in_every_text_of_the_report_is_marked(report: ReportDocument) -> None:
    attack = "=1+1"
    score = replace(report.answers[0].scores[0], competency=attack, reason=attack, quotes=(
        replace(report.answers[0].scores[0].quotes[0], text=attack),
    ))  # fmt: skip
    answer = replace(report.answers[0], question=attack, kind=attack, state_reason=attack, scores=(score,))
    row = read(report_csv(replace(report, answers=(answer,), evaluator=attack, rubric_version=attack)))[0]

    assert [column for column, cell in row.items() if cell == "'=1+1"] == [
        "question", "kind", "state_reason", "competency", "reason", "quotes", "evaluator", "rubric_version",
    ]  # fmt: skip
    assert not [cell for cell in row.values() if cell.startswith("=")]


def test_a_number_below_zero_stays_a_number() -> None:
    row = BoardRow(session_id="s", name="n", email="e", interview="i", state="scored", overall_score=-3.5)

    assert read(board_csv([row]))[0]["overall_score"] == "-3.5"


def test_excel_gets_its_mark_on_request_only(report: ReportDocument) -> None:
    assert report_csv(report, bom=True) == b"\xef\xbb\xbf" + report_csv(report)
    assert not report_csv(report).startswith(b"\xef\xbb\xbf")


def test_no_unprintable_character_reaches_a_cell(report: ReportDocument) -> None:
    candidate = replace(report.candidate, name="A\0nna\x1b[31m\ud800")

    assert read(report_csv(replace(report, candidate=candidate)))[0]["candidate_name"] == "A�nna�[31m�"


def test_the_board_has_a_column_per_competency_met() -> None:
    rows = [
        BoardRow(session_id="s1", name="Анна", email="a@example.org", interview="Backend", state="scored",
                 overall_score=76.0, needs_human=True, levels={"Learning": 5, "Mentoring": None}),
        BoardRow(session_id="s2", name="+Bo", email="b@example.org", interview="Backend", state="in_progress",
                 levels={"Learning": 3.5, "Delivery": 2}),
    ]  # fmt: skip

    first, second = read(board_csv(rows))

    assert list(first)[-4:] == ["level: Learning", "level: Mentoring", "level: Delivery", "hidden"]
    assert (first["name"], first["overall_score"], first["needs_human"]) == ("Анна", "76", "true")
    assert [first[column] for column in list(first)[-4:]] == ["5", "", "", "false"]
    assert (second["name"], second["overall_score"], second["level: Learning"]) == ("'+Bo", "", "3.5")


def test_an_empty_board_is_its_head() -> None:
    assert board_csv([]).startswith(b"session_id,name,email,interview,state,")
    assert board_csv([]).count(b"\r\n") == 1
