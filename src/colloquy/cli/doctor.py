"""`colloquy doctor`: what is in use, what is a fallback, what is wrong and what to do about it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from colloquy.cli.findings import Finding
    from colloquy.settings import Settings

_WORDS = {
    "ok": ("OK", "green"),
    "fallback": ("fallback", "yellow"),
    "warning": ("warning", "yellow"),
    "problem": ("problem", "red"),
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, for programs.")] = False,
) -> None:
    """Look at every part of this installation; the exit status is 1 when something is wrong."""
    findings = _examine()
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        _show(findings)
    if any(finding.status == "problem" for finding in findings):
        raise typer.Exit(1)


def _examine() -> list[Finding]:
    from colloquy.cli import backups, findings
    from colloquy.cli.settings import problems
    from colloquy.settings import Settings

    try:
        settings = Settings()
    except ValueError as error:
        lines = problems(error)
        return [
            findings.Finding("Settings", "problem", line, "Correct it in .env or the environment.") for line in lines
        ]
    return [
        *asyncio.run(_outside(settings)),
        findings.recogniser(settings),
        findings.evaluator(),
        findings.models(settings),
        findings.interviewer(settings),
        findings.ffmpeg(),
        findings.outbound(settings),
        findings.storage(settings),
        backups.finding(settings),
        *findings.keys(settings),
        findings.browser_files(),
    ]


async def _outside(settings: Settings) -> list[Finding]:
    from colloquy.cli import findings

    return [
        await _database(settings),
        await findings.reach_mail_server(settings),
        await findings.antivirus(settings),
    ]


async def _database(settings: Settings) -> Finding:
    import psycopg
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    from colloquy.cli import database, findings
    from colloquy.roles.runtime import addresses

    try:
        return await database.examine(addresses(settings))
    except (psycopg.Error, DBAPIError) as error:
        return findings.Finding("Database", "problem", f"does not answer: {first_line(error)}", _ADVICE)
    except (SQLAlchemyError, OSError, RuntimeError) as error:
        return findings.Finding("Database", "problem", first_line(error), _ADVICE)


def first_line(error: BaseException) -> str:
    """What an error says, without the statement and the notes that libraries add."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


_ADVICE = "Check COLLOQUY_DATABASE_URL, or leave it empty to use the built-in PostgreSQL."


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        word, colour = _WORDS[finding.status]
        said = Text(finding.text)
        if finding.advice:
            said.append(f"\n→ {finding.advice}", style="dim")
        table.add_row(Text(word, style=colour), Text(finding.part, style="bold"), said)
    Console(highlight=False).print(table)
