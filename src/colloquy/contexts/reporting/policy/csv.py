"""Reports as tables: RFC 4180 (CRLF, quotes doubled), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from colloquy.contexts.reporting.policy.document import Answer, CompetencyScore, Quote, ReportDocument
from colloquy.contexts.reporting.policy.text import clock, printable
from colloquy.kit.spreadsheet import guarded

Cell = str | float | bool | None

_BOM = "\ufeff"

REPORT_COLUMNS = (
    "session_id",
    "candidate_name",
    "candidate_email",
    "interview",
    "question_number",
    "question",
    "kind",
    "duration_seconds",
    "state",
    "state_reason",
    "competency",
    "level",
    "reason",
    "quotes",
    "quote_times",
    "recogniser",
    "low_accuracy",
    "evaluator",
    "rubric_version",
    "overall_score",
    "technical_score",
    "communication_score",
    "decision",
    "given",
    "source",
    "late_seconds",
    "ended_early_by_question",
    "corrected_level",
    "corrected_by",
    "corrected_because",
    "machine_overall_score",
)


DRIFT_COLUMNS = (
    "session_id",
    "candidate_name",
    "question_number",
    "competency",
    "old_level",
    "new_level",
    "shift",
    "old_version",
    "new_version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One session on the board. Scores are 0-100; `levels` maps a competency's name to its level, 1-5.

    `hidden`: what is empty may be there, and shows once the reader's own scorecard is in.
    """

    session_id: str
    name: str
    email: str
    interview: str
    state: str
    started_at: str | None = None
    completed_at: str | None = None
    overall_score: float | None = None
    technical_score: float | None = None
    communication_score: float | None = None
    needs_human: bool = False
    decision: str | None = None
    levels: Mapping[str, float | None] = field(default_factory=dict)
    hidden: bool = False


def report_csv(document: ReportDocument, *, bom: bool = False) -> bytes:
    """One row per answer and competency, or per answer where nothing was scored; UTF-8.

    `bom` puts the mark in front by which Excel knows UTF-8; most other programs are better off without.
    """
    return _table(REPORT_COLUMNS, _report_rows(document), bom=bom)


def board_csv(rows: Iterable[BoardRow], *, bom: bool = False) -> bytes:
    """One row per session in the order given; after the fixed columns one per competency met, by first sight.

    The last column says of which sessions the reader sees no numbers yet.
    """
    rows = list(rows)
    competencies = list(dict.fromkeys(name for row in rows for name in row.levels))
    fixed = [
        "session_id",
        "name",
        "email",
        "interview",
        "state",
        "started_at",
        "completed_at",
        "overall_score",
        "technical_score",
        "communication_score",
        "needs_human",
        "decision",
    ]  # fmt: skip - a list of columns reads as a line
    cells = ([*(getattr(row, name) for name in fixed), *map(row.levels.get, competencies), row.hidden] for row in rows)
    return _table([*fixed, *(f"level: {name}" for name in competencies), "hidden"], cells, bom=bom)


def drift_csv(rows: Iterable[Sequence[Cell]], *, bom: bool = False) -> bytes:
    """One row per level that a run of scoring again changed; the columns are those of `DRIFT_COLUMNS`."""
    return _table(DRIFT_COLUMNS, rows, bom=bom)


def _report_rows(document: ReportDocument) -> Iterator[Sequence[Cell]]:
    of_all: list[Cell] = [
        document.evaluator,
        document.rubric_version,
        document.overall_score,
        document.technical_score,
        document.communication_score,
        document.decision.outcome if document.decision else None,
    ]
    for answer in document.answers:
        transcript = answer.transcript
        heard: list[Cell] = [transcript.recogniser, transcript.low_accuracy] if transcript else [None, None]
        of_answer: list[Cell] = [
            document.session.id,
            document.candidate.name,
            document.candidate.email,
            document.interview.title,
            *_answer_cells(answer),
        ]
        for score in answer.scores or (None,):
            more = _more_cells(document, answer)
            yield [*of_answer, *_score_cells(score), *heard, *of_all, *more, *_corrected_cells(document, answer, score)]


def _answer_cells(answer: Answer) -> list[Cell]:
    return [
        answer.number,
        answer.question,
        answer.kind,
        answer.duration_seconds,
        answer.state,
        answer.state_reason,
    ]


def _more_cells(document: ReportDocument, answer: Answer) -> list[Cell]:
    """What later versions added, after the columns that programs may count."""
    return [
        answer.given.text if answer.given else None,
        answer.source if answer.duration_seconds is not None else None,
        answer.late_seconds or None,
        document.knock_out.number if document.knock_out else None,
    ]


def _corrected_cells(document: ReportDocument, answer: Answer, score: CompetencyScore | None) -> list[Cell]:
    """The person's level beside the program's: that about this answer, or that about all of them."""
    machine = document.machine.overall_score if document.machine else None
    about = {one.number: one for one in document.overrides if score is not None and one.key == score.key}
    one = about.get(answer.number, about.get(None))
    return [None, None, None, machine] if one is None else [one.level, one.by, one.reason, machine]


def _score_cells(score: CompetencyScore | None) -> list[Cell]:
    if score is None:
        return [None] * 5
    quotes = " | ".join(quote.text for quote in score.quotes)
    times = " | ".join(filter(None, map(_times, score.quotes)))
    return [score.competency, score.level, score.reason, quotes, times]


def _times(quote: Quote) -> str | None:
    if quote.start is None:
        return None
    return clock(quote.start) if quote.end is None else f"{clock(quote.start)}–{clock(quote.end)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool) -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, dialect="excel", lineterminator="\r\n")
    writer.writerow([_cell(name) for name in head])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return ((_BOM if bom else "") + sheet.getvalue()).encode()


def _cell(value: Cell) -> str | float:
    """A number stays one, also below zero; only text can pass for a formula and is marked as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int | float):
        return value
    # Guarded before it is cleaned: a carriage return in front is a guard's business, not a line end.
    return printable(guarded(value))
