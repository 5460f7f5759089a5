"""`colloquy bench injection`: what attempts to raise a mark gain with the built-in rules."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from colloquy.contexts.analysis.service.injection_bench import Interval, Outcome


class Form(StrEnum):
    """How the figures are written."""

    TABLE = "table"
    JSON = "json"


def injection(
    form: Annotated[Form, typer.Option("--format", help="A Markdown table, or JSON.")] = Form.TABLE,
    every: Annotated[int, typer.Option(min=1, help="Try one combination in so many: a quick look.")] = 1,
) -> None:
    """Put every packaged attack into every packaged answer; how many are found, how far they move the rules' levels."""
    from colloquy.contexts.analysis.service.injection_bench import measure

    outcome = measure(every)
    if form is Form.JSON:
        typer.echo(json.dumps(as_json(outcome), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(as_table(outcome)))


def as_json(outcome: Outcome) -> dict[str, object]:
    """The figures by name. Shares are between 0 and 1, shifts on the scale of five."""
    blanked, bare = outcome.mean_shift(), outcome.mean_shift(unprotected=True)
    return {
        "attacks": outcome.attacks,
        "detected": outcome.detected,
        "detection": _interval(outcome.detection),
        "detected_by_language": {
            language: {"detected": found, "attacks": tried}
            for language, (found, tried) in outcome.detected_by_language.items()
        },
        "honest_sentences": outcome.honest,
        "false_alarms": outcome.false_alarms,
        "false_alarm_rate": _interval(outcome.false_alarm),
        "attacked_answers": len(outcome.shifts),
        "shift": _interval(blanked) | {"greatest": round(outcome.greatest_shift(), 4)},
        "shift_without_blanking": _interval(bare) | {"greatest": round(outcome.greatest_shift(unprotected=True), 4)},
        "honest_answers": outcome.answers,
        "honest_answers_with_another_level": outcome.drifted,
    }


def as_table(outcome: Outcome) -> list[str]:
    """The same as lines of a Markdown table."""
    rows = ["| | figure | 95 % |", "|---|---|---|"]
    rows.append(f"| attacks found | {outcome.detected} of {outcome.attacks} | {_share(outcome.detection)} |")
    rows += [
        f"| … in {language} | {found} of {tried} | |"
        for language, (found, tried) in outcome.detected_by_language.items()
    ]
    rows.append(
        f"| honest sentences flagged | {outcome.false_alarms} of {outcome.honest} | {_share(outcome.false_alarm)} |"
    )
    for name, bare in (("attempts blanked", False), ("answer as it stands", True)):
        mean = outcome.mean_shift(unprotected=bare)
        rows.append(f"| mean shift of 5, {name} | {mean.value:+.3f} | {mean.low:+.3f} to {mean.high:+.3f} |")
        rows.append(f"| greatest shift, {name} | {outcome.greatest_shift(unprotected=bare):.2f} | |")
    rows.append(f"| attacked answers judged | {len(outcome.shifts)} | |")
    rows.append(f"| honest answers whose levels blanking changes | {outcome.drifted} of {outcome.answers} | |")
    return rows


def _share(share: Interval) -> str:
    return f"{share.low:.1%} to {share.high:.1%}"


def _interval(figure: Interval) -> dict[str, object]:
    return {"value": round(figure.value, 4), "low": round(figure.low, 4), "high": round(figure.high, 4)}
