"""`colloquy restore`: the whole installation back from a backup, into a new folder."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from colloquy.cli.backup import From, PassphraseFile, passphrase, place, say, show, told
from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.cli.up import explained

_WITH_PROBLEMS = 2


def restore(
    into: Annotated[Path, typer.Option(help="The new data folder. It must not have anything in it.")],
    source: From = None,
    at: Annotated[
        str, typer.Option(help="As it was at this time, such as 2026-11-20T14:30 (this machine's zone) or …+02:00.")
    ] = "",
    keys: Annotated[Path | None, typer.Option(help="A folder with your copy of the keys `secret` and `media`.")] = None,
    sealed_keys: Annotated[bool, typer.Option("--sealed-keys", help="Open the keys in the backup.")] = False,
    passphrase_file: PassphraseFile = None,
    tombstones: Annotated[Path | None, typer.Option(help="A copy of tombstones.jsonl newer than the place's.")] = None,
) -> None:
    """Bring everything back as it was last copied, or as it was at a time, with whoever was erased erased again."""
    settings = read()
    target = place(settings, source)
    moment = _time(at)
    phrase = passphrase(passphrase_file) if sealed_keys or passphrase_file else None
    from colloquy.roles.backup.restore import restore as bring_back

    with explained(settings), told():
        done = asyncio.run(
            bring_back(target, settings, into, at=moment, keys=keys, passphrase=phrase, tombstones=tombstones, say=say)
        )
    show(done)
    if not done.base.database:
        typer.echo(
            "Recordings, keys and tombstones are back. Restore your own PostgreSQL to a time before"
            f" {done.moment.isoformat(timespec='seconds')}, then run `colloquy privacy replay-tombstones`"
            " before anybody is let in."
        )
    for problem in done.problems:
        typer.echo(f"Problem: {problem}", err=True)
    typer.echo(f"Start it with COLLOQUY_DATA_DIR={into} colloquy up")
    if done.problems:
        raise typer.Exit(_WITH_PROBLEMS)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        stop("Give --at as a date and time, such as 2026-11-20T14:30 or 2026-11-20T14:30+02:00.", code=USAGE_ERROR)
