"""`colloquy replay`: checks the stored judgements of a session: the same input, and what can be judged again, alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from colloquy.cli.settings import USAGE_ERROR, read, stop
from colloquy.cli.up import explained

if TYPE_CHECKING:
    from colloquy.contexts.analysis.public import Replayed
    from colloquy.settings import Settings

DIFFERS = 3
"""Exit code when an input or a judgement is not what was stored."""
_SAID = {
    "same": "same",
    "different": "different",
    "not_kept": "rubric not kept",
    "gone": "words gone",
    "not_replayable": "not replayable",
}


def replay(
    session_id: Annotated[str, typer.Argument(help="The session, as its address has it.")],
    email: Annotated[
        str, typer.Option(prompt="A colleague's e-mail", help="Whose organisation the session belongs to.")
    ],
) -> None:
    """Check every stored judgement of a session: is its input the same, does the same evaluator say the same."""
    settings = read()
    try:
        session = UUID(session_id)
    except ValueError:
        stop("A session id looks like 0193c1f0-5b7a-7c1e-9d3e-2f4a5b6c7d8e.", code=USAGE_ERROR)
    with explained(settings):
        checked = asyncio.run(_replayed(settings, session, email))
    if checked is None:
        stop("No organisation of this colleague has such a session, or nothing of it was judged.")
    for one in checked:
        stored = one.stored
        typer.echo(
            f"answer {one.number}, judgement {stored.version} by {stored.evaluator}, rubric {stored.rubric_version}:"
            f" input {_SAID[one.input]}, judgement {_SAID[one.judgement]}"
        )
    if any("different" in {one.input, one.judgement} for one in checked):
        raise typer.Exit(DIFFERS)


async def _replayed(settings: Settings, session_id: UUID, email: str) -> list[Replayed] | None:
    from colloquy.contexts.analysis import public as analysis
    from colloquy.contexts.identity import public as identity
    from colloquy.kit.db import Scope
    from colloquy.roles.runtime import running

    async with running(settings) as runtime:
        async with runtime.database.begin() as db:
            person = await identity.person_by_email(db, email)
            places = [] if person is None else await identity.organisations_of(db, person.id)
        for place in places:
            scope = Scope(place.id)
            async with runtime.database.begin(scope) as db:
                prepared = await analysis.to_replay(db, scope, session_id)
            if prepared:
                rules = runtime.provided.get(analysis.Evaluator)  # type: ignore[type-abstract]
                return [await analysis.replay(rules, one) for one in prepared]
    return None
