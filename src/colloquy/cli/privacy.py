"""`colloquy privacy`: what the operator does about erasure."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from colloquy.cli.settings import read

if TYPE_CHECKING:
    from colloquy.contexts.sessions.public import Replayed
    from colloquy.settings import Settings

privacy = typer.Typer(no_args_is_help=True, help="Erasure: after a restore, and certificates.")


@privacy.command("replay-tombstones")
def replay_tombstones(
    file: Annotated[
        Path | None,
        typer.Argument(help="A copy of tombstones.jsonl that is newer than the backup. Default: the data folder's."),
    ] = None,
) -> None:
    """Erase again whoever was erased since the backup that was restored. Run it before anybody is let in."""
    settings = read()
    path = file or settings.data_dir / "tombstones.jsonl"
    if not path.is_file():
        typer.echo(f"There is no {path}. Name the copy that lies with your backups.", err=True)
        raise typer.Exit(1)
    done = asyncio.run(_replay(settings, path))
    typer.echo(
        f"{done.tombstones} tombstones, {done.erased} sessions erased again, {done.held} under a legal hold,"
        f" {done.unreadable} lines that this installation did not write."
    )
    if done.held or done.unreadable:
        raise typer.Exit(2)


async def _replay(settings: Settings, path: Path) -> Replayed:
    from colloquy.contexts.sessions import public as sessions
    from colloquy.kit.crypto import Secret
    from colloquy.roles.runtime import running

    async with running(settings) as runtime:
        return await sessions.replay_tombstones(runtime.database, runtime.provided.get(Secret), path)


@privacy.command("verify-certificate")
def verify_certificate(
    file: Annotated[Path, typer.Argument(help="A certificate.json.", exists=True, dir_okay=False)],
) -> None:
    """Say whether this installation signed the certificate of an erasure."""
    from colloquy.contexts.retention import public as retention
    from colloquy.kit.crypto import load_secret

    settings = read()
    given = settings.secret_key.get_secret_value() if settings.secret_key else None
    content = retention.certificate_verified(
        load_secret(given, settings.data_dir / "keys" / "secret"), file.read_bytes()
    )
    if content is None:
        typer.echo("Not genuine: this installation did not sign it, or it was changed.", err=True)
        raise typer.Exit(1)
    typer.echo(
        f"Genuine: session {content['session']}, erased {content['erased_at']}, searched {content['finished_at']}."
    )
