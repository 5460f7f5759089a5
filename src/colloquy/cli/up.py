"""`colloquy up`: set up what is missing, start everything, say where it is."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from colloquy.cli.settings import read, stop

if TYPE_CHECKING:
    from colloquy.cli.findings import Finding
    from colloquy.roles.runtime import Runtime
    from colloquy.settings import Settings

_KNOCK_SECONDS = 0.02
_INTERRUPTED = 130


def up() -> None:
    """Start Colloquy on this machine: pages, background work and a database, with nothing to prepare."""
    began = time.perf_counter()
    settings = read()
    check_port(settings)
    from colloquy.kit import log
    from colloquy.roles.process import ROLES, run

    given = settings.model_fields_set
    log.configure(
        form=settings.log_form if "log_form" in given else "text",
        level=settings.log_level if "log_level" in given else "warning",
    )
    banner: list[asyncio.Task[None]] = []  # the event loop keeps weak references only

    def ready(runtime: Runtime) -> None:
        banner.append(asyncio.ensure_future(_welcome(runtime, began)))

    with explained(settings):
        run(settings, ROLES["everything"], ready)
    typer.echo("Stopped. Everything is kept; `colloquy up` goes on from here.")


def check_port(settings: Settings) -> None:
    """Ends the command when the address cannot be served at, before anything was started."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        stop(f"{settings.host!r} is not an address of this machine. Set COLLOQUY_HOST, for example to 127.0.0.1.")
    except PermissionError:
        stop(f"Port {settings.port} is for the system's own services. Set COLLOQUY_PORT to one above 1023.")
    except OSError as error:
        stop(
            f"Port {settings.port} at {settings.host} cannot be used ({error.strerror}): another program, or another"
            " Colloquy, is there. Stop it, or set COLLOQUY_PORT to another number, for example:"
            f" COLLOQUY_PORT={settings.port + 1} colloquy up"
        )


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turns what goes wrong while starting into a sentence and an exit status."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    from colloquy.cli.doctor import first_line
    from colloquy.providers.speech.choose import CannotChooseError

    try:
        yield
    except KeyboardInterrupt:
        stop("Stopped before it had started.", code=_INTERRUPTED)
    except (psycopg.OperationalError, DBAPIError) as error:
        which = "COLLOQUY_DATABASE_URL" if settings.database_url else f"the folder {settings.data_dir / 'postgres'}"
        stop(f"The database does not answer: {first_line(error)}\nCheck {which}; `colloquy doctor` looks closer.")
    except CannotChooseError as error:
        stop(f"{error}\nChange COLLOQUY_RECOGNISER or what it needs.")


async def _welcome(runtime: Runtime, began: float) -> None:
    from colloquy.cli import database, findings
    from colloquy.contexts.identity import public as identity
    from colloquy.roles.runtime import Addresses

    settings = runtime.settings
    await _answering(settings)
    seconds = time.perf_counter() - began
    async with runtime.database.begin() as db:
        first_run = await identity.set_up_is_waiting(db)
    where = Addresses(settings.database_url or "", "", embedded=settings.database_url is None)
    line = await database.describe(runtime.database, where)
    if where.embedded:
        line += f", in {settings.data_dir / 'postgres'}"
    parts = [
        findings.Finding("Database", "ok", line),
        findings.recogniser(settings),
        findings.evaluator(),
        findings.mailer(settings),
    ]
    _show(settings, parts, first_run=first_run, seconds=seconds)


async def _answering(settings: Settings) -> None:
    """Returns once a connection is taken; the roles end the process if that never comes."""
    host = settings.host if settings.host not in {"0.0.0.0", "::", ""} else None  # noqa: S104 - recognised, not bound to
    while True:
        try:
            _, writer = await asyncio.open_connection(host or "localhost", settings.port)
        except OSError:
            await asyncio.sleep(_KNOCK_SECONDS)
        else:
            writer.close()
            return


def _show(settings: Settings, parts: list[Finding], *, first_run: bool, seconds: float) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    if first_run:
        table.add_row(Text("First run", style="bold"), Text(f"set up your organisation at {settings.address}/set-up"))
    for part in parts:
        said = Text(part.text)
        if part.status == "fallback":
            said.append("  (fallback)", style="yellow")
        table.add_row(Text(part.part, style="dim"), said)
    title = Text.assemble(
        ("Colloquy", "bold"), " is ready at ", (settings.address, "bold underline"), f"  ({seconds:.1f} s)"
    )
    console.print(Padding(title, (1, 2, 1, 2)))
    console.print(Padding(table, (0, 2)))
    console.print(Padding(Text("Ctrl+C stops it. `colloquy doctor` looks at every part.", style="dim"), (1, 2)))
