"""What the demo shows on a terminal: a live table of the processing, and at the end scores with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from colloquy.contexts.reporting.policy.document import CompetencyScore, ReportDocument
from colloquy.contexts.reporting.policy.text import clock
from colloquy.contexts.sessions import public as sessions

_WORDS = {
    "uploaded": "[cyan]waiting to be read[/]",
    "processed": "[cyan]listening[/]",
    "transcribed": "[cyan]evaluating[/]",
    "analysed": "[cyan]evaluated[/]",
    "scored": "[green]scored[/]",
    "not_scorable": "[yellow]not scorable[/]",
    "needs_human": "[yellow]for a person[/]",
    "failed": "[red]failed[/]",
}
_LEVELS = 5


def processing(found: Sequence[tuple[str, sessions.Session]], done: Mapping[str, bool]) -> Table:
    """Where every answer is. `done` tells by folder whether the report is written."""
    table = Table(title="Processing", title_justify="left", expand=False)
    for head in ("candidate", "answer", "state", "progress"):
        table.add_column(head)
    for folder, session in found:
        for answer in session.answers:
            bar = ProgressBar(total=1.0, completed=sessions.PROGRESS[answer.state], width=24)
            table.add_row(folder, f"{answer.number} {answer.kind}", _WORDS.get(answer.state, answer.state.value), bar)
        report = "[green]written[/]" if done.get(folder) else "…"
        table.add_row(folder, "report", report, "", end_section=True)
    return table


def scores(reports: Mapping[str, ReportDocument]) -> Table:
    """One line a candidate."""
    table = Table(title="Scores, 0 to 100", title_justify="left")
    for head in ("candidate", "overall", "likely", "technical", "communication", "judged", "needs a person"):
        table.add_column(head)
    for folder, report in reports.items():
        band = f"{report.band.low:.0f} to {report.band.high:.0f}" if report.band else "–"
        table.add_row(
            f"{folder} ({escape(report.candidate.name)})",
            f"[bold]{_number(report.overall_score)}[/]",
            band,
            _number(report.technical_score),
            _number(report.communication_score),
            f"{(report.judged_share or 0) * 100:.0f} %",
            escape(report.needs_human_reason or "no"),
        )
    return table


def evidence(folder: str, report: ReportDocument) -> Table:
    """Every level of a candidate with the words it rests on."""
    table = Table(title=f"Evidence: {folder}", title_justify="left")
    table.add_column("answer", no_wrap=True)
    table.add_column("competency")
    table.add_column("level", no_wrap=True)
    table.add_column("the candidate's own words", ratio=1)
    for answer in report.answers:
        rows = [(escape(score.competency), _dots(score), _quotes(score)) for score in answer.scores]
        rows = rows or [
            ("–", _WORDS.get(answer.state, answer.state), f"[yellow]{escape(answer.state_reason or '')}[/]")
        ]
        for place, row in enumerate(rows):
            table.add_row("" if place else f"{answer.number} {answer.kind}", *row, end_section=place == len(rows) - 1)
    return table


def heard(reports: Mapping[str, ReportDocument]) -> str:
    """Who listened and who judged, with what is to be known about them."""
    transcripts = [answer.transcript for report in reports.values() for answer in report.answers if answer.transcript]
    names = sorted({one.recogniser for one in transcripts})
    rough = " (low accuracy: a fallback that mishears words)" if any(one.low_accuracy for one in transcripts) else ""
    evaluators = sorted({report.evaluator for report in reports.values() if report.evaluator})
    return f"Heard by {', '.join(names)}{rough}. Evaluated by {', '.join(evaluators)}."


def _dots(score: CompetencyScore) -> str:
    if score.level is None:
        return "[dim]no evidence[/]"
    return f"{'●' * score.level}{'○' * (_LEVELS - score.level)} {score.level}"


def _quotes(score: CompetencyScore) -> str:
    if not score.quotes:
        return f"[dim]{escape(score.reason)}[/]"
    return "\n".join(
        f"{'' if quote.start is None else f'[dim]{clock(quote.start)}[/] '}“{escape(quote.text)}”"
        for quote in score.quotes
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
