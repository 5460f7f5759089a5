"""`colloquy backup`: make one, look at them, try whether they come back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.cli.up import explained

if TYPE_CHECKING:
    from colloquy.kit.backups import Drill
    from colloquy.roles.backup.place import BaseBackup, Place
    from colloquy.roles.backup.restore import Restored
    from colloquy.settings import Settings

backup = typer.Typer(no_args_is_help=True, help="Backups: make one, list them, try a restore.")

From = Annotated[Path | None, typer.Option("--from", help="The place of backups. Default: COLLOQUY_BACKUP_DIR.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="A file with the passphrase of sealed keys; without it, it is asked for.")
]


@backup.command()
def run(
    to: Annotated[Path | None, typer.Option(help="Where to. Default: COLLOQUY_BACKUP_DIR.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="How many base backups stay. Default: 7.")] = None,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Put the keys in, under a passphrase.")] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make a base backup: database, recordings, tombstones. The product may run meanwhile."""
    settings = read()
    target = place(settings, to)
    phrase = passphrase(passphrase_file, confirm=True) if with_keys else None
    with explained(settings), told():
        made = _make(settings, target, keep or settings.backup_keep, phrase)
    typer.echo(
        f"Done: {target.bases / made.name}, {size(made.bytes)} beside {made.objects} recordings and uploads; checked."
    )
    if not made.database:
        typer.echo(
            "The database is not in it: COLLOQUY_DATABASE_URL names your own PostgreSQL, which your own tools back up"
            " (pg_basebackup, pgBackRest, WAL-G). Back it up before recordings, not after."
        )
    if not with_keys:
        folder = settings.data_dir / "keys"
        typer.echo(f"The keys are not in it. Keep a copy of {folder} elsewhere: without it no recording opens.")


def _make(settings: Settings, target: Place, keep: int, phrase: str | None) -> BaseBackup:
    from colloquy.roles.backup import base, sealed_keys, stream
    from colloquy.roles.backup.mirror import Mirror
    from colloquy.roles.runtime import addresses

    keys = sealed_keys.seal(settings, phrase) if phrase is not None else None
    target.prepare()
    database = addresses(settings).migrating if settings.database_url is None else None
    return base.make(
        target,
        Mirror(settings.data_dir, target),
        database,
        stream=stream.current(target, database) if database else None,
        keys=keys,
        keep=keep,
        say=say,
    )


@backup.command(name="list")
def list_(source: From = None) -> None:
    """Show what can be brought back."""
    at = place(read(), source)
    with told():
        bases, points = at.found(), at.all_points()
    if not bases:
        typer.echo(f"There is no finished backup at {at.root}. `colloquy backup run` makes one.")
        return
    for one in bases:
        ends = [point.at for point in points if one.stream == point.stream and point.at >= one.finished_at]
        goes_on = f"goes on to {local(ends[-1])}" if ends else ("stands alone" if one.database else "no database")
        typer.echo(f"{one.name}  {local(one.finished_at)}  {size(one.bytes)}  {one.objects} recordings  {goes_on}")


@backup.command()
def drill(
    source: From = None,
    within: Annotated[
        Path | None, typer.Option("--in", help="Where there is room for a whole copy. Default: the temporary folder.")
    ] = None,
) -> None:
    """Restore the newest backup into a temporary folder, check it, say what would be lost. Status 1 if it fails."""
    settings = read()
    at = place(settings, source)
    from colloquy.roles.backup.drill import drill as tried

    with explained(settings), told():
        result, restored = asyncio.run(tried(at, settings, within=within, say=say))
    if restored is not None:
        show(restored)
    for problem in result.problems:
        typer.echo(f"Problem: {problem}", err=True)
    typer.echo(_verdict(result))
    if not result.good:
        raise typer.Exit(1)


def _verdict(result: Drill) -> str:
    lost = "unknown" if result.lost_seconds is None else f"{result.lost_seconds:.1f} s"
    word = "The drill went well" if result.good else "The drill failed"
    return f"{word}. Lost if the machine had died: {lost}. Back after: {result.seconds:.1f} s."


def show(restored: Restored) -> None:
    """Prints what came back, as a table."""
    from rich.console import Console
    from rich.table import Table

    from colloquy.kit import clock

    age = clock.now() - restored.moment
    rows = [
        ("Base backup", restored.base.name),
        ("Everything until", f"{local(restored.moment)} ({age.total_seconds():.0f} s ago)"),
        ("Log replayed", f"{restored.segments} segments" if restored.segments else "none"),
        ("Recordings, uploads", f"{restored.objects}, {size(restored.bytes)}; {len(restored.damaged)} damaged"),
        ("Rows without their file", str(len(restored.missing))),
    ]
    if restored.replayed is not None:
        done = restored.replayed
        rows.append(("Erased again", f"{done.erased} of {done.tombstones} who had been erased"))
    rows.append(("Took", f"{restored.seconds:.1f} s"))
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        table.add_row(name, value)
    Console(highlight=False).print(table)


def place(settings: Settings, given: Path | None) -> Place:
    """The place that was named, or the one of the settings; a command that has none ends here."""
    from colloquy.roles.backup.place import Place

    root = given or settings.backup_dir
    if root is None:
        stop("Name the place of backups, or set COLLOQUY_BACKUP_DIR.", code=USAGE_ERROR)
    inside = settings.data_dir.resolve()
    if root.resolve() == inside or inside in root.resolve().parents:
        stop(
            f"{root} lies in the data folder, and would be lost with it. Name another disk or machine.",
            code=USAGE_ERROR,
        )
    return Place(root)


def passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """The passphrase from a file's first line, or typed."""
    if file is None:
        return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
    try:
        return file.read_text().split("\n", 1)[0]
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.", code=USAGE_ERROR)


def say(line: str) -> None:
    """Progress, on standard error: standard output is for results."""
    typer.echo(line, err=True)


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / (1 << 20):.1f} MiB"


def local(at: datetime) -> str:
    """A time in this machine's zone."""
    return at.astimezone().isoformat(sep=" ", timespec="seconds")


@contextmanager
def told() -> Iterator[None]:
    """Turns what is in the way into a sentence and an exit status."""
    from colloquy.roles.backup.errors import BackupProblem

    try:
        yield
    except BackupProblem as problem:
        stop(str(problem))
