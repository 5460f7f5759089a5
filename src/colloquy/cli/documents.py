"""`colloquy documents`: the documents of organisations, as files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.cli.up import explained

if TYPE_CHECKING:
    from colloquy.settings import Settings


def documents(
    to: Annotated[Path, typer.Option(help="The folder they are written into; made if it is not there.")],
    org: Annotated[str, typer.Option(help="The id of one organisation; without it, all of them.")] = "",
    language: Annotated[str, typer.Option(help="en or ru.")] = "en",
) -> None:
    """Write technical file, instructions for use, impact assessment and notices, as Markdown and PDF."""
    settings = read()
    try:
        wanted = UUID(org) if org else None
    except ValueError:
        stop("Give --org as the id of an organisation.", code=USAGE_ERROR)
    with explained(settings):
        written = asyncio.run(_write(settings, to, wanted, language))
    if written is None:
        stop("There is no such language: give --language en or --language ru.", code=USAGE_ERROR)
    if not written:
        stop(
            "There is no such organisation."
            if wanted
            else "No organisation has any link or key yet. Name one with --org."
        )
    for path in written:
        typer.echo(path)


async def _write(settings: Settings, to: Path, wanted: UUID | None, given: str) -> list[Path] | None:
    """The files written, by organisation; None for a language that there is not."""
    from colloquy.contexts.documents import public as made_from
    from colloquy.contexts.identity import public as identity
    from colloquy.kit import i18n
    from colloquy.kit.db import Scope
    from colloquy.providers.typesetting.port import Typesetter
    from colloquy.roles.runtime import running

    written = []
    async with running(settings) as runtime:
        tag = i18n.supported(given)
        if tag is None:
            return None
        typesetter: Typesetter = runtime.provided.get(Typesetter)  # type: ignore[type-abstract]
        async with runtime.database.begin() as db:
            scopes = await identity.tenants(db) if wanted is None else [Scope(wanted)]
        for scope in scopes:
            async with runtime.database.begin(scope) as db:
                try:
                    facts = await made_from.gather(db, scope, runtime.provided.get(made_from.Surroundings))
                except LookupError:
                    continue  # there is no organisation of that id
            folder = to / str(scope.org_id)
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            for kind in made_from.KINDS:
                for form in ("md", "pdf"):
                    path = folder / f"{kind}-{tag}.{form}"
                    content = await made_from.make(kind, facts, tag, form, typesetter)
                    await asyncio.to_thread(path.write_bytes, content)
                    written.append(path)
    return written
