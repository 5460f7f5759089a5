"""`colloquy admin`: what the operator does without the web."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from colloquy.settings import Settings

admin = typer.Typer(no_args_is_help=True, help="Work on this installation as its operator.")


@admin.callback()
def _admin() -> None:
    """Keeps `create` a command of its own while it is the only one."""


@admin.command()
def create(
    organisation: Annotated[str, typer.Option(prompt="Organisation", help="The name that candidates see.")],
    name: Annotated[str, typer.Option(prompt="Owner's name", help="The owner's name.")],
    email: Annotated[str, typer.Option(prompt="Owner's e-mail", help="The address the owner signs in with.")],
    password: Annotated[
        str,
        typer.Option(
            prompt="Owner's password",
            hide_input=True,
            confirmation_prompt=True,
            envvar="COLLOQUY_ADMIN_PASSWORD",
            help="Asked for when not given; an option would be seen by everybody on this machine.",
        ),
    ],
) -> None:
    """Create an organisation and its owner: the first one, or one more."""
    from colloquy.kit.errors import Malformed, Refusal
    from colloquy.settings import Settings

    try:
        address = asyncio.run(_create(Settings(), organisation, name, email, password))
    except Malformed as error:
        for field, text in error.fields.items():
            typer.echo(f"{field}: {text}", err=True)
        raise typer.Exit(1) from error
    except Refusal as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{organisation} is there. {name} signs in at {address}/sign-in as {email}.")


async def _create(settings: Settings, organisation: str, name: str, email: str, password: str) -> str:
    from colloquy.contexts.identity import public as identity
    from colloquy.kit.audit import by_operator
    from colloquy.roles.runtime import running

    with by_operator():
        async with running(settings) as runtime, runtime.database.begin() as db:
            await identity.create_organisation(db, organisation=organisation, name=name, email=email, password=password)
    return settings.address


@admin.command()
def forget_factors(
    email: Annotated[str, typer.Option(prompt="E-mail", help="The address the person signs in with.")],
) -> None:
    """Take the second step away from somebody who lost phone, passkeys and recovery codes. The password stays."""
    from colloquy.settings import Settings

    if not asyncio.run(_forget_factors(Settings(), email)):
        typer.echo(f"Nobody signs in as {email}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{email} signs in with the password alone now. Every session has ended.")


async def _forget_factors(settings: Settings, email: str) -> bool:
    from colloquy.contexts.identity import public as identity
    from colloquy.kit.audit import by_operator
    from colloquy.roles.runtime import running

    with by_operator():
        async with running(settings) as runtime, runtime.database.begin() as db:
            person = await identity.person_by_email(db, email)
            if person is None:
                return False
            await identity.forget_factors(db, person.id)
            return True
