"""The commands. Heavy imports happen inside them, so that `--help` and a second start stay quick."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from colloquy.cli.admin import admin
from colloquy.cli.audit import audit
from colloquy.cli.backup import backup
from colloquy.cli.bench import bench
from colloquy.cli.demo import demo
from colloquy.cli.doctor import doctor
from colloquy.cli.documents import documents
from colloquy.cli.keys import keys
from colloquy.cli.privacy import privacy
from colloquy.cli.replay import replay
from colloquy.cli.restore import restore
from colloquy.cli.settings import read
from colloquy.cli.transcribe import transcribe
from colloquy.cli.up import check_port, explained, up

if TYPE_CHECKING:
    from colloquy.roles.runtime import Runtime

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Colloquy: interviews that teams host themselves.")
app.command()(up)
app.command()(demo)
app.command()(doctor)
app.command()(documents)
app.command()(transcribe)
app.command()(replay)
app.command()(restore)
app.add_typer(admin, name="admin")
app.add_typer(audit, name="audit")
app.add_typer(backup, name="backup")
app.add_typer(bench, name="bench")
app.add_typer(privacy, name="privacy")
app.add_typer(keys, name="keys")


def _serve(role: str) -> None:
    began = time.perf_counter()
    settings = read()
    if role in {"web", "everything"}:
        check_port(settings)
    from colloquy.kit import log
    from colloquy.roles.process import ROLES, run

    log.configure(form=settings.log_form, level=settings.log_level)

    def ready(runtime: Runtime) -> None:
        log.get_logger("colloquy").info(
            "Started", role=role, address=runtime.settings.address, seconds=round(time.perf_counter() - began, 2)
        )

    with explained(settings):
        run(settings, ROLES[role], ready)


@app.command()
def everything() -> None:
    """Run web, worker and scheduler in one process."""
    _serve("everything")


@app.command()
def web() -> None:
    """Run the web role: pages and API."""
    _serve("web")


@app.command()
def worker() -> None:
    """Run the worker role: media, speech, scoring, mail."""
    _serve("worker")


@app.command()
def scheduler() -> None:
    """Run the scheduler role: regular work."""
    _serve("scheduler")


@app.command()
def migrate() -> None:
    """Bring the database to the newest shape."""
    from colloquy.roles import migrate as migrations
    from colloquy.roles.runtime import addresses

    settings = read()
    with explained(settings):
        applied = migrations.migrate(addresses(settings).migrating)
    typer.echo("The database was brought up to date." if applied else "The database is up to date.")
