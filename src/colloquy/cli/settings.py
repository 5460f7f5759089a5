"""Reading settings at the command line: what is wrong with them is said in words, by the variable's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from colloquy.settings import Settings

USAGE_ERROR = 2


def read() -> Settings:
    """The settings; a command that cannot understand them ends here."""
    from colloquy.settings import Settings

    try:
        return Settings()
    except ValueError as error:
        stop("\n".join(problems(error)), code=USAGE_ERROR)


def problems(error: ValueError) -> list[str]:
    """One line for each setting that could not be understood."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return [str(error)]
    return [f"COLLOQUY_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]


def stop(message: str, *, code: int = 1) -> NoReturn:
    """Ends the command with a message for people on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
