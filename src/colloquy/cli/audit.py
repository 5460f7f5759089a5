"""`colloquy audit`: whether the audit log is as it was written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.cli.up import explained

if TYPE_CHECKING:
    from collections.abc import Callable

    from colloquy.contexts.audit.public import Checkpoint, Verdict
    from colloquy.settings import Settings

audit = typer.Typer(no_args_is_help=True, help="Check the audit log.")


@audit.callback()
def _audit() -> None:
    """Keeps `verify` a command of its own while it is the only one."""


@audit.command()
def verify(
    org: Annotated[str, typer.Option(help="The id of one organisation; without it, all of them.")] = "",
    file: Annotated[Path | None, typer.Option(help="An export in JSON lines, in place of the database.")] = None,
    elsewhere: Annotated[
        bool, typer.Option(help="The file is another installation's: its signature cannot be checked here.")
    ] = False,
    witness: Annotated[
        str, typer.Option(help="NUMBER:HASH of an entry as it was written down elsewhere, with --org.")
    ] = "",
) -> None:
    """Find the first entry that was changed, taken out or put in. Exit status 1 when there is one."""
    settings = read()
    if file is not None:
        verdicts = {str(file): _file(settings, file, elsewhere=elsewhere)}
    else:
        try:
            wanted = UUID(org) if org else None
            seen = _witness(witness)
        except ValueError:
            stop("Give --org as an id, and --witness as NUMBER:HASH with 64 hexadecimal digits.", code=USAGE_ERROR)
        if seen is not None and wanted is None:
            stop("A witness is about one organisation: give --org as well.", code=USAGE_ERROR)
        with explained(settings):
            verdicts = asyncio.run(_database(settings, wanted, seen))
        if not verdicts:
            stop("There is no audit log yet." if wanted is None else "This organisation has no audit log.")
    for name, verdict in verdicts.items():
        typer.echo(f"{name}: {_said(verdict)}")
    if any(verdict.finding is not None for verdict in verdicts.values()):
        raise typer.Exit(1)


def _said(verdict: Verdict) -> str:
    from colloquy.contexts.audit.public import said

    if verdict.finding is not None:
        return f"broken. {said(verdict.finding)} {verdict.entries} entries before it are whole."
    signed = "1 signature" if verdict.checkpoints == 1 else f"{verdict.checkpoints} signatures"
    return f"whole. {verdict.entries} entries, {signed}."


def _witness(text: str) -> tuple[int, bytes] | None:
    if not text:
        return None
    number, _mark, digest = text.partition(":")
    given = bytes.fromhex(digest)
    if len(given) != 32:  # noqa: PLR2004 - SHA-256
        raise ValueError(text)
    return int(number), given


def _file(settings: Settings, path: Path, *, elsewhere: bool) -> Verdict:
    from colloquy.contexts.audit.public import check_file

    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            return check_file(lines, None if elsewhere else _signer(settings))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path} cannot be read: {error}", code=USAGE_ERROR)


def _signer(settings: Settings) -> Callable[[UUID, Checkpoint], bool]:
    from colloquy.contexts.audit.public import signed_by_us
    from colloquy.kit.crypto import load_secret

    given = settings.secret_key.get_secret_value() if settings.secret_key else None
    path = settings.data_dir / "keys" / "secret"
    if given is None and not path.exists():
        stop("This machine has no secret of an installation. Check a file from elsewhere with --elsewhere.")
    secret = load_secret(given, path)
    return lambda org_id, checkpoint: signed_by_us(secret, org_id, checkpoint)


async def _database(settings: Settings, wanted: UUID | None, witness: tuple[int, bytes] | None) -> dict[str, Verdict]:
    from colloquy.contexts.audit import public as log
    from colloquy.kit.crypto import Secret
    from colloquy.kit.db import Scope
    from colloquy.roles.runtime import running

    async with running(settings) as runtime:
        async with runtime.database.begin() as db:
            chains = await log.chains(db)
        secret = runtime.provided.get(Secret)
        return {
            f"organisation {org_id}": await log.verify(runtime.database, secret, Scope(org_id), witness=witness)
            for org_id in chains
            if wanted in {None, org_id}
        }
